"""Builds every part of the service, joins them, runs them, and stops them in order. Nothing else builds anything."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from okno.bot.menus import menus
from okno.bot.speaker import Speaker
from okno.bot.talk import Talk
from okno.config.values import Config, Mailbox
from okno.errors import FenceLost, StoreError
from okno.intake.downloads import Downloads
from okno.intake.drain import Drain
from okno.intake.imap import ImapLink
from okno.intake.inbox import StoreInbox
from okno.intake.mail.worker import Reader
from okno.intake.mailbox import Watcher
from okno.intake.mails import MailReader
from okno.intake.telegram.poll import Poller
from okno.intake.telegram.webhook import Webhook
from okno.notifier.lanes import Courier, Lanes
from okno.notifier.mail.courier import MailCourier
from okno.notifier.mail.smtp import SmtpLine
from okno.notifier.rendering import Renderer
from okno.notifier.telegram.courier import TelegramCourier
from okno.notifier.telegram.pace import Pace
from okno.notifier.views.artist import Artist
from okno.notifier.views.easel import Easel
from okno.queue import founding, leases
from okno.queue.actions import duty
from okno.queue.actions.policy import Policy
from okno.queue.opening import opened
from okno.queue.pulse import Pulse
from okno.queue.store import Store
from okno.scheduler.clockwork import Clockwork
from okno.scheduler.scheduler import Scheduler
from okno.texts import Texts
from okno.web.door import Door
from okno.web.health import Health
from okno.web.server import Web

log: Final = structlog.stdlib.get_logger()
_STOP: Final = 8.0
_AGAIN: Final = 5.0
_MENUS_AGAIN: Final = 60.0


def utc_now() -> datetime:
    return datetime.now(UTC)


def no_step(_name: str) -> None:
    """Where a crash test would be killed."""


class App:
    """One worker. `pace` scales Telegram's limits (0 lifts them); `step` is told the instants crash tests kill at."""

    def __init__(
        self, config: Config, store: Store, *, now: Callable[[], datetime] = utc_now, pace: float = 1.0,
        step: Callable[[str], None] = no_step,
    ) -> None:  # fmt: skip
        self.config = config
        self.store = store
        self.now = now
        self.step = step
        self.pace = Pace(pace)
        self.texts = Texts(config.templates_dir, config.language, config.timezone)
        self.policy: Policy
        self.pulses: dict[str, Pulse] = {}
        self._stack = AsyncExitStack()
        self._receivers: list[asyncio.Task[None]] = []
        self._workers: list[asyncio.Task[None]] = []
        self._lanes: Lanes
        self._speaker: Speaker | None = None
        self._webhook: Webhook | None = None

    async def start(self) -> None:
        """Everything is running when this returns, whatever state the channels are in."""
        self.policy, accounts = await founding.prepare(self.store, self.config, self.now())
        # Whom the configuration no longer names keeps no tickets.
        await self.store.write(duty.relieve, self.policy, self.now())
        reader = Reader(spool=self.store.files.coming)
        self._stack.push_async_callback(reader.close)
        boxes = {accounts["email", box.name]: box for box in self.config.mailboxes}
        couriers: dict[str, Courier] = {}
        talk, artist = None, None
        if self.policy.bot is not None:
            talk, artist, couriers["telegram"] = await self._telegram(self.policy.bot)
        if boxes:
            couriers["email"] = self._smtp(boxes)
        renderer = Renderer(self.store, self.texts, self.config, self._policy, self.now)
        self._lanes = Lanes(self.store, couriers, artist, renderer, self.pace, self._policy, self.now, self.step)
        mails = MailReader(reader, self.store.files, boxes)
        drain = Drain(self.store, self._policy, talk, mails, self.now, self.step)
        self._work("drain", drain.run)
        self._work("lanes", self._lanes.run)
        self._work("clockwork", Clockwork(self.store, self._policy, self.now).run)
        self._work("scheduler", Scheduler(self.store, self._policy, self.config, self.now).run)
        door = Door(self.store, self.config.data_dir, self._policy, mails, self.now)
        await door.start()
        self._stack.push_async_callback(door.close)
        pages = Web(self.config, Health(self.store, self.config, self.now), self._webhook)
        await pages.start()
        self._stack.push_async_callback(pages.stop)
        for account, box in boxes.items():
            self._watch(account, box)

    async def stop(self) -> None:
        """Receivers first, then what is being worked on, then what is being sent; each gets its moment."""
        await _cancelled(self._receivers)
        await _cancelled(self._workers)
        async with asyncio.timeout(_STOP):
            await self._lanes.drain(_STOP / 2)
            if self._speaker is not None:
                await self._speaker.finish(1.0)
        await self._stack.aclose()

    def _policy(self) -> Policy:
        return self.policy

    async def _telegram(self, account: int) -> tuple[Talk, Artist, TelegramCourier]:
        bot = make_bot(self.config)
        self._stack.push_async_callback(bot.session.close)
        courier = TelegramCourier(bot, self.store.files)
        self._speaker = Speaker(courier, self.store, account, self.pace, self.now)
        talk = Talk(bot, self.store, self.texts, self.config, self._policy, self._speaker, self.now)
        easel = Easel(self.store, courier, self.pace, self.texts, self.config, self.now)
        pulse = self.pulses["telegram"] = Pulse(self.store, account, self.now)
        if self.config.telegram.mode == "webhook":
            self._webhook = Webhook(bot, self.store, account, pulse, self.config, self.now)
            self._receive("webhook", self._webhook.run)
        else:
            self._receive("poller", Poller(bot, self.store, account, pulse, self.now, self.step).run)
        self._work("menus", lambda: self._menus(courier))
        self._work("downloads", Downloads(bot, self.store, self.now).run)
        return talk, Artist(easel), courier

    async def _menus(self, courier: TelegramCourier) -> None:
        """Once Telegram can be reached, the lists of commands; then there is nothing left to do."""
        room = self.config.telegram.staff_chat or None
        while not await menus(courier, self.texts, room, self.config.staff):  # noqa: ASYNC110 - only time helps
            await asyncio.sleep(_MENUS_AGAIN)
        await asyncio.Event().wait()

    def _smtp(self, boxes: dict[int, Mailbox]) -> MailCourier:
        lines = {account: SmtpLine(box.smtp, concurrency=10) for account, box in boxes.items() if box.smtp.host}
        courier = MailCourier(lines, self.store.files)
        self._stack.push_async_callback(courier.close)
        return courier

    def _watch(self, account: int, box: Mailbox) -> None:
        pulse = self.pulses[box.name] = Pulse(self.store, account, self.now)

        async def watch() -> None:
            lease = await self._lease(f"watch:{account}")
            inbox = StoreInbox(self.store, account, box.imap.folder, lease, pulse, self.now, self.step)
            watcher = Watcher(inbox, lambda: ImapLink(box.imap), clock=self.now, take_old=box.take_old)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep(lease))
                group.create_task(watcher.run())

        if box.imap.host:
            self._receive(f"mailbox {box.name}", watch)

    async def _lease(self, name: str) -> leases.Lease:
        """Waits until it is this worker's."""
        while True:
            take = leases.Take(name=name, holder=self.store.worker)
            lease = await self.store.write(leases.take, take, self.now())
            if lease is not None:
                return lease
            await asyncio.sleep(leases.TERM.total_seconds() / 3)

    async def _keep(self, lease: leases.Lease) -> None:
        """Renews it until cancelled. Raises FenceLost when it is another's by now."""
        while True:
            await asyncio.sleep(leases.TERM.total_seconds() / 3)
            take = leases.Take(name=lease.name, holder=lease.holder)
            try:
                renewed = await self.store.write(leases.take, take, self.now())
            except StoreError as error:
                log.warning("a lease could not be renewed", lease=lease.name, error=str(error))
                continue
            if renewed != lease:
                raise FenceLost

    def _receive(self, name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._receivers.append(asyncio.create_task(_supervised(name, run), name=name))

    def _work(self, name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._workers.append(asyncio.create_task(_supervised(name, run), name=name))


async def _supervised(name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """A part that fails is said aloud and started again: no part may take the others along."""
    while True:
        try:
            await run()
        except Exception:
            log.exception("a part failed and is started again", part=name)
        await asyncio.sleep(_AGAIN)


async def _cancelled(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    tasks.clear()


def make_bot(config: Config) -> Bot:
    """The one Bot, on the configured server, through the configured proxy."""
    server = TelegramAPIServer.from_base(config.telegram.api_url.rstrip("/"))
    session = AiohttpSession(api=server, proxy=config.telegram.proxy or None, limit=100)
    return Bot(config.telegram.token.reveal(), session=session)


@asynccontextmanager
async def running(config: Config, **options: Any) -> AsyncIterator[App]:
    """The whole service, from an open store to an ordered stop."""
    async with opened(config.data_dir, config.database_url.reveal()) as store:
        app = App(config, store, **options)
        await app.start()
        try:
            yield app
        finally:
            await app.stop()


async def serve(config: Config, say: Callable[[str], None] = print) -> None:
    """Until SIGTERM or SIGINT. Says `ready`, or `degraded: …` naming the channels that are down."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running(config) as app:
        say(await first_word(app))
        await stop.wait()


async def first_word(app: App, seconds: float = 20.0) -> str:
    """Once each channel has been tried: `ready`, or which of them are down."""
    end = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end:
        if all(pulse.good_at or pulse.since for pulse in app.pulses.values()):
            break
        await asyncio.sleep(0.05)
    down = [name for name, pulse in app.pulses.items() if pulse.since or not pulse.good_at]
    return f"degraded: {', '.join(down)}" if down else "ready"
