"""What Telegram shows of the store: one row per surface, drawn when its lane has room, so that edits coalesce."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from okno.queue import letters
from okno.queue.fixed import Fixed, listed
from okno.queue.tables import message, view
from okno.queue.transaction import Tx

_CLAIM: Final = timedelta(seconds=120)
# How much of a deleted topic is shown again in the new one.
_FEED_AGAIN: Final = 10
_PAUSES: Final = tuple(timedelta(seconds=pause) for pause in (2, 10, 60, 300, 900))


@dataclass(frozen=True, kw_only=True)
class Surface:
    """Where something is shown: a ticket's topic, card and feed, an alert's buttons, the mark on an answer."""

    subject_kind: str
    subject: int
    surface: str
    account: int
    chat: int
    remote: int | None = None
    not_before: datetime | None = None
    upto: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class View:
    id: int
    subject_kind: str
    subject: int
    surface: str
    account: int
    lane: str
    chat: int
    remote: int | None
    wanted: int
    shown: int
    tries: int
    data: dict[str, Any]


_NAMES: Final = (
    "id", "subject_kind", "subject", "surface", "account", "lane", "chat", "remote", "wanted", "shown", "tries", "data",
)  # fmt: skip
_COLUMNS: Final = tuple(view.c[name] for name in _NAMES)
_KEY: Final = ("subject_kind", "subject", "surface")


_Insert = sqlite.Insert | postgresql.Insert


def _either(change: Callable[[_Insert], Mapping[str, Any]]) -> Fixed:
    """Makes the view, or changes it so where it is there already."""
    lite, post = sqlite.insert(view), postgresql.insert(view)
    return Fixed(
        lite.on_conflict_do_update(index_elements=list(_KEY), set_=change(lite)),
        post.on_conflict_do_update(index_elements=list(_KEY), set_=change(post)),
    )


def _soon(insert: _Insert) -> dict[str, Any]:
    return {"next_at": insert.excluded.next_at, "tries": 0}


_WANT: Final = _either(lambda insert: {"wanted": view.c.wanted + 1, **_soon(insert)})
_WANT_UPTO: Final = _either(lambda insert: {"wanted": insert.excluded.wanted, **_soon(insert)})
_PLACE: Final = _either(
    lambda insert: {
        "wanted": view.c.wanted + 1, "remote": insert.excluded.remote, "data": insert.excluded.data, **_soon(insert)
    }
)  # fmt: skip
_AGAIN: Final = Fixed(
    sa.update(view)
    .where(
        view.c.subject_kind == sa.bindparam("kind"), view.c.subject == sa.bindparam("key"), view.c.surface != "feed"
    )
    .values(wanted=view.c.wanted + 1, next_at=sa.bindparam("now", type_=view.c.next_at.type), tries=0)
)  # fmt: skip
_FIND: Final = Fixed(sa.select(*_COLUMNS).where(*(view.c[name] == sa.bindparam(name) for name in _KEY)))


def want(tx: Tx, one: Surface, now: datetime) -> None:
    """Asks for a redraw. `upto` (a feed's last message) sets the wanted revision; otherwise it grows by one."""
    at = one.not_before or now
    if one.upto is None:
        tx.do(_WANT, _values(one, 1, at))
    else:
        tx.do(_WANT_UPTO, _values(one, one.upto, at))
    tx.ring("views")


def _values(one: Surface, wanted: int, at: datetime) -> dict[str, Any]:
    return {
        "subject_kind": one.subject_kind, "subject": one.subject, "surface": one.surface, "account": one.account,
        "lane": letters.lane(one.account, str(one.chat)), "rank": letters.VIEW_RANK[one.surface.partition(":")[0]],
        "chat": one.chat, "remote": one.remote, "wanted": wanted, "shown": 0, "tries": 0, "next_at": at, "worker": "",
        "claimed_until": None, "reason": "", "data": dict(one.data),
    }  # fmt: skip


def place(tx: Tx, one: Surface, now: datetime) -> None:
    """Says where a surface already stands (a letter's own message), to be redrawn from now on."""
    tx.do(_PLACE, _values(one, 1, now))
    tx.ring("views")


def again(tx: Tx, subject_kind: str, subject: int, now: datetime) -> None:
    """Redraws every surface of the subject but its feed, which follows messages instead."""
    if tx.do(_AGAIN, {"kind": subject_kind, "key": subject, "now": now}):
        tx.ring("views")


def find(tx: Tx, subject_kind: str, subject: int, surface: str) -> View | None:
    row = tx.one(_FIND, {"subject_kind": subject_kind, "subject": subject, "surface": surface})
    return View(**row._mapping) if row else None


def by_remote(tx: Tx, account: int, chat: int, surface: str, remote: int) -> View | None:
    """The view shown there: a topic by its thread id."""
    same = sa.and_(view.c.account == account, view.c.chat == chat, view.c.surface == surface, view.c.remote == remote)
    row = tx.one(sa.select(*_COLUMNS).where(same))
    return View(**row._mapping) if row else None


def _lanes(*, postgres: bool) -> sa.Select[Any]:
    """Goes from lane to lane of the index: one group's lane may have ten thousand surfaces waiting in it."""
    waiting = view.c.wanted > view.c.shown
    first = sa.select(sa.func.min(view.c.lane).label("lane")).where(waiting).cte("each", recursive=True)
    after = sa.select(sa.func.min(view.c.lane)).where(waiting, view.c.lane > first.c.lane).scalar_subquery()
    each = first.union_all(sa.select(after).where(first.c.lane.is_not(None)))
    now: sa.BindParameter[datetime] = sa.bindparam("now")
    due = view.alias("due")
    earliest = (
        sa.select(due.c.id)
        .where(
            due.c.lane == each.c.lane, due.c.wanted > due.c.shown, due.c.next_at <= now,
            sa.or_(due.c.claimed_until.is_(None), due.c.claimed_until <= now),
            due.c.account.not_in(listed("resting", sa.BigInteger, postgres=postgres)),
        )
        .order_by(due.c.rank, due.c.id)
        .limit(1)
        .scalar_subquery()
    )  # fmt: skip
    return (
        sa.select(view.c.lane, view.c.account, view.c.rank)
        .join_from(each, view, view.c.id == earliest)
        .where(each.c.lane.not_in(listed("busy", sa.Text, postgres=postgres)))
        .order_by(view.c.rank, view.c.id)
        .limit(sa.bindparam("limit"))
    )


_LANES: Final = Fixed(_lanes(postgres=False), _lanes(postgres=True))


def lanes(
    tx: Tx, busy: Sequence[str], now: datetime, limit: int = 50, resting: Sequence[int] = ()
) -> list[letters.Work]:  # fmt: skip
    rows = tx.rows(_LANES, {"now": now, "busy": list(busy), "resting": list(resting), "limit": limit})
    return [letters.Work(lane=row.lane, account=row.account, channel="telegram", rank=row.rank) for row in rows]


@dataclass(frozen=True, kw_only=True)
class Claim:
    lane: str
    worker: str


_DUE: Final = Fixed(
    sa.select(*_COLUMNS)
    .where(
        view.c.lane == sa.bindparam("lane"), view.c.wanted > view.c.shown, view.c.next_at <= sa.bindparam("now"),
        sa.or_(view.c.claimed_until.is_(None), view.c.claimed_until <= sa.bindparam("now")),
    )
    .order_by(view.c.rank, view.c.id)
    .limit(1)
)  # fmt: skip
_TAKE: Final = Fixed(
    sa.update(view)
    .where(view.c.id == sa.bindparam("key"))
    .values(worker=sa.bindparam("who"), claimed_until=sa.bindparam("until", type_=view.c.claimed_until.type))
)


def claim(tx: Tx, ask: Claim, now: datetime) -> View | None:
    """The lane's next surface to draw: a client's words first, then the oldest."""
    row = tx.one(_DUE, {"lane": ask.lane, "now": now})
    if row is None:
        return None
    tx.do(_TAKE, {"key": row.id, "who": ask.worker, "until": now + _CLAIM})
    return View(**row._mapping)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """`revision` is the wanted one that was drawn: what was asked for meanwhile stays to do."""

    view: int
    revision: int
    remote: int | None
    data: Mapping[str, Any]


_SHOWN: Final = Fixed(
    sa.update(view)
    .where(view.c.id == sa.bindparam("key"), view.c.shown <= sa.bindparam("revision"))
    .values(
        shown=sa.bindparam("revision"), remote=sa.bindparam("where"),
        data=sa.bindparam("facts", type_=view.c.data.type), claimed_until=None, tries=0, reason="",
    )
)  # fmt: skip


def shown(tx: Tx, done: Shown, now: datetime) -> None:
    """A report that comes after a newer one changes nothing: its drawing is not the one that stands there."""
    del now
    tx.do(_SHOWN, {"key": done.view, "revision": done.revision, "where": done.remote, "facts": dict(done.data)})
    tx.ring("views")


@dataclass(frozen=True, kw_only=True)
class Failed:
    """`at`: when to look again, None for the usual pauses. `lost`: the surface is gone, it is made anew."""

    view: int
    reason: str
    at: datetime | None = None
    lost: bool = False


def failed(tx: Tx, one: Failed, now: datetime) -> None:
    tries: int = tx.value(sa.select(view.c.tries).where(view.c.id == one.view)) or 0
    pause = one.at or now + _PAUSES[min(tries, len(_PAUSES) - 1)]
    values: dict[str, Any] = {"next_at": pause, "claimed_until": None, "reason": one.reason[:500]}
    if one.at is None:
        values["tries"] = tries + 1
    if one.lost:
        values |= {"remote": None, "next_at": now}
    tx.run(sa.update(view).where(view.c.id == one.view).values(values))
    tx.ring("views")


def lose(tx: Tx, ticket: int, now: datetime) -> None:
    """The ticket's topic is gone: topic and card are made anew, the feed from its last few."""
    mine = sa.and_(view.c.subject_kind == "ticket", view.c.subject == ticket)
    gone: dict[str, Any] = {
        "remote": None,
        "wanted": view.c.wanted + 1,
        "next_at": now,
        "claimed_until": None,
        "data": {},
    }
    tx.run(sa.update(view).where(mine, view.c.surface.in_(("topic", "card"))).values(gone))
    last = sa.select(message.c.id).where(message.c.ticket == ticket).order_by(message.c.id.desc())
    kept = tx.run(last.limit(_FEED_AGAIN)).scalars().all()
    if kept:
        feed = sa.update(view).where(mine, view.c.surface == "feed")
        tx.run(feed.values(shown=min(kept) - 1, wanted=max(kept), next_at=now, claimed_until=None))
    tx.ring("views")


_NOT_YET: Final = Fixed(
    sa.select(sa.func.min(view.c.next_at)).where(view.c.wanted > view.c.shown, view.c.next_at > sa.bindparam("now"))
)
_CLAIMED: Final = Fixed(
    sa.select(sa.func.min(view.c.claimed_until)).where(
        view.c.wanted > view.c.shown, view.c.claimed_until > sa.bindparam("now")
    )
)


def next_due(tx: Tx, now: datetime) -> datetime | None:
    """The earliest instant after `now` at which a surface is due, or a claim on one ends."""
    found = [instant for look in (_NOT_YET, _CLAIMED) if (instant := tx.value(look, {"now": now})) is not None]
    return min(found, default=None)
