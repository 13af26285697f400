"""The door's socket: a life that was killed leaves it behind, and the next one clears it away."""

import tempfile
from pathlib import Path
from typing import Any

from okno.queue.store import Store
from okno.web.door import ADDRESS, Door
from tests.web.conftest import utc_now


def door(store: Store, folder: Path) -> Door:
    nobody: Any = None
    return Door(store, folder, nobody, nobody, utc_now)


def there(place: Path) -> bool:
    return place.exists()


async def test_what_a_killed_life_left_behind_goes_at_the_next_start(stored: Store, tmp_path: Path) -> None:
    killed = door(stored, tmp_path)
    await killed.start()
    left = Path((tmp_path / ADDRESS).read_text())
    assert killed._server
    killed._server.close()

    after = door(stored, tmp_path)
    await after.start()
    await after.close()

    assert left.parent.parent == Path(tempfile.gettempdir())
    assert not there(left.parent)


async def test_another_workers_door_stays(stored: Store, tmp_path: Path) -> None:
    first, second = door(stored, tmp_path), door(stored, tmp_path)
    await first.start()
    alive = Path((tmp_path / ADDRESS).read_text())

    await second.start()
    await second.close()

    assert there(alive)
    await first.close()
