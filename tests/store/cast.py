"""The cast of the store tests, and short ways to let them act."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from okno.desk.message import Incoming, MailFacts, Sender
from okno.desk.rights import Actor, Role
from okno.queue import letters, messages, people, roster, tables, tickets
from okno.queue.actions import answer, client, duty, finish, receive, take, tick
from okno.queue.actions.policy import Policy, Post, Room
from okno.queue.roster import Member
from okno.queue.store import Store
from okno.queue.tickets import Ticket
from okno.queue.transaction import Tx

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ROOM = -1001
VERA, IGOR = 501, 502
ANNA, BORIS, LENA = 1001, 1002, 1003
STAFF: tuple[tuple[str, int, Role, str], ...] = (
    ("Анна", ANNA, "agent", "anna"), ("Борис", BORIS, "agent", "boris"), ("Лена", LENA, "lead", "lena"),
)  # fmt: skip


@dataclass
class Desk:
    store: Store
    policy: Policy
    staff: dict[int, Member]
    bot: int
    box: int
    now: datetime = NOON
    _ids: Any = field(default_factory=lambda: count(1))

    @classmethod
    async def open(cls, store: Store) -> "Desk":
        await store.write(roster.put, roster_of(), NOON)
        known = await store.read(roster.accounts, None)
        bot, box = known[0].id, known[1].id
        line = (await store.read(roster.lines, None))[0]
        policy = Policy(
            first_line=line.id, bot=bot, room=Room(account=bot, chat=ROOM), keys={1: b"k" * 32}, key_id=1,
            posts={box: Post(address="support@example.com", domain="example.com")},
        )  # fmt: skip
        members = {one.telegram_id: one for one in await store.read(roster.members, None)}
        return cls(store=store, policy=policy, staff=members, bot=bot, box=box)

    async def staffed(self, *lines: str, **of: tuple[str, ...] | None) -> None:
        """Puts the staff in anew: `boris=("dev",)` says whose lines are not all of them, `boris=None` who left."""
        await self.act(roster.put, roster_of(*lines, **of))
        self.staff |= {one.telegram_id: one for one in await self.store.read(roster.members, None)}

    async def line(self, name: str) -> int:
        return next(one.id for one in await self.store.read(roster.lines, None) if one.name == name)

    def by(self, telegram_id: int) -> Actor:
        return Actor(kind="staff", id=self.staff[telegram_id].id)

    def cause(self) -> str:
        return f"test:{next(self._ids)}"

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    async def on_duty(self, *people: int) -> None:
        for one in people:
            command = duty.Presence(staff=self.staff[one].id, change="started", cause=self.cause(), policy=self.policy)
            await self.store.write(duty.presence, command, self.now)

    async def away(self, one: int, change: str = "away") -> int:
        """Or `back`; how many tickets were handed out by it."""
        command = duty.Presence(staff=self.staff[one].id, change=change, cause=self.cause(), policy=self.policy)
        return await self.store.write(duty.presence, command, self.now)

    def message(self, text: str, who: int = VERA, **more: Any) -> Incoming:
        return Incoming(
            channel="telegram", account=self.bot, chat=who, external_id=str(next(self._ids) + 5000),
            sender=Sender(kind="telegram", address=str(who), name={VERA: "Вера", IGOR: "Игорь"}.get(who, "Кто-то")),
            happened_at=self.now, text=text, full_text=text, **more,
        )  # fmt: skip

    def mail(self, text: str, who: str = "vera@client.example", **more: Any) -> Incoming:
        number = next(self._ids)
        facts: dict[str, Any] = {
            "message_id": f"<m{number}@client.example>",
            "fingerprint": f"f{number}",
            "proof": "pass",
        }
        facts |= more.pop("facts", {})
        return Incoming(
            channel="email", account=self.box, external_id=facts["message_id"], happened_at=self.now, text=text,
            sender=Sender(kind="email", address=who, name=who.split("@", maxsplit=1)[0]), full_text=text,
            **{"subject": "Вопрос", **more, "mail": MailFacts(**facts)},
        )  # fmt: skip

    async def take_in(self, incoming: Incoming, cause: str = "") -> receive.Received:
        command = receive.Receive(incoming=incoming, cause=cause or self.cause(), policy=self.policy)
        return await self.store.write(receive.receive, command, self.now)

    async def writes(self, text: str, who: int = VERA, **more: Any) -> receive.Received:
        return await self.take_in(self.message(text, who, **more))

    async def asks(self, text: str = "Не открывается сайт", who: int = VERA, **more: Any) -> int:
        """The number of the ticket that a client's words went to."""
        got = await self.writes(text, who, **more)
        assert got.ticket is not None
        return got.ticket

    async def mails(self, text: str = "Где мой заказ?", who: str = "vera@client.example", **more: Any) -> int:
        got = await self.take_in(self.mail(text, who, **more))
        assert got.ticket is not None
        return got.ticket

    async def identity(self, who: int | str) -> people.Identity:
        kind = "telegram" if isinstance(who, int) else "email"
        found = await self.store.read(lambda tx, address: people.find(tx, kind, address), str(who))
        assert found is not None
        return found

    async def link(self, who: int, address: str) -> None:
        """The client has proved that this mail address is theirs too."""
        one = await self.identity(who)
        values = {"person": one.person, "kind": "email", "address": address, "proof": "pass", "account": self.box}
        await self.act(lambda tx, row, _now: tx.run(sa.insert(tables.identity), row), values)

    async def wants_new(self, who: int = VERA) -> None:
        """The client pressed "new request"."""
        ask = client.Ask(identity=(await self.identity(who)).id, cause=self.cause())
        await self.act(client.ask_new, ask)

    async def ticket(self, number: int | None) -> Ticket:
        assert number is not None
        return await self.store.read(tickets.get, number)

    async def says(self, who: int, number: int | None, text: str, **more: Any) -> answer.Said:
        assert number is not None
        command = answer.Say(
            ticket=number, kind=more.pop("kind", "answer"), text=text, by=self.by(who), cause=self.cause(),
            policy=self.policy, happened_at=self.now, **more,
        )  # fmt: skip
        return await self.store.write(answer.say, command, self.now)

    async def takes(self, who: int, number: int | None, **more: Any) -> take.Taken:
        assert number is not None
        command = take.Take(ticket=number, by=self.by(who), cause=self.cause(), policy=self.policy, **more)
        return await self.store.write(take.take, command, self.now)

    async def ends(self, by: Actor, number: int | None, kind: finish.Kind, **more: Any) -> finish.Ended:
        assert number is not None
        command = finish.End(ticket=number, kind=kind, by=by, cause=self.cause(), policy=self.policy, **more)
        return await self.store.write(finish.end, command, self.now)

    async def ticks(self) -> int:
        return await self.store.write(tick.tick, self.policy, self.now)

    async def client(self, number: int | None) -> Actor:
        one = await self.ticket(number)
        return Actor(kind="client", id=one.requester)

    async def letters(self, **such: Any) -> list[letters.Queued]:
        return await self.store.read(_letters, such)

    async def count(self, name: str) -> int:
        return await self.store.read(_count, name)

    async def events(self, number: int | None) -> list[str]:
        assert number is not None
        return [one.kind for one in await self.store.read(tickets.history, [number])]

    async def history(self, number: int) -> list[tickets.Recorded]:
        return await self.store.read(tickets.history, [number])

    async def said(self, number: int) -> list[messages.Message]:
        return await self.store.read(messages.of_tickets, [number])

    async def rows(self, name: str, **such: Any) -> list[Any]:
        return await self.store.read(_rows, (name, such))

    def with_policy(self, **values: Any) -> None:
        self.policy = replace(self.policy, **values)

    async def act(self, action: Callable[[Tx, Any, datetime], Any], command: Any) -> Any:
        return await self.store.write(action, command, self.now)

    async def does(
        self, who: int | Actor, action: Callable[[Tx, Any, datetime], Any], command: type[Any], **values: Any
    ) -> Any:
        """The action with a command by that actor, with a cause of its own unless one is given."""
        by = who if isinstance(who, Actor) else self.by(who)
        known = {"by": by, "cause": self.cause(), "policy": self.policy, "happened_at": self.now}
        own = {one.name: known[one.name] for one in fields(command) if one.name in known}
        return await self.act(action, command(**(own | values)))


def roster_of(*lines: str, **of: tuple[str, ...] | None) -> roster.Roster:
    staff = [
        roster.NewMember(name=name, telegram_id=key, email="", role=role, language="ru", lines=of.get(short) or ())
        for name, key, role, short in STAFF
        if of.get(short, ()) is not None
    ]
    accounts = [("telegram", "bot", "42"), ("email", "support", "support@example.com")]
    return roster.Roster(accounts=accounts, lines=lines or ("desk",), staff=staff)


def _rows(tx: Tx, asked: tuple[str, dict[str, Any]]) -> list[Any]:
    table = tables.META.tables[asked[0]]
    query = sa.select(table).order_by(*table.primary_key.columns)
    for name, value in asked[1].items():
        query = query.where(table.c[name] == value)
    return list(tx.rows(query))


def _letters(tx: Tx, such: dict[str, Any]) -> list[letters.Queued]:
    query = sa.select(tables.letter).order_by(tables.letter.c.id)
    for name, value in such.items():
        query = query.where(tables.letter.c[name] == value)
    return [letters.Queued(**row._mapping) for row in tx.rows(query)]


def _count(tx: Tx, name: str) -> int:
    table = tables.META.tables[name]
    return int(tx.value(sa.select(sa.func.count()).select_from(table)))
