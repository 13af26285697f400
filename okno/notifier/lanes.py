"""Sends what waits, lane by lane: one thing in flight in each, answers before alerts before views."""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

import structlog

from okno.errors import ChannelDown, DeliveryError, OknoError, Postponed, Refused, StoreError, Unknown
from okno.notifier.rendering import Ready, Renderer
from okno.notifier.telegram.calls import Moved
from okno.notifier.telegram.courier import Delivered
from okno.notifier.telegram.pace import Pace
from okno.queue import bells, letters, parts, views, worklist
from okno.queue.actions import delivery
from okno.queue.actions.delivery import Report
from okno.queue.actions.policy import Policy
from okno.queue.letters import Work
from okno.queue.parts import InFlight, Outcome
from okno.queue.pulse import Pulse
from okno.queue.store import Store

log: Final = structlog.stdlib.get_logger()
_LANES: Final = 24
# Seconds for which a look at the lanes is good enough: what comes meanwhile, however urgent, waits no longer.
_FRESH: Final = 0.1
_OUTAGE: Final = (2.0, 5.0, 15.0, 30.0, 60.0)
_PAUSES: Final = tuple(timedelta(seconds=pause) for pause in (10, 60, 300, 900, 3600, 7200))
# Postfix gives up after five days, and so do people.
_LIFETIME: Final = timedelta(days=5)
_FILES_AGAIN: Final = timedelta(seconds=2)
# A disk may be full for a while; what cannot be made after that is told to its author.
_MAKE_AGAIN: Final = timedelta(seconds=30)
_MAKING: Final = timedelta(minutes=15)
_UNKNOWN_AGAIN: Final = {"telegram": timedelta(seconds=15), "email": timedelta(minutes=10)}
_UNKNOWN_MOST: Final = {"telegram": 4, "email": 1}


class Courier(Protocol):
    """Carries one part. Raises DeliveryError; awaits `phase` where the channel has a point of no return."""

    async def send(self, part: InFlight, phase: Callable[[str], Awaitable[None]]) -> Delivered: ...


class Artist(Protocol):
    """Draws one view. Raises ChannelDown and Moved; deals with everything else itself."""

    async def draw(self, view: views.View) -> None: ...


class Lanes:
    def __init__(
        self, store: Store, couriers: Mapping[str, Courier], artist: Artist | None, renderer: Renderer, pace: Pace,
        policy: Callable[[], Policy], now: Callable[[], datetime], step: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._store = store
        self._couriers = couriers
        self._artist = artist
        self._renderer = renderer
        self._pace = pace
        self._policy = policy
        self._now = now
        self._step = step
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._closed: dict[str, float] = {}
        self._outages: dict[int, int] = {}
        self._resting: dict[int, float] = {}
        self._pulses: dict[int, Pulse] = {}
        self._known: deque[Work] = deque()
        self._stale = 0.0
        self._ear = store.bells.listen("letters", "views")
        self._ending = False

    async def run(self) -> None:
        """Until cancelled; what is in flight then is finished by `drain`."""
        while True:
            try:
                started = await self._start()
                pause = 0.0 if started else await self._pause()
            except StoreError as error:
                log.warning("the lanes wait for the store", error=str(error))
                pause = bells.LOOK
            if pause or len(self._busy) >= _LANES:
                await bells.wait(self._ear, pause or bells.LOOK)

    async def drain(self, seconds: float) -> None:
        """Lets what is in flight end and begins nothing more, so that a stop leaves nothing unknown."""
        self._ending = True
        if self._busy:
            await asyncio.wait(list(self._busy.values()), timeout=seconds)
        for task in self._busy.values():
            task.cancel()

    async def _start(self) -> int:
        """Puts a task on each lane that has work and none yet; how many."""
        room = _LANES - len(self._busy)
        if room <= 0:
            return 0
        now = asyncio.get_running_loop().time()
        if now >= self._stale:
            self._known.clear()
        if not self._known:
            shut = [lane for lane, until in self._closed.items() if until > now]
            resting = [account for account, until in self._resting.items() if until > now]
            asked = worklist.Asked(skip=[*self._busy, *shut], resting=resting, now=self._now())
            self._known = deque(await self._store.read(worklist.work, asked))
            self._stale = now + _FRESH
        started = 0
        while self._known and started < room:
            work = self._known.popleft()
            if work.lane in self._busy or work.channel not in self._couriers or self._at_rest(work, now):
                continue
            task = asyncio.create_task(self._serve(work), name=f"lane {work.lane}")
            self._busy[work.lane] = task
            task.add_done_callback(partial(self._free, work.lane))
            started += 1
        return started

    def _at_rest(self, work: Work, now: float) -> bool:
        return max(self._closed.get(work.lane, 0.0), self._resting.get(work.account, 0.0)) > now

    def _free(self, lane: str, _done: asyncio.Task[None]) -> None:
        self._busy.pop(lane, None)
        self._ear.set()

    async def _pause(self) -> float:
        due = await self._store.read(worklist.next_due, self._now())
        waits = [bells.LOOK]
        if due is not None:
            waits.append((due - self._now()).total_seconds())
        now = asyncio.get_running_loop().time()
        waits += [until - now for until in (*self._closed.values(), *self._resting.values()) if until > now]
        return max(min(waits), 0.005)

    async def _serve(self, work: Work) -> None:
        try:
            while not self._ending and await self._one(work):
                pass
        except StoreError as error:
            log.warning("a lane waits for the store", lane=work.lane, error=str(error))
            self._close(work.lane, bells.LOOK)
        except Exception:
            log.exception("a lane failed", lane=work.lane)
            self._close(work.lane, 30.0)

    async def _one(self, work: Work) -> bool:
        """The lane's next thing; False when there is none now."""
        if work.channel == "telegram":
            await self._pace.ready(work.lane, int(work.lane.partition(":")[2]))
        if self._ending:
            return False
        part = await self._next(work)
        if part is not None:
            self._step("claim")
            return await self._send(work, part)
        return await self._draw(work)

    async def _next(self, work: Work) -> InFlight | None:
        """What was rendered is written and claimed in one commit."""
        ready = await self._store.read(self._renderer.ready, worklist.Look(lane=work.lane, now=self._now()))
        if ready is not None:
            step = await self._render(work, ready)
        else:
            ask = parts.Ask(lane=work.lane, worker=self._store.worker)
            step = await self._store.write(parts.advance, ask, self._now())
        while step.render is not None:
            step = await self._render(work, await self._store.read(self._renderer.gather, step.render))
        return step.part

    async def _render(self, work: Work, ready: Ready) -> parts.Next:
        letter = ready.letter
        try:
            drafts = await self._renderer.drafts(ready)
        except StoreError:
            raise
        except Postponed:
            return await self._later(letter, _FILES_AGAIN)
        except Exception as error:
            log.exception("a letter could not be made", letter=letter.id)
            if not isinstance(error, OknoError) and self._now() - letter.created_at < _MAKING:
                return await self._later(letter, _MAKE_AGAIN)
            # It cannot be made at all: it becomes a part that is refused, so that somebody hears of it.
            why = str(error) if isinstance(error, OknoError) else "Okno failed to make it; the log has the details"
            drafts = [parts.Draft(recipient=letter.recipient, payload={"impossible": why})]
        ask = parts.Ask(
            lane=work.lane, worker=self._store.worker, letter=letter.id, drafts=drafts, version=ready.version
        )
        return await self._store.write(parts.advance, ask, self._now())

    async def _later(self, letter: letters.Queued, pause: timedelta) -> parts.Next:
        put_off = letters.PutOff(letter=letter.id, until=self._now() + pause)
        await self._store.write(letters.put_off, put_off, self._now())
        return parts.Next()

    async def _send(self, work: Work, part: InFlight) -> bool:
        async def phase(name: str) -> None:
            step = parts.Phase(attempt=part.attempt, phase=name)
            await self._store.write(parts.set_phase, step, self._now())

        self._step("attempt")
        if work.channel == "telegram":
            self._pace.spend(work.lane)
        try:
            if "impossible" in part.payload:
                raise Refused(str(part.payload["impossible"]))
            done = await self._couriers[work.channel].send(part, phase)
        except DeliveryError as error:
            return await self._failed(work, part, error)
        except StoreError:
            raise
        except Exception:
            # Nobody foresaw it, so it may have left. As with any unknown end, one more try, and then its author hears.
            log.exception("a courier failed", letter=part.letter)
            return await self._failed(work, part, Unknown("Okno failed while sending it; the log has the details"))
        self._step("send")
        self._outages.pop(work.account, None)
        outcome = Outcome(part=part, outcome="sent", remote=done.remote)
        more = await self._report(Report(outcome=outcome, policy=self._policy(), chat=done.chat, ids=done.ids))
        self._step("mark")
        await self._pulse(work.account).beat()
        return more

    def _pulse(self, account: int) -> Pulse:
        return self._pulses.setdefault(account, Pulse(self._store, account, self._now, "out"))

    async def _report(self, report: Report) -> bool:
        """The deed is done: this must be written, however long the store is away. Whether the lane has more to send."""
        while True:
            try:
                return await self._store.write(delivery.report, report, self._now())
            except StoreError as error:
                log.warning("what was sent cannot be written yet", error=str(error))
                await asyncio.sleep(bells.LOOK)

    async def _failed(self, work: Work, part: InFlight, error: DeliveryError) -> bool:
        letter = await self._store.read(letters.get, part.letter)
        old = self._now() - letter.created_at > _LIFETIME
        match error:
            case Moved():
                await self._moved(work, error)
                outcome = Outcome(part=part, outcome="down", again=self._now(), counts=False)
            case ChannelDown():
                outcome = self._down(work, part, error, old=old)
            case Unknown():
                again = self._now() + _UNKNOWN_AGAIN[work.channel]
                last = old or part.unknowns >= _UNKNOWN_MOST[work.channel]
                outcome = Outcome(part=part, outcome="unknown", reason=str(error), again=None if last else again)
            case Postponed():
                pause = _PAUSES[min(part.tries, len(_PAUSES) - 1)] * random.uniform(0.9, 1.1)  # noqa: S311 - jitter
                again = self._now() + pause
                outcome = Outcome(part=part, outcome="postponed", reason=str(error), again=None if old else again)
            case _:
                outcome = Outcome(part=part, outcome="refused", reason=str(error))
        if isinstance(error, ChannelDown) and error.retry_after is None:
            await self._pulse(work.account).miss(str(error))
        gone = isinstance(error, Refused) and error.unreachable
        log.warning("not delivered", letter=part.letter, outcome=outcome.outcome, error=str(error))
        await self._report(Report(outcome=outcome, policy=self._policy(), unreachable=gone))
        return not isinstance(error, ChannelDown)

    def _down(self, work: Work, part: InFlight, error: ChannelDown, *, old: bool) -> Outcome:
        pause = self._rest(work, error)
        again = self._now() + timedelta(seconds=pause)
        reason = str(error)
        return Outcome(part=part, outcome="down", reason=reason, again=None if old else again, counts=False)

    def _rest(self, work: Work, error: ChannelDown) -> float:
        """A wait that was asked for closes the one chat; an outage rests the whole account, longer each time."""
        if error.retry_after is not None:
            self._pace.close(work.lane, error.retry_after)
            self._close(work.lane, error.retry_after)
            return error.retry_after
        count = self._outages.get(work.account, 0)
        self._outages[work.account] = count + 1
        pause = _OUTAGE[min(count, len(_OUTAGE) - 1)]
        self._resting[work.account] = asyncio.get_running_loop().time() + pause
        return pause

    def _close(self, lane: str, seconds: float) -> None:
        self._closed[lane] = asyncio.get_running_loop().time() + seconds

    async def _moved(self, work: Work, error: Moved) -> None:
        old = int(work.lane.partition(":")[2])
        command = delivery.Migrate(account=work.account, old=old, new=error.chat)
        await self._store.write(delivery.migrate, command, self._now())

    async def _draw(self, work: Work) -> bool:
        if self._artist is None or work.channel != "telegram":
            return False
        view = await self._store.write(views.claim, views.Claim(lane=work.lane, worker=self._store.worker), self._now())
        if view is None:
            return False
        try:
            await self._artist.draw(view)
        except Moved as error:
            await self._moved(work, error)
        except ChannelDown as error:
            pause = timedelta(seconds=self._rest(work, error))
            failed = views.Failed(view=view.id, reason=str(error), at=self._now() + pause)
            await self._store.write(views.failed, failed, self._now())
            return False
        else:
            self._outages.pop(work.account, None)
        return True
