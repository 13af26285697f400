"""A zygote for all crash tests, a seed for each, and a way to print what a run came to."""

import os
import random
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.faults.crash.reckoning import Reckoning
from tests.faults.crash.zygote import Zygote, opened
from tests.servers.postgres import Postgres, serving


@pytest.fixture(scope="session")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    with opened(tmp_path_factory.mktemp("zygote") / "log") as made:
        yield made


@pytest.fixture(scope="session")
def durable() -> Iterator[Postgres]:
    """A PostgreSQL that forgets nothing it has committed."""
    with serving(durable=True) as server:
        yield server


@pytest.fixture
def seed() -> int:
    """OKNO_SEED repeats what people do and when it kills; not how far the service gets by then."""
    return int(os.environ.get("OKNO_SEED", random.randrange(10**6)))


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Callable[[Reckoning], None]:
    """Prints it past the capture: a passed run shows its figures too."""

    def tell(found: Reckoning) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{request.node.name}: {found}")

    return tell
