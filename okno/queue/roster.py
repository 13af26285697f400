"""The desk itself: its accounts, lines and staff. The configuration puts them in at every start; nothing deletes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from okno.desk.rights import Actor, Role
from okno.errors import NotFound
from okno.queue.fixed import Fixed
from okno.queue.tables import account, line, staff
from okno.queue.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Member:
    """One of the staff. `started_at` None: has never pressed Start, so no private message can reach them."""

    id: int
    name: str
    telegram_id: int
    email: str
    role: Role
    language: str
    lines: tuple[int, ...]
    active: bool
    started_at: datetime | None
    away_at: datetime | None
    away_why: str

    @property
    def actor(self) -> Actor:
        return Actor(kind="staff", id=self.id, role=self.role, lines=frozenset(self.lines))


@dataclass(frozen=True, kw_only=True)
class Account:
    id: int
    kind: str
    name: str
    address: str
    state: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Line:
    id: int
    name: str
    rank: int


@dataclass(frozen=True, kw_only=True)
class NewMember:
    """As config.toml names them; lines by name."""

    name: str
    telegram_id: int
    email: str
    role: Role
    language: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Roster:
    """`accounts` are (kind, name, address); `lines` in escalation order."""

    accounts: Sequence[tuple[str, str, str]]
    lines: Sequence[str]
    staff: Sequence[NewMember]


def put(tx: Tx, roster: Roster, now: datetime) -> None:
    """What the configuration no longer names is switched off, never deleted."""
    del now
    for kind, name, address in roster.accounts:
        _put_account(tx, kind, name, address)
    tx.run(sa.update(line).values(active=False))
    for rank, name in enumerate(roster.lines):
        change = sa.update(line).where(line.c.name == name).values(rank=rank, active=True)
        if tx.run(change).rowcount == 0:
            tx.run(sa.insert(line), {"name": name, "rank": rank, "active": True})
    keys = {one.name: one.id for one in lines(tx, None)}
    tx.run(sa.update(staff).values(active=False))
    for member in roster.staff:
        _put_member(tx, member, [keys[name] for name in member.lines or roster.lines])


def _put_account(tx: Tx, kind: str, name: str, address: str) -> None:
    same = sa.and_(account.c.kind == kind, account.c.name == name)
    if tx.run(sa.update(account).where(same).values(address=address)).rowcount == 0:
        tx.run(sa.insert(account), {"kind": kind, "name": name, "address": address, "state": {}})


def _put_member(tx: Tx, member: NewMember, keys: list[int]) -> None:
    values: dict[str, Any] = {
        "name": member.name, "email": member.email, "role": member.role, "language": member.language, "lines": keys,
        "active": True,
    }  # fmt: skip
    if tx.run(sa.update(staff).where(staff.c.telegram_id == member.telegram_id).values(values)).rowcount == 0:
        fresh = {"started_at": None, "away_at": None, "away_why": "", "assigned_at": None}
        tx.run(sa.insert(staff), {**values, **fresh, "telegram_id": member.telegram_id})


_MEMBER: Final = sa.select(
    staff.c.id, staff.c.name, staff.c.telegram_id, staff.c.email, staff.c.role, staff.c.language, staff.c.lines,
    staff.c.active, staff.c.started_at, staff.c.away_at, staff.c.away_why,
)  # fmt: skip


_BY_ID: Final = Fixed(_MEMBER.where(staff.c.id == sa.bindparam("key")))
_BY_TELEGRAM: Final = Fixed(_MEMBER.where(staff.c.telegram_id == sa.bindparam("key"), staff.c.active))
_ACCOUNTS: Final = Fixed(sa.select(account).order_by(account.c.id))


def _member(row: sa.Row[Any]) -> Member:
    return Member(**{**row._mapping, "lines": tuple(row.lines)})


def by_telegram(tx: Tx, telegram_id: int) -> Member | None:
    """An active member; somebody switched off is nobody from the next update on."""
    row = tx.one(_BY_TELEGRAM, {"key": telegram_id})
    return _member(row) if row else None


def get(tx: Tx, key: int) -> Member:
    """Switched off or not. Raises NotFound."""
    row = tx.one(_BY_ID, {"key": key})
    if row is None:
        raise NotFound("no_such_member")
    return _member(row)


def members(tx: Tx, _nothing: None) -> list[Member]:
    """Active staff in the order they were put in."""
    return [_member(row) for row in tx.rows(_MEMBER.where(staff.c.active).order_by(staff.c.id))]


def lines(tx: Tx, _nothing: None) -> list[Line]:
    query = sa.select(line.c.id, line.c.name, line.c.rank).where(line.c.active).order_by(line.c.rank)
    return [Line(**row._mapping) for row in tx.rows(query)]


def accounts(tx: Tx, _nothing: None) -> list[Account]:
    return [Account(**row._mapping) for row in tx.rows(_ACCOUNTS)]


def set_started(tx: Tx, key: int, now: datetime) -> None:
    tx.run(sa.update(staff).where(staff.c.id == key).values(started_at=now))


def set_unreachable(tx: Tx, key: int) -> None:
    """Has blocked the bot: counts as never having pressed Start."""
    tx.run(sa.update(staff).where(staff.c.id == key).values(started_at=None))


@dataclass(frozen=True, kw_only=True)
class Note:
    """What an account must remember between runs (a mailbox's position); merged into what is there."""

    account: int
    state: dict[str, Any]


def note(tx: Tx, command: Note, now: datetime) -> None:
    del now
    old = tx.value(sa.select(account.c.state).where(account.c.id == command.account)) or {}
    tx.run(sa.update(account).where(account.c.id == command.account).values(state={**old, **command.state}))
