"""One demo and one browser for all tests of the page; each test is a new visitor."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.demo.reader import Reader
from tests.demo.running import Running, demo
from tests.everything import program

# Headless, and quiet towards the world: nothing of the page comes from elsewhere.
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with demo(tmp_path_factory.mktemp("demo"), "--port", "0") as made:
        made.opens("ru")
        made.topics(4)
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = program("browser")
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(running: Running, chromium: Browser) -> Iterator[Callable[..., Reader]]:
    """Opens the page in a browser of a language and size of its own; at the end nothing went wrong in any of them."""
    made: list[Reader] = []

    def opened(language: str = "ru-RU", width: int = 1440, height: int = 900) -> Reader:
        context = chromium.new_context(locale=language, viewport={"width": width, "height": height})
        made.append(Reader(context.new_page(), running.url))
        return made[-1]

    yield opened
    for one in made:
        one.page.context.close()
    assert [words for one in made for words in one.wrong] == []


@pytest.fixture
def reader(visit: Callable[..., Reader]) -> Reader:
    return visit()
