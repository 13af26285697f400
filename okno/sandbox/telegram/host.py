"""The local Telegram as one thing to start, drive and stop; everything else in this package is a part of it."""

from pathlib import Path
from typing import Any

from aiohttp import web

from okno.sandbox.telegram import keep, table
from okno.sandbox.telegram.call import Call
from okno.sandbox.telegram.cast import Cast
from okno.sandbox.telegram.check import check
from okno.sandbox.telegram.cloud import Cloud
from okno.sandbox.telegram.control import Control, verbs
from okno.sandbox.telegram.find import Find
from okno.sandbox.telegram.look import Look
from okno.sandbox.telegram.people import People
from okno.sandbox.telegram.refusal import Misuse, Refusal
from okno.sandbox.telegram.server import Door
from okno.sandbox.telegram.settings import Settings
from okno.sandbox.telegram.webhook import Webhooks
from okno.sandbox.telegram.world import Bot

Json = dict[str, Any]

TOKEN = "1234567890:AA-token-of-the-sandbox"  # noqa: S105 - opens nothing but this sandbox


class Telegram:
    """A Bot API server on this machine.

        telegram = Telegram(paced=False)
        url = await telegram.start()            # "http://127.0.0.1:40123"
        telegram.cast.add_user(7, "Клара")
        telegram.people.start(7)
        await telegram.stop()

    `cast` adds people and chats, `people` acts for them, `look` looks at everything; `faults`, `pace`, `clock`, `files`
    and `calls` are the parts of those names. `paced` False lifts the limits on speed; `seed` makes numbers repeatable.
    `kept` brings back what save kept, bots and all; the other names are then not asked.
    Everything but start, stop, people.press, people.answer and look.changes is synchronous, and is to be called from
    the loop the server runs in.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        username: str = "okno_bot",
        first_name: str = "Okno",
        privacy: bool = True,
        paced: bool = True,
        seed: int | None = None,
        kept: Path | None = None,
    ) -> None:
        self.cloud = Cloud(seed=seed, paced=paced)
        self.table = table.load()
        self.faults, self.pace, self.clock = self.cloud.faults, self.cloud.pace, self.cloud.clock
        self.files, self.calls = self.cloud.files, self.cloud.calls
        self.find = Find(self.cloud)
        self.cast = Cast(self.cloud, self.find)
        self.people = People(self.cloud, self.find)
        self.look = Look(self.cloud, self.find)
        self.settings = Settings(self.cloud, self.save)
        control = Control(verbs((self.cast, self.people, self.look, self.settings)))
        self.door = Door(self.cloud, self.table, control.handle)
        self.webhooks = Webhooks(self.cloud, self._do)
        self.url = ""
        self._runner: web.ServerRunner | None = None
        if kept is None:
            self.cloud.add_bot(token, username=username, first_name=first_name, privacy=privacy)
        else:
            keep.load(self.cloud, kept)

    @property
    def bot(self) -> Bot:
        """The first bot."""
        return self.find.bot(None)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """The address of the server; port 0 takes a free one."""
        if self._runner is not None:
            raise Misuse("this Telegram is already running")
        runner = web.ServerRunner(web.Server(self.door.handle, access_log=None), shutdown_timeout=0.5)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            await runner.cleanup()
            raise Misuse(f"{host}:{port} cannot be listened on; choose another port: {error}") from error
        self._runner = runner
        taken = runner.addresses[0][1]
        self.url = f"http://{host}:{taken}"
        for bot in self.cloud.world.bots_by_id.values():
            self.webhooks.point(bot)
        return self.url

    async def stop(self) -> None:
        """Connections break, as if the line went dead; the state stays, and start brings the server back."""
        if self._runner is None:
            return
        runner, self._runner = self._runner, None
        self.door.stop()
        await self.webhooks.stop()
        await runner.cleanup()

    def save(self, path: Path) -> None:
        keep.save(self.cloud, path)

    @classmethod
    def load(cls, path: Path, *, paced: bool = True) -> "Telegram":
        """A server with the state that save kept, not started."""
        return cls(paced=paced, kept=path)

    async def _do(self, bot: Bot, name: str, given: Json) -> Any:
        """A method named in the answer of a webhook."""
        method = self.table.by_lower_case.get(name.lower())
        if method is None:
            raise Refusal(404, "Not Found")
        params = check(self.table, method, given, {})
        return await self.door.run(Call(cloud=self.cloud, bot=bot, method=method, params=params, uploads={}))
