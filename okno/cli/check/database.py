"""The database: whether it can be reached and is ours, and whether a commit there means that it is on the disk."""

from collections.abc import Iterator
from typing import Final

from okno.cli.check.finding import Finding, cut, fine, note, wrong
from okno.config.values import Config
from okno.errors import StoreError
from okno.queue import condition
from okno.queue.condition import Condition

_WHAT: Final = "database"
_NEEDED: Final = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "server_encoding": "UTF8"}
# Stronger promises than "on" are as good.
_STRONGER: Final = frozenset({"remote_write", "remote_apply"})
_OLDEST: Final = 150_000


async def database(config: Config) -> list[Finding]:
    try:
        found = await condition.look(config.data_dir, config.database_url.reveal())
    except StoreError as error:
        return [wrong(_WHAT, *cut(str(error), "correct database.url, or start the database"))]
    return [*_fit(found), *(_postgres(found) if found.settings else _sqlite())]


def _fit(found: Condition) -> Iterator[Finding]:
    match found.fit:
        case "missing":
            yield note(_WHAT, "there is no store yet", "nothing to do: the first start makes it")
        case "behind":
            yield note(_WHAT, "it is of an older version of Okno", "nothing to do: the next start brings it up to date")
        case "too new":
            advice = "install that version, or restore an older backup"
            yield wrong(_WHAT, "it is of a newer version of Okno", advice)
        case "fit":
            yield fine(_WHAT)


def _postgres(found: Condition) -> Iterator[Finding]:
    for name, needed in _NEEDED.items():
        told = found.settings[name]
        if told.lower() != needed.lower() and not (name == "synchronous_commit" and told in _STRONGER):
            problem = f"{name} is {told}: what was confirmed can be lost when the machine stops"
            if name == "server_encoding":
                problem = f"its encoding is {told}, which cannot hold every letter"
            yield wrong(_WHAT, problem, f"set it to {needed}")
    version = int(found.settings["server_version_num"])
    if version < _OLDEST:
        yield wrong(_WHAT, f"PostgreSQL {version // 10_000} is too old", f"use {_OLDEST // 10_000} or newer")


def _sqlite() -> Iterator[Finding]:
    version = condition.sqlite_version()
    words = ".".join(map(str, version))
    if not condition.searches():
        yield wrong("SQLite", f"{words} was built without FTS5", "use a Python whose SQLite has it")
    elif condition.may_lose_wal(version):
        problem = f"{words} can damage a database that two programs write at the same moment"
        advice = "nothing to do: Okno writes alone; open okno.db with nothing else that writes, not even sqlite3"
        yield note("SQLite", problem, advice)
    else:
        yield fine("SQLite")
