"""The HTTP door of the local Telegram: one call in, held against the table, done, answered; faults strike here."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from okno.sandbox.telegram import request as requests
from okno.sandbox.telegram.call import Call
from okno.sandbox.telegram.check import check
from okno.sandbox.telegram.cloud import Cloud
from okno.sandbox.telegram.faults import Rule
from okno.sandbox.telegram.methods import METHODS
from okno.sandbox.telegram.methods.chats import unknown
from okno.sandbox.telegram.methods.polling import Pollers, Raw, delete_webhook, set_webhook
from okno.sandbox.telegram.refusal import Refusal
from okno.sandbox.telegram.table import Table
from okno.sandbox.telegram.world import Bot

Json = dict[str, Any]
Asked = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

BAD_GATEWAY = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"
CUT_BEFORE = frozenset({"cut", "silence"})


def _foreign(request: web.BaseRequest) -> bool:
    """A script of another site in the reader's browser: every browser says so in one of these headers."""
    here = f"http://{request.host}"
    site = request.headers.get("Sec-Fetch-Site", "none")
    return request.headers.get("Origin", here) != here or site not in {"same-origin", "none"}


class Door:
    def __init__(self, cloud: Cloud, table: Table, control: Asked) -> None:
        self.cloud = cloud
        self.table = table
        self.control = control
        self.pollers = Pollers()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.rel_url.raw_path
        if path.startswith("/bot"):
            token, _, method = path[4:].partition("/")
            return await self.method(request, unquote(token), method.rstrip("/"))
        if path.startswith("/file/bot"):
            token, _, name = path[9:].partition("/")
            return await self.file(request, unquote(token), unquote(name))
        if path.startswith("/sandbox") and _foreign(request):
            return web.Response(status=403, text="The sandbox takes no orders from a web page of somebody else.")
        if path.startswith("/sandbox"):
            return await self.control(request)
        return _answer(Refusal(404, "Not Found").shown(), 404)

    async def method(self, request: web.BaseRequest, token: str, name: str) -> web.StreamResponse:
        bot = self.cloud.world.bots.get(token)
        if bot is None:
            return _answer(Refusal(401, "Unauthorized").shown(), 401)
        method = self.table.by_lower_case.get(name.lower())
        if method is None:
            return _answer(Refusal(404, "Not Found").shown(), 404)
        try:
            given, uploads = await requests.read(request)
        except Refusal as refusal:
            return _answer(refusal.shown(), refusal.code)
        rule = self.cloud.faults.hit(method, bot.id, _chat(given)) if self.cloud.faults.rules else None
        if rule is None:
            return await self.do(bot, method, given, uploads)
        return await self.strike(request, rule, lambda: self.do(bot, method, given, uploads))

    async def do(self, bot: Bot, method: str, given: Json, uploads: Json) -> web.Response:
        """The deed itself, and its answer."""
        calls = self.cloud.calls
        row = calls.add(bot=bot.id, method=method, params={**given, **uploads}, at=self.cloud.clock.now())
        try:
            if bot.logged_out:
                raise Refusal(400, "Logged out")
            params = check(self.table, method, given, uploads)
            row["params"] = {**row["params"], **{name: params[name] for name in params if name not in uploads}}
            result = await self.run(Call(cloud=self.cloud, bot=bot, method=method, params=params, uploads=uploads))
        except Refusal as refusal:
            shown = refusal.shown()
            calls.fail(row, shown)
            return _answer(shown, refusal.code, refusal.parameters.get("retry_after"))
        if isinstance(result, Raw):
            row["result"] = result.ids
            return web.Response(text=f'{{"ok":true,"result":{result.text}}}', content_type="application/json")
        row["result"] = result
        return _answer({"ok": True, "result": result})

    async def run(self, call: Call) -> Any:
        if call.method == "getUpdates":
            return await self.pollers.get(call)
        if call.method == "setWebhook":
            return set_webhook(call, self.pollers)
        if call.method == "deleteWebhook":
            return delete_webhook(call, self.pollers)
        return METHODS.get(call.method, unknown)(call)

    async def strike(
        self, request: web.BaseRequest, rule: Rule, deed: Callable[[], Awaitable[web.Response]]
    ) -> web.StreamResponse:
        refused = _refusal(rule)
        if refused is not None:
            return _answer(refused.shown(), refused.code, refused.parameters.get("retry_after"))
        if rule.do == "502":
            return web.Response(status=502, text=BAD_GATEWAY, content_type="text/html")
        if rule.do in {"silence", "late"}:
            await asyncio.sleep(rule.seconds)
        return _cut(request) if rule.do in CUT_BEFORE else await _spoiled(request, rule, await deed())

    async def file(self, request: web.BaseRequest, token: str, path: str) -> web.StreamResponse:
        bot = self.cloud.world.bots.get(token)
        if bot is None:
            return _answer(Refusal(401, "Unauthorized").shown(), 401)
        found = self.cloud.files.by_path.get(path)

        async def read() -> web.Response:
            if found is None or found.lost:
                self.cloud.calls.fail(row, Refusal(404, "Not Found").shown())
                return _answer(row["error"], 404)
            row["result"] = {"size": found.size}
            return web.Response(body=self.cloud.files.read(found), content_type="application/octet-stream")

        row = self.cloud.calls.add(bot=bot.id, method="file", params={"path": path}, at=self.cloud.clock.now())
        rule = self.cloud.faults.hit("file", bot.id, None)
        return await (read() if rule is None else self.strike(request, rule, read))

    def stop(self) -> None:
        self.pollers.stop()


def _answer(value: Json, status: int = 200, retry_after: int | None = None) -> web.Response:
    headers = None if retry_after is None else {"Retry-After": str(retry_after)}
    return web.Response(text=json.dumps(value), status=status, content_type="application/json", headers=headers)


def _refusal(rule: Rule) -> Refusal | None:
    if rule.do == "429":
        seconds = max(int(rule.seconds), 1)
        return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
    if rule.do == "500":
        return Refusal(500, rule.words or "Internal Server Error")
    if rule.do == "refuse":
        return Refusal(rule.code, rule.words or "Bad Request: refused by a fault")
    return None


def _chat(given: Json) -> int | None:
    value = str(given.get("chat_id", ""))
    return int(value) if value.lstrip("-").isdigit() else None


async def _spoiled(request: web.BaseRequest, rule: Rule, answer: web.Response) -> web.StreamResponse:
    """What is left of the answer of a call whose deed is done."""
    if rule.do == "delay":
        await asyncio.sleep(rule.seconds)
    if rule.do == "lost":
        return _cut(request)
    if rule.do == "garbage":
        return web.Response(text='{"ok":tru', content_type="application/json")
    return await _half(request, answer) if rule.do == "half" else answer


def _cut(request: web.BaseRequest) -> web.StreamResponse:
    """Closes the connection as a broken line would, without a byte."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _half(request: web.BaseRequest, answer: web.Response) -> web.StreamResponse:
    body = answer.body
    assert isinstance(body, bytes)
    response = web.StreamResponse(status=answer.status)
    response.content_type = "application/json"
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
