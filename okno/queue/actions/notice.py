"""Words to the staff that are about no ticket: to their room, to leads in private, to leads by mail."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from okno.queue import letters, roster
from okno.queue.actions import show
from okno.queue.actions.policy import Policy
from okno.queue.roster import Member
from okno.queue.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Notice:
    """`data` are all the values of the template, as JSON. `key` is completed by whom it goes to."""

    key: str
    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    kind: Literal["alert", "announcement"] = "alert"
    expires_at: datetime | None = None


def room(tx: Tx, notice: Notice, policy: Policy, now: datetime) -> int:
    """To the staff's group; how many it is addressed to, here 0 or 1."""
    place = show.room(tx, policy)
    if place is None:
        return 0
    to = letters.Letter(
        key=f"{notice.key}:room", kind=notice.kind, channel="telegram", account=place.account,
        recipient=str(place.chat), template=notice.template, language=policy.language, data=notice.data,
        expires_at=notice.expires_at,
    )  # fmt: skip
    letters.write(tx, to, now)
    return 1


def private(tx: Tx, notice: Notice, policy: Policy, now: datetime) -> int:
    """To every lead and admin who has pressed Start; how many."""
    reached = [one for one in leads(tx) if one.started_at is not None] if policy.bot is not None else []
    for one in reached:
        assert policy.bot is not None
        to = letters.Letter(
            key=f"{notice.key}:{one.id}", kind=notice.kind, channel="telegram", account=policy.bot,
            recipient=str(one.telegram_id), template=notice.template, language=one.language or policy.language,
            staff=one.id, data=notice.data, expires_at=notice.expires_at,
        )  # fmt: skip
        letters.write(tx, to, now)
    return len(reached)


def mail(tx: Tx, notice: Notice, account: int, policy: Policy, now: datetime) -> int:
    """Through that mailbox to every lead and admin with an address, to all other staff if none of them has; how many.

    Nobody is named as its `staff`: an address that bounces says nothing about whether Telegram reaches them.
    """
    reached = [one for one in leads(tx) if one.email] or [one for one in roster.members(tx, None) if one.email]
    for one in reached:
        to = letters.Letter(
            key=f"{notice.key}:{one.email.lower()}", kind=notice.kind, channel="email", account=account,
            recipient=one.email, template=notice.template, language=one.language or policy.language,
            data=notice.data, expires_at=notice.expires_at,
            header_id=f"<okno-alarm.{secrets.token_hex(10)}@{policy.posts[account].domain}>",
        )  # fmt: skip
        letters.write(tx, to, now)
    return len(reached)


def leads(tx: Tx) -> list[Member]:
    return [one for one in roster.members(tx, None) if one.role != "agent"]
