"""Owns every blob: raw mail too large for a row, and attachments. A name is the sha256 of the content."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_PIECE: Final = 1 << 20


class Files:
    """Temporary file, fsync, rename, directory fsync; only then may a row name it. All calls block: use a thread."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._kept = root / "kept"
        self.coming = root / "coming"
        self._kept.mkdir(parents=True, exist_ok=True)
        self.coming.mkdir(parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        """Where the content is; raises FileNotFoundError when it is not kept here."""
        place = self._place(sha256)
        if not place.is_file():
            raise FileNotFoundError(sha256)
        return place

    def has(self, sha256: str) -> bool:
        return self._place(sha256).is_file()

    def keep(self, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        if self._renewed(name):
            return name
        temporary = self.coming / secrets.token_hex(16)
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        self._settle(temporary, name)
        return name

    def adopt(self, temporary: Path, sha256: str | None = None) -> str:
        """Keeps a file already written under `coming`; it is synced, renamed and gone from there."""
        name = sha256 or _hash(temporary)
        if self._renewed(name):
            temporary.unlink()
            return name
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        self._settle(temporary, name)
        return name

    def read(self, sha256: str) -> bytes:
        return self.path(sha256).read_bytes()

    def names(self) -> Iterable[tuple[str, float]]:
        """Every kept name with the instant (POSIX seconds) it was last written, for the sweep of orphans."""
        for place in self._kept.glob("??/*"):
            yield place.name, place.stat().st_mtime

    def forget(self, sha256: str) -> None:
        self._place(sha256).unlink(missing_ok=True)

    def _place(self, sha256: str) -> Path:
        if len(sha256) != 64 or not sha256.isalnum():  # noqa: PLR2004 - the length of a sha256 in hex
            raise FileNotFoundError(sha256)
        return self._kept / sha256[:2] / sha256

    def _renewed(self, sha256: str) -> bool:
        """Whether it is kept already; then as if written now, or a sweep might take it before a row names it again."""
        try:
            os.utime(self._place(sha256))
        except FileNotFoundError:
            return False
        return True

    def _settle(self, temporary: Path, name: str) -> None:
        place = self._place(name)
        fresh = not place.parent.exists()
        place.parent.mkdir(exist_ok=True)
        temporary.replace(place)
        _sync(place.parent)
        if fresh:
            _sync(self._kept)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
