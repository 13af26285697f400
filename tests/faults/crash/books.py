"""What the store says, read from outside beside the running service: what is still to do, and in the end everything."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from okno.config.values import Config
from okno.queue.opening import database
from okno.queue.tables import account, attachment, journal, letter, part, view

_TO_DO: Final[dict[str, sa.Select[Any]]] = {
    "journal": sa.select(sa.func.count()).where(journal.c.state == "waiting"),
    "letters": sa.select(sa.func.count()).where(letter.c.state.in_(("queued", "leaving"))),
    "parts": sa.select(sa.func.count()).where(part.c.state.in_(("queued", "sending"))),
    "views": sa.select(sa.func.count()).where(view.c.wanted > view.c.shown),
    "files": sa.select(sa.func.count()).where(attachment.c.state == "wanted"),
}


class Books:
    """`close` it: connections of its own."""

    def __init__(self, config: Config) -> None:
        self._engine = _engine(config)

    async def rows(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        async with self._engine.connect() as connection:
            found: Sequence[sa.Row[Any]] = (await connection.execute(query)).all()
            return found

    async def to_do(self) -> dict[str, int]:
        """What is not finished, by kind; empty when all is done."""
        counts = {name: (await self.rows(query))[0][0] for name, query in _TO_DO.items()}
        return {name: number for name, number in counts.items() if number}

    async def position(self) -> int | None:
        """The last UID of the mailbox taken in, 0 before the first; None before the mailbox was first looked at."""
        states = [row.state for row in await self.rows(sa.select(account.c.state).where(account.c.kind == "email"))]
        if not states or "ok_at" not in states[0]:
            return None
        return int(states[0].get("position", {}).get("INBOX", {}).get("uid", 0))

    async def close(self) -> None:
        await self._engine.dispose()


def _engine(config: Config) -> AsyncEngine:
    url = config.database_url.reveal()
    if url:
        return create_async_engine(url, poolclass=sa.pool.NullPool)
    place = quote(str(database(config.data_dir)))
    return create_async_engine(f"sqlite+aiosqlite:///file:{place}?mode=ro&uri=true", poolclass=sa.pool.NullPool)
