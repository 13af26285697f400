"""Reads a secret from its file, and refuses a file that others can read. Secrets written inline do not pass here."""

import os
import shlex
import stat
from pathlib import Path

from okno.config.quoting import shown
from okno.config.wrong import Wrong

_LIMIT = 64 * 1024  # bytes; the longest secret we know of is a private key of 4 KB
_OTHERS = stat.S_IRGRP | stat.S_IWGRP | stat.S_IROTH | stat.S_IWOTH


def read(path: Path, *, guarded: Path | None = None) -> str:
    """What the file holds, without the line end that editors and `echo` put last.

    `guarded` is a folder that systemd keeps for this service alone (LoadCredential=). The files in it look readable
    by the group, because the access list that admits the service shows there, so their mode says nothing.
    Raises Wrong.
    """
    try:
        # Without O_NONBLOCK a named pipe would wait for its writer for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            _judge(path, os.fstat(descriptor).st_mode, guarded)
            data = os.read(descriptor, _LIMIT + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise Wrong(
            f"{shown(str(path))} cannot be read ({error.strerror}); make the file, or correct the path"
        ) from error
    return _text(data, path)


def open_to_others(mode: int) -> bool:
    return bool(mode & _OTHERS)


def _judge(path: Path, mode: int, guarded: Path | None) -> None:
    if not stat.S_ISREG(mode):
        raise Wrong(f"{shown(str(path))} is not a file; name the file that holds the secret")
    if open_to_others(mode) and not (guarded and path.resolve().is_relative_to(guarded.resolve())):
        raise Wrong(f"{shown(str(path))} can be read or changed by others; run: chmod 600 {shlex.quote(str(path))}")


def _text(data: bytes, path: Path) -> str:
    if len(data) > _LIMIT:
        raise Wrong(f"{shown(str(path))} is larger than 64 KB; name the file that holds the secret and nothing else")
    try:
        text = data.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise Wrong(f"{shown(str(path))} is not UTF-8 text; save it as UTF-8") from error
    if not text:
        raise Wrong(f"{shown(str(path))} is empty; write the secret into it")
    return text
