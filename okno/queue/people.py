"""Clients and their identities: one person has any number of addresses, each unique in the desk."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from okno.desk.message import IdentityKind, Sender
from okno.queue.fixed import Fixed
from okno.queue.tables import identity, person
from okno.queue.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Identity:
    """One address of a person, with what the person is called and reads."""

    id: int
    person: int
    kind: IdentityKind
    address: str
    username: str
    account: int | None
    fresh_until: datetime | None
    unreachable_at: datetime | None
    unreachable_why: str
    name: str
    language: str


_QUERY: Final = sa.select(
    identity.c.id, identity.c.person, identity.c.kind, identity.c.address, identity.c.username, identity.c.account,
    identity.c.fresh_until, identity.c.unreachable_at, identity.c.unreachable_why, person.c.name, person.c.language,
).join_from(identity, person)  # fmt: skip
_BY_ADDRESS: Final = Fixed(
    _QUERY.where(identity.c.kind == sa.bindparam("kind"), identity.c.address == sa.bindparam("address"))
)
_BY_ID: Final = Fixed(_QUERY.where(identity.c.id == sa.bindparam("key")))
_OF_PERSON: Final = Fixed(_QUERY.where(person.c.id == sa.bindparam("key")).order_by(identity.c.id))
_PERSON: Final = Fixed(sa.insert(person).returning(person.c.id))
_IDENTITY: Final = Fixed(sa.insert(identity).returning(identity.c.id))


def find(tx: Tx, kind: str, address: str) -> Identity | None:
    row = tx.one(_BY_ADDRESS, {"kind": kind, "address": address})
    return Identity(**row._mapping) if row else None


def get(tx: Tx, key: int) -> Identity | None:
    row = tx.one(_BY_ID, {"key": key})
    return Identity(**row._mapping) if row else None


def by_username(tx: Tx, username: str) -> Identity | None:
    """Telegram user names are case-insensitive and change hands: good for staff to name somebody, never for rights."""
    same = sa.func.lower(identity.c.username) == username.lower()
    row = tx.one(_QUERY.where(identity.c.kind == "telegram", same).limit(1))
    return Identity(**row._mapping) if row else None


def of_person(tx: Tx, key: int) -> list[Identity]:
    """All addresses of a person, the oldest first."""
    return [Identity(**row._mapping) for row in tx.rows(_OF_PERSON, {"key": key})]


def ensure(tx: Tx, sender: Sender, account: int | None, now: datetime) -> Identity:
    """Who wrote, known or made now. A name or language learnt later fills a gap but never overwrites."""
    known = find(tx, sender.kind, sender.address)
    if known is None:
        return _make(tx, sender, account, now)
    if (sender.name and not known.name) or (sender.language and not known.language):
        name, language = known.name or sender.name, known.language or sender.language
        tx.run(sa.update(person).where(person.c.id == known.person).values(name=name, language=language))
        return find(tx, sender.kind, sender.address) or known
    return known


def _make(tx: Tx, sender: Sender, account: int | None, now: datetime) -> Identity:
    values = {"name": sender.name, "language": sender.language, "organisation": None, "created_at": now}
    who = tx.value(_PERSON, values)
    row = {
        "person": who, "kind": sender.kind, "address": sender.address, "username": sender.username, "proof": "",
        "account": account, "fresh_until": None, "unreachable_at": None, "unreachable_why": "",
    }  # fmt: skip
    key = tx.value(_IDENTITY, row)
    return Identity(
        id=key, person=who, kind=sender.kind, address=sender.address, username=sender.username, account=account,
        fresh_until=None, unreachable_at=None, unreachable_why="", name=sender.name, language=sender.language,
    )  # fmt: skip


def set_fresh(tx: Tx, key: int, until: datetime | None) -> None:
    """Until then the next message of this identity starts a new request."""
    tx.run(sa.update(identity).where(identity.c.id == key).values(fresh_until=until))


def set_language(tx: Tx, who: int, language: str) -> None:
    tx.run(sa.update(person).where(person.c.id == who).values(language=language))


def set_unreachable(tx: Tx, key: int, why: str, at: datetime | None) -> None:
    """`at` None: they can be reached again."""
    change = sa.update(identity).where(identity.c.id == key)
    tx.run(change.values(unreachable_at=at, unreachable_why=why))
