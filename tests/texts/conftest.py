"""What the tests of texts share: our texts in Moscow time, and a directory an operator could have."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from okno.texts import Texts, labels, shelf
from okno.texts.labels import Labels

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 21, 11, 5, tzinfo=UTC)


@pytest.fixture
def texts() -> Texts:
    return Texts(None, "ru", MOSCOW)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def russian() -> Labels:
    return Labels("ru", labels.read(shelf.ours("ru/labels.toml")))


@pytest.fixture
def english() -> Labels:
    return Labels("en", labels.read(shelf.ours("en/labels.toml")))


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, str], None]:
    """Writes a file of the operator's, by its relative path."""

    def write(relative: str, words: str) -> None:
        file = tmp_path / relative
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(words, "utf-8")

    return write


@pytest.fixture
def operated(tmp_path: Path) -> Callable[[], Texts]:
    """Texts with what was `put`."""
    return lambda: Texts(tmp_path, "ru", MOSCOW)
