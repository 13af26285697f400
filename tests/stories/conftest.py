"""Every story has a studio of its own, with Anna and Boris at work and Lena leading."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.studio import Studio, studio


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio(tmp_path / "data") as made:
        yield made
