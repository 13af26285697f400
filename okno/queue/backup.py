"""Copies an embedded store and every file it names into one tar, and believes the copy only after reading it back.

PostgreSQL has tools of its own for this. Bringing a copy back is restore.py.
"""

import hashlib
import io
import json
import os
import secrets
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import quote

import sqlalchemy as sa

import okno
from okno.errors import StoreError
from okno.queue.actions import housekeeping
from okno.queue.actions.housekeeping import Page
from okno.queue.files import Files
from okno.queue.opening import database
from okno.queue.transaction import Tx

FORM: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE: Final = "okno.db"
FOLDER: Final = "files/"
_PIECE: Final = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What a backup holds. `missing`: files the store names that were not there; the copy has all the rest."""

    rows: int
    files: int
    size: int
    missing: tuple[str, ...]


def make(data_dir: Path, target: Path, now: datetime) -> Copy:
    """While others read and write. Raises StoreError and leaves nothing behind; an existing `target` is not touched."""
    if target.exists():
        raise StoreError(f"{target} is there already; name a new file")
    if not database(data_dir).exists():
        raise StoreError(f"There is no store in {data_dir} yet; there is nothing to copy.")
    stem = target.parent / f".{target.name}.{secrets.token_hex(4)}"
    copy, tar = stem.with_suffix(".db"), stem.with_suffix(".tar")
    try:
        _snapshot(database(data_dir), copy)
        copied = _pack(copy, Files(data_dir / "files"), tar, now)
        copy.unlink()
        verify(tar, copy)
        tar.rename(target)
        sync(target.parent)
    except (OSError, sqlite3.Error, tarfile.TarError) as error:
        raise StoreError(f"The backup could not be made ({error}); is there room in {target.parent}?") from error
    finally:
        for left in (copy, Path(f"{copy}-journal"), tar):
            left.unlink(missing_ok=True)
    return copied


def _snapshot(source: Path, copy: Path) -> None:
    """VACUUM INTO: a plain copy of the file loses the newest rows, the backup API starts anew at every foreign write.

    Read-only, because a second connection that may write could checkpoint beside the service.
    """
    with closing(sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True, timeout=30)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    copy.chmod(0o600)
    with copy.open("rb+") as file:
        os.fsync(file.fileno())


def _pack(copy: Path, files: Files, target: Path, now: datetime) -> Copy:
    """Files after the database: what it names is kept under its hash and stays. Streamed, each hashed on the way."""
    with closing(sqlite3.connect(copy)) as connection:
        counts = sound(connection)
    names = sorted(named(copy))
    missing = [name for name in names if not files.has(name)]
    kept = [name for name in names if files.has(name)]
    manifest = {
        "form": FORM, "okno": okno.__version__, "made_at": now.isoformat(), "database": _hash(copy), "rows": counts,
        "files": len(kept), "missing": missing,
    }  # fmt: skip
    with _private(target) as raw, tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
        _add(tar, MANIFEST, io.BytesIO(json.dumps(manifest, indent=1).encode()), now)
        for name, path in [(DATABASE, copy), *((FOLDER + name, files.path(name)) for name in kept)]:
            with path.open("rb") as file:
                _add(tar, name, file, now)
    return Copy(rows=sum(counts.values()), files=len(kept), size=target.stat().st_size, missing=tuple(missing))


def verify(path: Path, copy: Path) -> None:
    """Reads all of it, the database into `copy`. Raises StoreError where it would not come back whole."""
    found: set[str] = set()
    with opened(path) as (manifest, tar):
        for member in tar:
            if member.name == DATABASE:
                extract(tar, member, copy)
            elif member.name.startswith(FOLDER):
                found.add(hashed(tar, member, None))
    prove(manifest, copy, found)


def prove(manifest: dict[str, Any], copy: Path, found: set[str]) -> None:
    """Integrity, references, numbers of rows, and that every file a row names is among those `found`."""
    if not copy.exists():
        raise StoreError("The backup holds no database; use another one")
    if _hash(copy) != manifest["database"]:
        raise StoreError("The database in the backup is damaged; use another one")
    with closing(sqlite3.connect(copy)) as connection:
        counts = sound(connection)
    if counts != manifest["rows"]:
        raise StoreError("The backup has other numbers of rows than it says; use another one")
    lost = named(copy) - found - set(manifest["missing"])
    if lost:
        raise StoreError(f"The backup lacks {len(lost)} files that its database names; use another one")


@contextmanager
def opened(path: Path) -> Iterator[tuple[dict[str, Any], tarfile.TarFile]]:
    """The manifest, and the tar at what follows it. Raises StoreError for what is no backup of ours."""
    try:
        with tarfile.open(path, mode="r:") as tar:
            first = tar.next()
            body = tar.extractfile(first) if first and first.name == MANIFEST else None
            manifest: dict[str, Any] = json.loads(body.read(_PIECE)) if body else {}
            if manifest.get("form") != FORM:
                raise StoreError(f"{path} is no backup that this version of Okno can read")
            yield manifest, tar
    except (tarfile.TarError, OSError, ValueError) as error:
        raise StoreError(f"{path} cannot be read as a backup ({error})") from error


def extract(tar: tarfile.TarFile, member: tarfile.TarInfo, to: Path) -> None:
    body = tar.extractfile(member)
    if body is None:
        raise StoreError(f"{member.name} in the backup is no file")
    with _private(to) as out:
        shutil.copyfileobj(body, out, _PIECE)


def hashed(tar: tarfile.TarFile, member: tarfile.TarInfo, to: Path | None) -> str:
    """The file's name, which is its hash; written to `to` unless None. Raises StoreError where the two differ."""
    name, body = member.name.removeprefix(FOLDER), tar.extractfile(member)
    digest = hashlib.sha256()
    with _private(to) if to else io.BytesIO() as out:
        while body and (piece := body.read(_PIECE)):
            digest.update(piece)
            if to:
                out.write(piece)
    if digest.hexdigest() != name:
        raise StoreError(f"The file {name[:64]} in the backup is damaged; use another backup")
    return name


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sound(connection: sqlite3.Connection) -> dict[str, int]:
    """Rows by table, once the database has proved whole. Raises StoreError."""
    told = connection.execute("PRAGMA integrity_check(3)").fetchall()
    if told != [("ok",)]:
        raise StoreError(f"The copy of the database is damaged: {'; '.join(str(row[0]) for row in told)}")
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        raise StoreError("Rows of the copy refer to rows that are not there")
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'search%'")
    names = [str(row[0]) for row in tables if not str(row[0]).startswith("sqlite_")]
    return {name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in sorted(names)}  # noqa: S608 - our own tables


def named(copy: Path) -> set[str]:
    """Every file that a row names; the same rule by which others are thrown away."""
    made = sa.create_engine(f"sqlite:///{copy}")
    found: set[str] = set()
    try:
        with made.connect() as connection:
            for place in housekeeping.PLACES:
                page: Page | None = Page(place=place)
                while page:
                    some = housekeeping.named(Tx(connection), page)
                    found |= some.names
                    page = Page(place=place, after=some.upto) if some.upto is not None else None
    finally:
        made.dispose()
    return found


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], now: datetime) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = content.seek(0, os.SEEK_END), 0o600, int(now.timestamp())
    content.seek(0)
    tar.addfile(member, content)


@contextmanager
def _private(path: Path) -> Iterator[io.BufferedWriter]:
    """A new file of ours alone, on the disk when it is left."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
