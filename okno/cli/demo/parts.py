"""The parts of the demo, started and stopped in order: the sandboxes, the service, the page; and what is kept."""

import asyncio
import json
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from okno.app import running
from okno.cli.demo.settings import settings
from okno.config.values import Language
from okno.errors import OknoError
from okno.sandbox.mail.host import MailHost
from okno.sandbox.page import Page, Stage
from okno.sandbox.telegram import TOKEN, Misuse, Telegram

# Telegram's minute passes in three seconds: the limits are there, and nobody waits for them.
_SPEED: Final = 20.0
_SAVE: Final = 10.0
_SCENE: Final = "demo.json"
_TELEGRAM: Final = "telegram.json"
_MAIL: Final = "mail"


class Demo:
    """`keep` brings back what an earlier demo left in `place`, and leaves there what this one did."""

    def __init__(self, place: Path, language: Language, *, keep: bool) -> None:
        self.place = place
        self.keep = keep
        kept = _kept(place / _SCENE) if keep else None
        self.language: Language = kept["language"] if kept else language
        self.timezone = ZoneInfo(kept["timezone"] if kept else "UTC")
        self.played = kept is not None and bool(kept["played"])
        self.telegram = self._telegram(anew=kept is None)
        self.mail = MailHost()
        if kept:
            self.mail.load(place / _MAIL)
        self.stage = Stage(self.telegram, self.mail)
        self.page = Page(self.stage, self._opened)
        self._stack = AsyncExitStack()
        self._service = AsyncExitStack()
        self._broken: asyncio.Future[None]
        self._opening = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    def _telegram(self, *, anew: bool) -> Telegram:
        try:
            made = Telegram(TOKEN) if anew else Telegram.load(self.place / _TELEGRAM)
        except Misuse as error:
            raise OknoError(f"{error}; --keep --reset begins anew") from error
        made.pace.speed = _SPEED
        return made

    async def start(self, ports: Sequence[int]) -> str:
        """The address of the page, on the first of these ports that is free; 0 is any."""
        self._broken = asyncio.get_running_loop().create_future()
        self.stage.dress(self.language)
        self._stack.push_async_callback(self.telegram.stop)
        await self.telegram.start()
        self._stack.push_async_callback(self.mail.stop)
        await self.mail.start()
        await self._serve()
        if self.keep:
            # Not before the store is ours: another demo may hold it, and what is kept would be that one's.
            self._stack.callback(self._save)
            self._begin("saving", self._saving())
        self._stack.push_async_callback(self._service.aclose)
        self._stack.push_async_callback(self.page.stop)
        return await self._listen(ports)

    async def _listen(self, ports: Sequence[int]) -> str:
        for port in ports:
            try:
                return await self.page.start(port=port)
            except OSError as error:
                reason = error
        raise OknoError(f"port {ports[-1]} cannot be listened on; name another with --port: {reason}") from reason

    async def until(self, stop: asyncio.Event) -> None:
        """Returns when told to stop; raises what a part of the demo failed with."""
        stopped = asyncio.create_task(stop.wait())
        either: list[asyncio.Future[Any]] = [stopped, self._broken]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if self._broken.done():
            self._broken.result()

    async def stop(self) -> None:
        """The page, the service while its sandboxes still answer, then they; in between what is kept is written."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stack.aclose()

    def _begin(self, name: str, deed: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(deed, name=name)
        self._tasks.append(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None and not self._broken.done():
            self._broken.set_exception(error)

    async def _opened(self, language: Any, timezone: ZoneInfo) -> None:
        """The first browser decides language and zone, and is what the clients of the demo have waited for."""
        async with self._opening:
            if self.played:
                return
            if (language, timezone) != (self.language, self.timezone):
                self.language, self.timezone = language, timezone
                await self._service.aclose()
                self.stage.dress(language)
                await self._serve()
            self.played = True
            self._begin("play", self.stage.play())

    async def _serve(self) -> None:
        data = self.place / "data"
        data.mkdir(parents=True, exist_ok=True)
        config = settings(data, self.language, self.timezone, self.telegram.url, self.mail.ports)
        await self._service.enter_async_context(running(config, pace=_SPEED))

    async def _saving(self) -> None:
        """Even a demo that is killed comes back nearly as it was."""
        seen = None
        while True:
            now = (self.telegram.cloud.feed.last, self.mail.number)
            if now != seen:
                self._save()
                seen = now
            await asyncio.sleep(_SAVE)

    def _save(self) -> None:
        self.telegram.save(self.place / _TELEGRAM)
        self.mail.save(self.place / _MAIL)
        scene = {"language": self.language, "timezone": self.timezone.key, "played": self.played}
        (self.place / _SCENE).write_text(json.dumps(scene), "utf-8")


def _kept(file: Path) -> dict[str, Any] | None:
    if not file.exists():
        return None
    try:
        kept: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return {name: kept[name] for name in ("language", "timezone", "played")}
    except (ValueError, KeyError, TypeError) as error:
        raise OknoError(f"{file} is not what a demo left; --keep --reset begins anew") from error
