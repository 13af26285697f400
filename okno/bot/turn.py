"""One update on its way through the bot: who acts, in which language, under which cause."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from okno.bot.speaker import Speaker
from okno.config.values import Config
from okno.desk.message import Incoming
from okno.desk.rights import Actor
from okno.intake.drain import Handled
from okno.intake.telegram import reading
from okno.queue.actions.policy import Policy
from okno.queue.journal import Entry
from okno.queue.people import Identity
from okno.queue.roster import Member
from okno.queue.store import Store
from okno.queue.transaction import Tx
from okno.texts import Rich, Texts

C = TypeVar("C")
R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class Turn:
    """`member` for staff, `who` for a known client; both None for a stranger. `room` is the staff chat as it is now."""

    entry: Entry
    update: dict[str, Any]
    store: Store
    texts: Texts
    config: Config
    policy: Policy
    speaker: Speaker
    room: int | None
    now: datetime
    member: Member | None = None
    who: Identity | None = None
    speaks: str = ""

    @property
    def heard(self) -> Incoming:
        """The message of this update in the normal form: text, entities, files, facts."""
        return reading.incoming(self.update, self.entry.account, self.entry.recorded_at)

    @property
    def language(self) -> str:
        own = self.member.language if self.member else (self.who.language if self.who else "")
        return self.texts.spoken(own or self.speaks or self.policy.language)

    @property
    def staff(self) -> Actor:
        assert self.member is not None
        return self.member.actor

    @property
    def client(self) -> Actor:
        assert self.who is not None
        return Actor(kind="client", id=self.who.person)

    def cause(self, step: str) -> str:
        """The same for every replay of this update, another for each thing done about it."""
        return f"journal:{self.entry.id}:{step}"

    async def write(self, action: Callable[[Tx, C, datetime], R], command: C) -> R:
        return await self.store.write(action, command, self.now)

    async def read(self, query: Callable[[Tx, C], R], command: C) -> R:
        return await self.store.read(query, command)

    def render(self, template: str, /, **values: Any) -> Rich:
        return self.texts.render(template, self.language, **values)

    def word(self, key: str, **facts: Any) -> str:
        return self.texts.label("buttons", key, self.language, **facts)

    def toast(self, key: str, **facts: str | int) -> str:
        return self.texts.label("toasts", key, self.language, **facts)

    def placeholder(self, key: str) -> str:
        return self.texts.label("placeholders", key, self.language)


def done(outcome: str, ticket: int | None = None) -> Handled:
    return Handled(outcome=outcome, ticket=ticket)
