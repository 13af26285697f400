"""The served desk as its tests hold it."""

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import sqlalchemy as sa

from okno.config.values import Config
from okno.intake.telegram.webhook import Webhook, webhook_path
from okno.queue import roster
from okno.queue.pulse import Pulse
from okno.queue.tables import journal
from okno.queue.transaction import Tx
from tests.scheduler.support import Line

HEADER = "X-Telegram-Bot-Api-Secret-Token"
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Json:
        found: Json = json.loads(self.text)
        return found


@dataclass(frozen=True, kw_only=True)
class Served:
    store: Line
    config: Config
    address: str
    http: aiohttp.ClientSession
    webhook: Webhook
    pulse: Pulse

    async def ask(self, path: str, method: str = "GET", **more: Any) -> Answer:
        async with self.http.request(method, self.address + path, **more) as answer:
            return Answer(status=answer.status, headers=dict(answer.headers), text=await answer.text())

    async def post(self, body: object, **more: Any) -> Answer:
        """As Telegram does, with its secret unless another is given."""
        headers = more.pop("headers", {HEADER: self.config.telegram.webhook_secret.reveal()})
        data = body if isinstance(body, bytes | io.BytesIO) else json.dumps(body).encode()
        return await self.ask(webhook_path(self.config), "POST", data=data, headers=headers, **more)

    async def rows(self) -> list[Any]:
        return await self.store.read(_rows, None)

    async def note(self, account: int, **state: Any) -> None:
        await self.store.write(roster.note, roster.Note(account=account, state=state), datetime.now(UTC))

    async def state(self, account: int) -> Json:
        known = await self.store.read(roster.accounts, None)
        return next(one.state for one in known if one.id == account)


def _rows(tx: Tx, _nothing: None) -> list[Any]:
    return list(tx.rows(sa.select(journal).order_by(journal.c.id)))
