"""Posts updates to a bot's address: one at a time in each lane, again and again while it fails, until they expire."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from okno.sandbox.telegram.cloud import Cloud, Hook
from okno.sandbox.telegram.refusal import Refusal
from okno.sandbox.telegram.updates import Update
from okno.sandbox.telegram.world import Bot

Json = dict[str, Any]
Do = Callable[[Bot, str, Json], Awaitable[Any]]

LONGEST_PAUSE = 60
MOST_RETRY_AFTER = 3600
PATIENCE = 60
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header


class Webhooks:
    def __init__(self, cloud: Cloud, do: Do) -> None:
        self.cloud = cloud
        self.do = do
        self._posts: dict[int, _Posts] = {}
        self._ended: list[_Posts] = []
        cloud.on_hook = self.point

    def point(self, bot: Bot) -> None:
        """Starts, moves or ends the posting of one bot's updates."""
        old = self._posts.pop(bot.id, None)
        if old is not None:
            old.stop()
            self._ended.append(old)
        hook = self.cloud.hooks[bot.id]
        if hook.url:
            self._posts[bot.id] = _Posts(self, bot, hook)

    async def stop(self) -> None:
        running, self._posts = list(self._posts.values()), {}
        for one in running:
            one.stop()
        ended, self._ended = self._ended + running, []
        for one in ended:
            await one.stopped()


class _Posts:
    """The posting of one bot's updates to one address."""

    def __init__(self, owner: Webhooks, bot: Bot, hook: Hook) -> None:
        self.owner = owner
        self.bot = bot
        self.hook = hook
        self.queue = owner.cloud.queues[bot.id]
        self.room = asyncio.Semaphore(hook.most)
        self.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))
        self.lanes: dict[str, deque[Update]] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.closing: asyncio.Task[None] | None = None
        self.seen: set[int] = set()
        self.queue.listener = self.load
        self.load()

    def load(self) -> None:
        """Puts what is new into its lane, and starts the lanes that stood still."""
        for update in list(self.queue.waiting.values()):
            if update.id in self.seen:
                continue
            self.seen.add(update.id)
            lane = self.lanes.get(update.lane)
            if lane is not None:
                lane.append(update)
                continue
            self.lanes[update.lane] = deque([update])
            task = asyncio.get_running_loop().create_task(self.drive(update.lane))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def drive(self, name: str) -> None:
        lane = self.lanes[name]
        while lane:
            update = lane[0]
            await self.carry(update)
            lane.popleft()
            self.seen.discard(update.id)
        del self.lanes[name]

    async def carry(self, update: Update) -> None:
        """Until it is taken or expires; the first failure is tried again at once, then pauses double."""
        pause, failed = 1.0, 0
        while update.id in self.queue.waiting:
            async with self.room:
                retry_after = await self.post(update)
            if retry_after is None:
                self.queue.forget(update.id)
                return
            wait = min(retry_after, MOST_RETRY_AFTER)
            if not wait and failed:
                longest = self.owner.cloud.random.uniform(LONGEST_PAUSE, 2 * LONGEST_PAUSE)
                wait = pause = min(pause * 2, longest)
            failed += 1
            if self.owner.cloud.clock.now() + wait > update.expires:
                self.queue.forget(update.id)
                return
            await asyncio.sleep(wait / self.owner.cloud.hook_speed)

    async def post(self, update: Update) -> float | None:
        """None when it was taken; else the seconds the other side asks to wait, mostly 0."""
        headers = {"Content-Type": "application/json"}
        if self.hook.secret:
            headers[SECRET_HEADER] = self.hook.secret
        try:
            async with self.session.post(self.hook.url, data=update.text, headers=headers) as answer:
                body = await answer.text(errors="replace")
                if answer.ok:
                    await self.obey(body)
                    return None
                self.note(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                asked = answer.headers.get("Retry-After", "0")
                return float(asked) if asked.isdigit() else 0.0
        except (aiohttp.ClientError, TimeoutError) as error:
            self.note(f"Connection failed: {error}" if str(error) else "Connection timed out")
            return 0.0

    def note(self, words: str) -> None:
        self.hook.last_error_date = self.owner.cloud.clock.date()
        self.hook.last_error_message = words

    async def obey(self, body: str) -> None:
        """A method may stand in the answer; nobody hears how it went."""
        try:
            wanted = json.loads(body) if body.startswith("{") else {}
        except ValueError:
            return
        if isinstance(wanted, dict) and isinstance(wanted.get("method"), str):
            fields = {name: value for name, value in wanted.items() if name != "method"}
            try:
                await self.owner.do(self.bot, wanted["method"], fields)
            except Refusal as refusal:
                self.note(refusal.description)

    def stop(self) -> None:
        self.queue.listener = lambda: None
        for task in self.tasks:
            task.cancel()
        self.closing = asyncio.get_running_loop().create_task(self.session.close())

    async def stopped(self) -> None:
        await asyncio.gather(*self.tasks, return_exceptions=True)
        if self.closing is not None:
            await self.closing
