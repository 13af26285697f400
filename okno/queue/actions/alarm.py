"""Says through the other channel that one is down, and when it is back; and that something was parked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from okno.queue import causes, reckoning, roster
from okno.queue.actions import notice
from okno.queue.actions.notice import Notice
from okno.queue.actions.policy import Policy
from okno.queue.pulse import PREFIX, Way
from okno.queue.roster import Account
from okno.queue.tables import account, cause, journal, letter
from okno.queue.transaction import Tx
from okno.queue.types import from_ms, to_ms

# (after so long, this alarm); Telegram keeps what waits for 24 hours, so the last one leaves four of them.
_LEVELS: Final = tuple(
    (timedelta(hours=hours) if hours else timedelta(minutes=2), hours) for hours in (0, 1, 6, 12, 20)
)
_KEPT: Final = timedelta(hours=24)
# Nobody looked for so long: Okno itself was away, and with it every channel.
_AWAY: Final = timedelta(hours=1)
_LISTED: Final = 10


@dataclass(frozen=True, kw_only=True)
class Told:
    """One alarm, and how many it went to; 0 where nobody can be told while this channel is down."""

    template: str
    account: int
    reached: int
    level: int = 0


@dataclass(frozen=True, kw_only=True)
class _Outage:
    """`over` says that the channel has answered since."""

    since: datetime
    over: bool = False


@dataclass(frozen=True, kw_only=True)
class _Case:
    """One channel in one way, beside the others that could carry the word."""

    account: Account
    way: Way
    others: Sequence[Account]
    policy: Policy
    now: datetime

    def fact(self, name: str) -> Any:
        return self.account.state.get(PREFIX[self.way] + name)

    def instant(self, name: str) -> datetime | None:
        value = self.fact(name)
        return from_ms(value) if value is not None else None


def watch(tx: Tx, policy: Policy, now: datetime) -> list[Told]:
    """Looks at every channel in use. Each alarm of an outage is told once, however many workers look how often.

    An account's state keeps `outage` (what was told of last, until it is over) and `watched_at` (the last such look),
    for each way.
    """
    used = [one for one in roster.accounts(tx, None) if one.id == policy.bot or one.id in policy.posts]
    told: list[Told] = []
    for one in used:
        others = [other for other in used if other.id != one.id]
        for way in _ways(tx, one):
            told += _watched(tx, _Case(account=one, way=way, others=others, policy=policy, now=now))
    return told


def _ways(tx: Tx, one: Account) -> list[Way]:
    """Sending is worth a word only where something waits to be sent; a silent Telegram is one outage and not two."""
    if (one.kind == "telegram" and _silent(one)) or not (one.state.get("out_outage") or reckoning.held_up(tx, one.id)):
        return ["in"]
    return ["in", "out"]


def _watched(tx: Tx, case: _Case) -> list[Told]:
    told: list[Told] = []
    outage = _outage(case)
    begun = case.fact("outage")
    if outage is not None and outage.over:
        told = _back(tx, case, outage)
        begun = None
    elif outage is not None and (level := _level(case.now - outage.since)) is not None:
        told = _down(tx, case, outage, level)
        begun = to_ms(outage.since)
    kept = {"outage": begun, "watched_at": to_ms(case.now)}
    state = {PREFIX[case.way] + name: value for name, value in kept.items()}
    roster.note(tx, roster.Note(account=case.account.id, state=state), case.now)
    return told


def _outage(case: _Case) -> _Outage | None:
    down, good = case.instant("down_since"), case.instant("ok_at")
    told, watched = case.instant("outage"), case.instant("watched_at")
    if told is not None:
        return _Outage(since=told, over=down is None and good is not None and good > told)
    if case.way == "out":
        return _Outage(since=down) if down is not None else None
    if down is not None:
        # A new process counts from its own first try; the last one knew better.
        return _Outage(since=max(good or down, min(watched, down)) if watched else down)
    alive = watched or good
    if alive is None or good is None or case.now - alive <= _AWAY:
        return None
    return _Outage(since=alive, over=good > alive)


def _level(span: timedelta) -> int | None:
    return max((level for after, level in _LEVELS if span >= after), default=None)


def _down(tx: Tx, case: _Case, outage: _Outage, level: int) -> list[Told]:
    key = f"{_key(case, outage)}{level}"
    if not causes.first_time(tx, key, case.now):
        return []
    later = [after for after, number in _LEVELS if number > level]
    left = int((_KEPT - (case.now - outage.since)) / timedelta(hours=1))
    telegram = case.account.kind == "telegram" and case.way == "in"
    data = {
        **_facts(case, outage), "detail": case.fact("detail") or None,
        "hours_left": max(left, 0) if telegram else None,
    }  # fmt: skip
    word = Notice(
        key=key, template="alarm_channel_down", data=data, expires_at=outage.since + later[0] if later else None
    )  # fmt: skip
    reached = _elsewhere(tx, case, word)
    return [Told(template=word.template, account=case.account.id, reached=reached, level=level)]


def _back(tx: Tx, case: _Case, outage: _Outage) -> list[Told]:
    """Alarms that have not left by now are taken back: this says it all."""
    key = _key(case, outage)
    if not causes.first_time(tx, f"{key}back", case.now):
        return []
    stale = sa.and_(letter.c.state == "queued", letter.c.key.startswith(key, autoescape=True))
    tx.run(sa.update(letter).where(stale).values(state="recalled"))
    telegram = case.account.kind == "telegram"
    span = (outage.since, case.now + timedelta(milliseconds=1))
    received = reckoning.arrived(tx, case.account.id, span) if case.way == "in" else 0
    lost = reckoning.gap(tx, case.account.id, outage.since) if telegram and case.way == "in" else 0
    data = {**_facts(case, outage), "received": received, "lost": lost}
    word = Notice(key=f"{key}back", template="alarm_channel_back", data=data)
    reached = _elsewhere(tx, case, word)
    if telegram:
        reached += notice.room(tx, word, case.policy, case.now)
    return [Told(template=word.template, account=case.account.id, reached=reached)]


def _key(case: _Case, outage: _Outage) -> str:
    return f"alarm:{PREFIX[case.way]}{case.account.id}:{to_ms(outage.since)}:"


def _facts(case: _Case, outage: _Outage) -> dict[str, Any]:
    one = case.account
    mail = "imap" if case.way == "in" else "smtp"
    return {
        "service": "telegram" if one.kind == "telegram" else mail, "account": one.address or one.name,
        "since": outage.since.isoformat(), "now": case.now.isoformat(),
    }  # fmt: skip


def _elsewhere(tx: Tx, case: _Case, word: Notice) -> int:
    """By mail about Telegram; through Telegram about a mailbox, and by another mailbox while Telegram is down too."""
    reached, mails = 0, True
    if case.account.kind != "telegram":
        reached = notice.room(tx, word, case.policy, case.now) + notice.private(tx, word, case.policy, case.now)
        mails = reached == 0 or any(one.kind == "telegram" and _silent(one) for one in case.others)
    post = _post(case) if mails else None
    return reached + (notice.mail(tx, word, post, case.policy, case.now) if post is not None else 0)


def _post(case: _Case) -> int | None:
    """A mailbox that can send; of several, one that is up."""
    posts = [one for one in case.others if one.id in case.policy.senders]
    return min(posts, key=lambda one: (_mute(one), _silent(one))).id if posts else None


def _silent(one: Account) -> bool:
    return one.state.get("down_since") is not None


def _mute(one: Account) -> bool:
    return one.state.get("out_down_since") is not None


def parked(tx: Tx, policy: Policy, now: datetime) -> list[Told]:
    """Tells the leads of rows parked since they were last told."""
    told_of = sa.literal("journal:") + sa.cast(journal.c.id, sa.Text) + sa.literal(":parked")
    rows = tx.rows(
        sa.select(journal.c.id, journal.c.reason, journal.c.recorded_at, account.c.kind)
        .join_from(journal, account)
        .outerjoin(cause, cause.c.key == told_of)
        .where(journal.c.state == "parked", cause.c.key.is_(None))
        .order_by(journal.c.id)
        .limit(1000)
    )
    if not rows:
        return []
    for row in rows:
        causes.first_time(tx, f"journal:{row.id}:parked", now)
    listed = [
        {"id": row.id, "channel": row.kind, "reason": row.reason[:300], "at": row.recorded_at.isoformat()}
        for row in rows[:_LISTED]
    ]
    data = {"count": len(rows), "parked": listed, "now": now.isoformat()}
    word = Notice(key=f"parked:{rows[0].id}:{to_ms(now)}", template="alarm_parked", data=data)
    return [Told(template=word.template, account=0, reached=_to_leads(tx, word, policy, now))]


def _to_leads(tx: Tx, word: Notice, policy: Policy, now: datetime) -> int:
    """In private; by mail, or to the whole room, where no lead can be reached so."""
    reached = notice.private(tx, word, policy, now)
    if not reached and policy.senders:
        reached = notice.mail(tx, word, policy.senders[0], policy, now)
    return reached or notice.room(tx, word, policy, now)
