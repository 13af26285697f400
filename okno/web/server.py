"""The server: which path says what, where it listens, how it starts and stops."""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

import structlog
from aiohttp import web

from okno.config.values import Config
from okno.errors import ConfigError, StoreError
from okno.intake.telegram.webhook import Webhook, webhook_path
from okno.web import metrics
from okno.web.health import Health
from okno.web.webhook import Letterbox
from okno.web.wire import Server

log: Final = structlog.stdlib.get_logger()
_STOP: Final = 2.0
_LOOK: Final = ("GET", "HEAD")

Answer = Callable[[web.BaseRequest], Awaitable[web.Response]]


class Web:
    """`webhook` is what Telegram's posts go to; None while updates are fetched by polling."""

    def __init__(self, config: Config, health: Health, webhook: Webhook | None = None) -> None:
        self._config = config
        self._health = health
        self._pages: Mapping[str, Answer] = {
            "/healthz": self._alive, "/readyz": self._ready, "/metrics": self._metrics,
        }  # fmt: skip
        self._letterbox = Letterbox(webhook, config) if webhook is not None else None
        self._path = webhook_path(config).encode()
        self._runner: web.ServerRunner | None = None

    async def start(self) -> str:
        """The address it listens on; empty when config.toml names none. Raises ConfigError when it cannot be had."""
        if not self._config.http_listen:
            return ""
        host, _, port = self._config.http_listen.rpartition(":")
        runner = web.ServerRunner(Server(self.handle), shutdown_timeout=_STOP)
        await runner.setup()
        try:
            await web.TCPSite(runner, host.strip("[]"), int(port)).start()
        except OSError as error:
            await runner.cleanup()
            words = f"[http] listen: {self._config.http_listen} cannot be listened on ({error.strerror}); is it taken?"
            raise ConfigError([words]) from error
        self._runner = runner
        address = f"http://{host}:{runner.addresses[0][1]}"
        log.info("listening", address=address)
        return address

    async def stop(self) -> None:
        """What is being answered gets its moment."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def handle(self, request: web.BaseRequest) -> web.Response:
        if self._letterbox is not None and hmac.compare_digest(request.path.encode("utf-8", "replace"), self._path):
            return await self._letterbox.enter(request) if request.method == "POST" else _not_so("POST")
        page = self._pages.get(request.path)
        if page is None:
            return web.Response(status=HTTPStatus.NOT_FOUND, text="Not Found\n")
        return await page(request) if request.method in _LOOK else _not_so(*_LOOK)

    async def _alive(self, _request: web.BaseRequest) -> web.Response:
        problem = await self._health.alive()
        status = HTTPStatus.SERVICE_UNAVAILABLE if problem else HTTPStatus.OK
        return _json(status, {"alive": not problem, "problem": problem or None})

    async def _ready(self, _request: web.BaseRequest) -> web.Response:
        try:
            down = await self._health.down()
        except StoreError as error:
            return _json(HTTPStatus.SERVICE_UNAVAILABLE, {"ready": False, "down": [], "problem": str(error)})
        status = HTTPStatus.SERVICE_UNAVAILABLE if down else HTTPStatus.OK
        return _json(status, {"ready": not down, "down": down, "problem": None})

    async def _metrics(self, _request: web.BaseRequest) -> web.Response:
        try:
            scrape = await self._health.scrape()
        except StoreError as error:
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, text=f"{error}\n")
        return web.Response(body=metrics.text(scrape), headers={"Content-Type": metrics.CONTENT_TYPE})


def _json(status: HTTPStatus, facts: dict[str, Any]) -> web.Response:
    text = json.dumps(facts, ensure_ascii=False) + "\n"
    return web.Response(status=status, text=text, content_type="application/json")


def _not_so(*methods: str) -> web.Response:
    text, allowed = "Method Not Allowed\n", ", ".join(methods)
    return web.Response(status=HTTPStatus.METHOD_NOT_ALLOWED, text=text, headers={"Allow": allowed})
