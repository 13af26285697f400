"""A random day at the desk: clients, staff, the robot, the clock and couriers do whatever they can, from a seed."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from okno.desk import tokens
from okno.desk.message import Incoming
from okno.errors import DeskError
from okno.queue.actions import answer, change, client, duty, enter, finish, merge, take
from tests.store.cast import ANNA, BORIS, IGOR, LENA, VERA, Desk
from tests.store.courier import Courier

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

CHATS = (VERA, IGOR, 503)
MAILS = ("vera@client.example", "oleg@client.example", "mallory@evil.example")
WORDS = ("Не открывается сайт", "Спасибо!", "Нужен счёт", "Ау?", "👍", "Ошибка 502", "Где заказ №15?")
STAFF = (ANNA, BORIS, LENA)
LIVE = ("new", "open", "waiting_client", "waiting_other")
FROM: dict[finish.Kind, tuple[str, ...]] = {
    "finish": LIVE, "close": (*LIVE, "done"), "reopen": ("closed",), "spam": (*LIVE, "done", "closed"),
    "not_spam": ("spam",), "hand_out": LIVE, "resume": LIVE[2:], "return": ("done",),
}  # fmt: skip


class Walk:
    """`incoming` are all words of clients that were acknowledged; `opened` counts the tickets there must be."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk = desk
        self.seed = seed
        self.incoming: list[Incoming] = []
        self.opened = 0
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._random = Random(seed)
        self._acts: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (14, self.chat), (10, self.mail), (2, self.edit), (2, self.again), (2, self.new), (3, self.route),
            (8, self.take), (4, self.assign), (2, self.pass_on), (12, self.say), (3, self.recall), (2, self.resend),
            (14, self.end), (4, self.judge), (3, self.change), (3, self.postpone), (4, self.merge), (6, self.unmerge),
            (6, self.join), (2, self.enter), (6, self.presence), (1, self.roster), (8, self.deliver), (8, self.wait),
        ]  # fmt: skip

    async def step(self) -> None:
        act = self._random.choices([act for _, act in self._acts], [weight for weight, _ in self._acts])[0]
        name = act.__name__
        try:
            await act()
        except DeskError as error:
            self.refused[f"{name}: {error.reason}"] += 1
        except Exception as error:
            error.add_note(f"seed {self.seed}, step {self.done.total() + self.refused.total()}: {name}")
            raise
        else:
            self.done[name] += 1
        self.desk.later(seconds=self._random.choice((0, 1, 20)))

    async def _ticket(self) -> int:
        """The newer, the likelier; sometimes one that is not there."""
        total = await self.desk.count("ticket")
        return max(1, total + 1 - int(self._random.expovariate(0.25)) - self._random.choice((0, 1, 1, 1)))

    def _somebody(self) -> int:
        """Mostly the lead, who may do most."""
        return self._random.choices(STAFF, (1, 1, 3))[0]

    async def _standing(self, *states: str) -> int:
        """A ticket in one of these states, where there is one."""
        found = [row.id for row in await self.desk.rows("ticket") if row.status in states]
        return self._random.choice(found) if found and self._random.random() < 0.8 else await self._ticket()

    async def _took(self, incoming: Incoming) -> None:
        got = await self.desk.take_in(incoming)
        self.opened += got.outcome == "ticket"
        if got.outcome != "machine_mail" and incoming not in self.incoming:
            self.incoming.append(incoming)

    async def chat(self) -> None:
        who, more = self._random.choice(CHATS), {}
        copies = await self.desk.rows("copy", chat=who)
        if copies and self._random.random() < 0.3:
            more["reply_to"] = self._random.choice(copies).external_id
        await self._took(self.desk.message(self._random.choice(WORDS), who, **more))

    async def mail(self) -> None:
        facts: dict[str, Any] = {"proof": self._random.choice(("pass", "none", "fail"))}
        known = await self.desk.rows("mail_ref")
        if known and self._random.random() < 0.6:
            facts["references"] = (self._random.choice(known).header_id,)
        if self._random.random() < 0.2:
            facts["tokens"] = (tokens.sign(await self._ticket(), "n", 1, b"k" * 32),)
        kind = self._random.choices(("person", "auto_reply", "list"), (8, 1, 1))[0]
        text = self._random.choice((*WORDS, "Принято"))
        await self._took(self.desk.mail(text, self._random.choice(MAILS), kind=kind, facts=facts))

    async def edit(self) -> None:
        chats = [one for one in self.incoming if one.chat is not None]
        if chats:
            old = self._random.choice(chats)
            await self.desk.take_in(replace(old, text=self._random.choice(WORDS), edited_at=self.desk.now))

    async def again(self) -> None:
        """Telegram and mailboxes deliver twice."""
        if self.incoming:
            got = await self.desk.take_in(self._random.choice(self.incoming))
            assert got.outcome in {"duplicate", "edited"}, got

    async def new(self) -> None:
        who = self._random.choice(CHATS)
        if any(one.chat == who for one in self.incoming):
            await self.desk.wants_new(who)

    async def route(self) -> None:
        asked = await self.desk.letters(template="which_ticket")
        if not asked:
            return
        one = self._random.choice(asked)
        target = self._random.choice([*one.data["choices"], None])
        moved = client.Route(
            message=one.data["message"], ticket=target, identity=one.identity or 0, cause=self.desk.cause(),
            policy=self.desk.policy,
        )  # fmt: skip
        routed = await self.desk.act(client.route, moved)
        self.opened += target is None
        assert routed.ticket

    async def take(self) -> None:
        await self.desk.takes(self._somebody(), await self._ticket(), even_from=self._random.random() < 0.5)

    async def assign(self) -> None:
        to = self._random.choice([*(self.desk.staff[one].id for one in STAFF), None])
        await self.desk.does(self._somebody(), take.assign, take.Assign, ticket=await self._ticket(), to=to)

    async def pass_on(self) -> None:
        line = self._random.choice((1, 2))
        await self.desk.does(self._somebody(), take.pass_on, take.PassOn, ticket=await self._ticket(), line=line)

    async def say(self) -> None:
        kind = self._random.choice(("answer", "answer", "question", "note"))
        await self.desk.says(self._somebody(), await self._ticket(), f"{kind} тайна", kind=kind)

    async def _said(self) -> int:
        said = await self.desk.rows("message", direction="out")
        return self._random.choice(said[-4:]).id if said else 1

    async def recall(self) -> None:
        await self.desk.does(self._somebody(), answer.recall, answer.Recall, message=await self._said())

    async def resend(self) -> None:
        way = self._random.choice(("same", "other"))
        await self.desk.does(self._somebody(), answer.resend, answer.Resend, message=await self._said(), channel=way)

    async def end(self) -> None:
        kind = self._random.choice(list(FROM))
        reason = self._random.choice(("", "причина тайна"))
        await self.desk.ends(self.desk.by(self._somebody()), await self._standing(*FROM[kind]), kind, reason=reason)

    async def judge(self) -> None:
        number, other = await self._standing("done"), await self._ticket()
        by = await self.desk.client(self._random.choice((number, number, other)))
        kind: finish.Kind = self._random.choice(("accept", "return"))
        await self.desk.ends(by, number, kind, reason=self._random.choice(("", "Не работает")))

    async def change(self) -> None:
        priority = self._random.choice(("low", "normal", "high", "urgent"))
        await self.desk.does(
            self._somebody(), change.change, change.Change, ticket=await self._ticket(), priority=priority
        )  # fmt: skip

    async def postpone(self) -> None:
        until = self._random.choice((None, self.desk.now + timedelta(hours=self._random.choice((1, 30)))))
        await self.desk.does(
            self._somebody(), change.postpone, change.Postpone, ticket=await self._ticket(), until=until
        )  # fmt: skip

    async def merge(self) -> None:
        one, two = await self._standing(*LIVE), await self._ticket()
        same = [row.id for row in await self.desk.rows("ticket", requester=(await self.desk.ticket(one)).requester)]
        if self._random.random() < 0.8:
            two = self._random.choice(same)
        await self.desk.does(self._somebody(), merge.merge, merge.Merge, ticket=one, into=two)

    async def unmerge(self) -> None:
        merged = await self.desk.rows("ticket", status="merged")
        number = self._random.choice(merged).id if merged else await self._ticket()
        await self.desk.does(self._somebody(), merge.unmerge, merge.Unmerge, ticket=number)

    async def join(self) -> None:
        doubtful = [row.id for row in await self.desk.rows("ticket") if row.maybe is not None]
        number = self._random.choice(doubtful) if doubtful else await self._ticket()
        await self.desk.does(self._somebody(), merge.join, merge.Join, ticket=number)

    async def enter(self) -> None:
        known = await self.desk.rows("identity")
        if not known:
            return
        who = self._random.choice(known).id
        if self._random.random() < 0.5:
            await self.desk.does(
                self._somebody(), enter.enter, enter.Enter, channel="phone", requester=who, text="Звонок"
            )
        else:
            await self.desk.does(
                self._somebody(), enter.write_first, enter.WriteFirst, requester=who, text="Пишем сами"
            )
        self.opened += 1

    async def presence(self) -> None:
        kind = self._random.choice(("started", "away", "back"))
        press = duty.Presence(
            staff=self.desk.staff[self._somebody()].id, change=kind, cause=self.desk.cause(), policy=self.desk.policy
        )
        await self.desk.act(duty.presence, press)

    async def roster(self) -> None:
        gone = self._random.choice(({}, {"boris": None}, {"anna": ("dev",)}))
        await self.desk.staffed("desk", "dev", **gone)
        await self.desk.store.write(duty.relieve, self.desk.policy, self.desk.now)

    async def deliver(self) -> None:
        courier = Courier(self.desk)
        for work in await courier.lanes():
            part = await courier.claim(work.lane)
            if part is None:
                continue
            outcome = self._random.choices(("sent", "refused", "unknown", "postponed", "died"), (8, 1, 1, 1, 1))[0]
            if outcome == "died":
                continue
            more: dict[str, Any] = {"again": self.desk.now} if outcome in {"unknown", "postponed"} else {}
            if outcome == "refused":
                more = {"reason": "blocked", "unreachable": self._random.random() < 0.5}
            await courier.report(part, outcome, **more)

    async def wait(self) -> None:
        self.desk.later(minutes=self._random.choice((1, 12, 40, 40, 3000)))
        for _ in range(self._random.choice((1, 1, 2))):
            await self.desk.ticks()
