"""Who may do what only one worker at a time may do (poll a bot, watch a mailbox), with a fence against sleepers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from okno.errors import FenceLost
from okno.queue.fixed import Fixed
from okno.queue.tables import lease
from okno.queue.transaction import Tx

TERM: Final = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The fence grows with every change of holder; a write under an old one is refused."""

    name: str
    holder: str
    fence: int


@dataclass(frozen=True, kw_only=True)
class Take:
    name: str
    holder: str


def take(tx: Tx, command: Take, now: datetime) -> Lease | None:
    """Takes or renews it for a term; None while somebody else holds it."""
    row = tx.one(sa.select(lease).where(lease.c.name == command.name))
    if row is None:
        values = {"name": command.name, "holder": command.holder, "fence": 1, "until": now + TERM}
        tx.run(sa.insert(lease), values)
        return Lease(name=command.name, holder=command.holder, fence=1)
    if row.holder != command.holder and row.until > now:
        return None
    fence = row.fence if row.holder == command.holder else row.fence + 1
    tx.run(
        sa.update(lease)
        .where(lease.c.name == command.name)
        .values(holder=command.holder, fence=fence, until=now + TERM)
    )
    return Lease(name=command.name, holder=command.holder, fence=fence)


def drop(tx: Tx, held: Lease, now: datetime) -> None:
    """Gives it back early, so that another need not wait for the term to end."""
    mine = sa.and_(lease.c.name == held.name, lease.c.holder == held.holder, lease.c.fence == held.fence)
    tx.run(sa.update(lease).where(mine).values(until=now))


_HELD: Final = Fixed(sa.select(lease.c.holder, lease.c.fence).where(lease.c.name == sa.bindparam("name")))


def check(tx: Tx, held: Lease) -> None:
    """Raises FenceLost unless this very term is the newest one."""
    row = tx.one(_HELD, {"name": held.name})
    if row is None or (row.holder, row.fence) != (held.holder, held.fence):
        raise FenceLost
