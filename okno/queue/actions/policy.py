"""The settings actions go by, put together once by the app from the configuration and the store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from okno.config.values import WorkingDays


@dataclass(frozen=True, kw_only=True)
class Room:
    """The staff's group: the bot's account and the chat id the configuration names."""

    account: int
    chat: int


@dataclass(frozen=True, kw_only=True)
class Post:
    """One mailbox as actions see it. `sends` False: it has no SMTP server."""

    address: str
    domain: str
    sends: bool = True


@dataclass(frozen=True, kw_only=True)
class Policy:
    """`lines` names the line of new tickets by account; `key_id` is the signing key in use, `keys` all that verify."""

    language: str = "ru"
    first_line: int
    lines: Mapping[int, int] = field(default_factory=dict)
    bot: int | None = None
    room: Room | None = None
    posts: Mapping[int, Post] = field(default_factory=dict)
    keys: Mapping[int, bytes] = field(default_factory=dict)
    key_id: int = 0
    grace: timedelta = timedelta(days=7)
    accept_after: timedelta | WorkingDays = field(default_factory=lambda: WorkingDays(days=3))
    receipts_per_hour: int = 60
    first_answer: timedelta = timedelta(minutes=30)
    nudge_unassigned: timedelta = timedelta(minutes=10)
    recall: timedelta = timedelta(seconds=10)
    settle: timedelta = timedelta(seconds=2)
    receipts: bool = True

    @property
    def senders(self) -> list[int]:
        """The accounts of mailboxes that can send."""
        return [account for account, post in self.posts.items() if post.sends]
