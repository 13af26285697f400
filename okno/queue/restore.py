"""Brings an embedded store back from a backup. Letters that were on their way then are held until a person decides.

Everything is laid out and proved beside the store first; what was there is moved aside, never removed.
"""

import secrets
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from okno.errors import StoreError
from okno.queue import backup, migrate
from okno.queue.actions import parked
from okno.queue.files import Files
from okno.queue.opening import database, locked
from okno.queue.sqlite import engine
from okno.queue.transaction import Tx

# What a run leaves in data_dir and no store needs.
_TRACES: Final = frozenset({"okno.lock", "okno.log", "okno.sock-address", "lost+found"})
_ASIDE: Final = "before-restore"


@dataclass(frozen=True, kw_only=True)
class Restored:
    """`aside`: where what was there before is now. `held`: letters that wait for a decision."""

    made_at: datetime
    rows: int
    held: int
    missing: tuple[str, ...]
    aside: Path | None


def bring_back(path: Path, data_dir: Path, now: datetime, *, force: bool) -> Restored:
    """Raises StoreError and changes nothing: no backup, damaged, made by a newer version, or data_dir is not empty.

    Raises StoreLocked while the service runs.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(data_dir):
        there = [place for place in data_dir.iterdir() if place.name not in _TRACES and _ASIDE not in place.name]
        if _full(there) and not force:
            raise StoreError(f"{data_dir} is not empty; with --force what is in it is moved aside, into a folder there")
        # Inside data_dir, because that may be a mounted volume: a rename must not leave it.
        fresh = data_dir / f"restoring-{secrets.token_hex(4)}"
        fresh.mkdir(mode=0o700)
        try:
            manifest, held = _lay_out(path, fresh, now)
            aside = _move_aside(data_dir, there, now) if there else None
            (fresh / "files").rename(data_dir / "files")
            database(fresh).rename(database(data_dir))  # last: from here on there is a store
            backup.sync(data_dir)
        except (OSError, sqlite3.Error, sa.exc.SQLAlchemyError) as error:
            raise StoreError(f"The backup could not be brought back ({error}); is there room in {data_dir}?") from error
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return _told(manifest, held, aside)


def _full(there: list[Path]) -> bool:
    """Empty folders, as a first start makes them, hold nothing."""
    return any(place.is_file() or any(inner.is_file() for inner in place.rglob("*")) for place in there)


def _lay_out(path: Path, fresh: Path, now: datetime) -> tuple[dict[str, Any], int]:
    """The store as it was, in a folder of its own and proved; how many letters are held."""
    files, found = Files(fresh / "files"), set()
    with backup.opened(path) as (manifest, tar):
        for member in tar:
            if member.name == backup.DATABASE:
                backup.extract(tar, member, database(fresh))
            elif member.name.startswith(backup.FOLDER):
                place = files.coming / secrets.token_hex(16)
                found.add(files.adopt(place, backup.hashed(tar, member, place)))
    backup.prove(manifest, database(fresh), found)
    made = engine(database(fresh))
    try:
        with made.begin() as connection:
            # An unknown, newer version must be told before anything is moved.
            migrate.behind(connection)
            held = parked.hold(Tx(connection), None, now)
        with made.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        made.dispose()
    return manifest, held


def _move_aside(data_dir: Path, there: list[Path], now: datetime) -> Path:
    aside = data_dir / f"{_ASIDE}-{now.astimezone(UTC).strftime('%Y%m%d-%H%M%S')}"
    aside.mkdir(mode=0o700)
    # The database first: a crash between the moves must not leave one without its files to be served.
    for place in sorted(there, key=lambda one: one != database(data_dir)):
        place.rename(aside / place.name)
    return aside


def _told(manifest: dict[str, Any], held: int, aside: Path | None) -> Restored:
    return Restored(
        made_at=datetime.fromisoformat(manifest["made_at"]), rows=sum(manifest["rows"].values()), held=held,
        missing=tuple(manifest["missing"]), aside=aside,
    )  # fmt: skip
