"""What the store says, read from outside beside the running service: what is still to do, and in the end everything."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

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


@dataclass(frozen=True, kw_only=True)
class Reached:
    """How far the store says each channel was taken in: the next update asked for, the last UID. None: never looked."""

    update: int | None
    uid: int | None


class Books:
    """`close` it: connections of its own."""

    def __init__(self, config: Config) -> None:
        url = config.database_url.reveal()
        place = quote(str(database(config.data_dir)))
        self._shared = create_async_engine(url, poolclass=sa.pool.NullPool) if url else None
        self._embedded = sa.create_engine(f"sqlite:///file:{place}?mode=ro&uri=true", poolclass=sa.pool.NullPool)

    async def rows(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        if self._shared is None:
            return await asyncio.to_thread(self._look, query)
        async with self._shared.connect() as connection:
            found: Sequence[sa.Row[Any]] = (await connection.execute(query)).all()
            return found

    def _look(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        with self._embedded.connect() as connection:
            return connection.execute(query).all()

    async def to_do(self) -> dict[str, int]:
        """What is not finished, by kind; empty when all is done."""
        counts = {name: (await self.rows(query))[0][0] for name, query in _TO_DO.items()}
        return {name: number for name, number in counts.items() if number}

    async def reached(self) -> Reached:
        rows = await self.rows(sa.select(account.c.kind, account.c.state))
        states = {row.kind: row.state for row in rows}
        telegram, email = states.get("telegram", {}), states.get("email", {})
        uid = int(email.get("position", {}).get("INBOX", {}).get("uid", 0)) if "ok_at" in email else None
        return Reached(update=telegram.get("newest"), uid=uid)

    async def close(self) -> None:
        self._embedded.dispose()
        if self._shared is not None:
            await self._shared.dispose()
