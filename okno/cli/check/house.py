"""The house itself: the configuration, data_dir and its disk, the operator's texts, the staff as a whole."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from okno.cli.check.finding import Finding, cut, fine, note, wrong
from okno.config.values import Config
from okno.texts import Texts

_LEAST_FREE: Final = 512 * 1024 * 1024
# WAL needs memory shared between processes, which no network file system gives.
_REMOTE: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs"})


async def house(config: Config) -> list[Finding]:
    return [*_settings(config), *_folder(config), *_templates(config), *_people(config)]


def mistakes(told: tuple[str, ...]) -> list[Finding]:
    """A configuration that does not load: nothing else can be tried."""
    return [wrong("config", *cut(line, "correct it there")) for line in told]


def _settings(config: Config) -> Iterator[Finding]:
    notes = [note("config", *cut(line, "correct it there, if it is not meant")) for line in config.warnings]
    yield from notes or [fine("config")]


def _folder(config: Config) -> Iterator[Finding]:
    folder = config.data_dir
    if not folder.exists():
        yield note("data_dir", f"{folder} is not there yet", "nothing to do: the first start makes it")
        return
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".check-") as file:
            file.write(b"okno")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        yield wrong("data_dir", f"{folder} cannot be written ({error.strerror})", "give it to the user Okno runs as")
        return
    if folder.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield note("data_dir", f"{folder} admits others than its owner", f"run: chmod 700 {folder}")
    else:
        yield fine("data_dir")
    yield from _disk(folder, embedded=not config.database_url)


def _disk(folder: Path, *, embedded: bool) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE:
        advice = "make room: without any, nothing can be taken in (nothing is lost: mail waits on its server)"
        yield wrong("disk", f"{free >> 20} MB are free in {folder}", advice)
    else:
        yield fine("disk")
    kind = _file_system(folder)
    if embedded and kind in _REMOTE:
        advice = "put data_dir on a local disk, or the store on PostgreSQL"
        yield wrong("disk", f"{folder} is on {kind}, where an embedded database can be damaged", advice)


def _file_system(folder: Path) -> str:
    """Its type; empty where the system does not tell."""
    try:
        mounts = [line.split() for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    inside = [(place, kind) for _, place, kind, *_ in mounts if folder.is_relative_to(place)]
    return max(inside, key=lambda one: len(one[0]), default=("", ""))[1]


def _templates(config: Config) -> Iterator[Finding]:
    found = Texts(config.templates_dir, config.language, config.timezone).check()
    advice = "correct the file; until then Okno's own text is used"
    yield from [wrong("templates", line, advice) for line in found] or [fine("templates")]


def _people(config: Config) -> Iterator[Finding]:
    if not config.staff:
        yield note("staff", "there is no [[staff]]; nobody can answer", "add a [[staff]] block for each person")
        return
    if not any(one.role == "admin" for one in config.staff):
        yield note("staff", "nobody is an admin", 'give one person role = "admin"')
    for line in config.lines:
        if not any(line.name in one.lines or not one.lines for one in config.staff):
            advice = "name the line among somebody's lines"
            yield note("staff", f"nobody works in the line {line.name}; its requests wait unassigned", advice)
    sends = any(box.smtp.host for box in config.mailboxes)
    if config.telegram.token and sends and not any(one.email for one in config.staff):
        advice = "give at least one person an email"
        yield note("staff e-mail", "nobody has an email; nobody hears when Telegram is down", advice)
