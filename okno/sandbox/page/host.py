"""The page's server: its files, both sandboxes' controls and what changed in them, all on one address."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiohttp import web

from okno.sandbox.mail.control import control
from okno.sandbox.page import prompts
from okno.sandbox.page.guard import guard, headed
from okno.sandbox.page.scene import spoken
from okno.sandbox.page.stage import Stage

Json = dict[str, Any]
Opened = Callable[[str, ZoneInfo], Awaitable[None]]

STATIC: Final = Path(__file__).with_name("static")
LONGEST: Final = 30.0
LARGEST: Final = 64 * 1024 * 1024


class Page:
    """`opened` hears the language and zone of each browser that opens the page; the answer waits for it."""

    def __init__(self, stage: Stage, opened: Opened) -> None:
        self.stage = stage
        self._opened = opened
        # Another run has another one: a page left open looks at everything anew.
        self._run = secrets.token_hex(8)
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """The address of the page; port 0 takes a free one. Raises OSError when the port is taken."""
        runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=0.3)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        return f"http://{host}:{runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[guard], client_max_size=LARGEST)
        app.on_response_prepare.append(headed)
        app.add_subapp("/sandbox/mail", control(self.stage.mail))
        app.router.add_route("*", "/sandbox/{name}", self.stage.telegram.door.control)
        app.router.add_get("/", self._index)
        app.router.add_post("/demo/open", self._open)
        app.router.add_get("/demo/changes", self._changes)
        app.router.add_static("/static", STATIC)
        return app

    async def _index(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(STATIC / "index.html")

    async def _open(self, request: web.Request) -> web.Response:
        asked = await request.json()
        await self._opened(spoken(str(asked.get("language", ""))), _zone(str(asked.get("timezone", ""))))
        return web.json_response({**self.stage.facts(), "run": self._run})

    async def _changes(self, request: web.Request) -> web.Response:
        """What came after these numbers in either sandbox, as soon as there is any."""
        telegram, mail = (int(request.query.get(name, "0")) for name in ("telegram", "mail"))
        wait = min(float(request.query.get("wait", "0")), LONGEST)
        stage = self.stage
        waiting = [
            asyncio.ensure_future(stage.telegram.look.changes(telegram, wait=wait)),
            asyncio.ensure_future(stage.mail.changes(mail, seconds=wait)),
        ]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()
        found = await stage.telegram.look.changes(telegram)
        arrived = await stage.mail.changes(mail)
        return web.json_response(
            {
                "run": self._run,
                "telegram": {**found, "changes": prompts.marked(stage.telegram.calls, found["changes"])},
                "mail": {
                    "changes": [{"mailbox": one.mailbox, "uid": one.uid} for one in arrived],
                    "next": stage.mail.number,
                },
            }
        )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # an unknown name is a KeyError of zoneinfo's own
        return ZoneInfo("UTC")
