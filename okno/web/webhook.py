"""Telegram's letterbox: takes from who knows the secret, and answers only when the update is durable."""

import asyncio
import hmac
import json
from http import HTTPStatus
from typing import Any, Final

import structlog
from aiohttp import web

from okno.config.values import Config
from okno.errors import StoreError
from okno.intake.telegram.webhook import Webhook

log: Final = structlog.stdlib.get_logger()
HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
LARGEST: Final = 1 << 20
_PIECE: Final = 1 << 16
# Telegram itself waits a minute.
_BODY: Final = 15.0
_STORE: Final = 30.0
_AGAIN: Final = 10


class Letterbox:
    def __init__(self, webhook: Webhook, config: Config, *, patience: float = _BODY) -> None:
        """`patience`: how many seconds a body may take."""
        self._webhook = webhook
        self._secret = config.telegram.webhook_secret.reveal().encode()
        self._patience = patience

    async def enter(self, request: web.BaseRequest) -> web.Response:
        if not self._secret or not self._knows(request.headers.get(HEADER, "")):
            return _plain(HTTPStatus.UNAUTHORIZED)
        if (request.content_length or 0) > LARGEST:
            return _plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            async with asyncio.timeout(self._patience):
                body = await _body(request)
        except TimeoutError:
            return _plain(HTTPStatus.REQUEST_TIMEOUT)
        if body is None:
            return _plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        update = _update(body)
        return _plain(HTTPStatus.BAD_REQUEST) if update is None else await self._take(update)

    def _knows(self, told: str) -> bool:
        # As bytes: compare_digest refuses text that is not ASCII, and aiohttp decodes stray bytes to surrogates.
        return hmac.compare_digest(told.encode("utf-8", "surrogateescape"), self._secret)

    async def _take(self, update: dict[str, Any]) -> web.Response:
        try:
            async with asyncio.timeout(_STORE):
                await self._webhook.take(update)
        except (StoreError, TimeoutError) as error:
            log.warning("an update could not be kept; Telegram will send it again", error=str(error))
            return _plain(HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(_AGAIN)})
        return _plain(HTTPStatus.OK)


async def _body(request: web.BaseRequest) -> bytes | None:
    """None for more than is let in."""
    body = bytearray()
    async for piece in request.content.iter_chunked(_PIECE):
        body += piece
        if len(body) > LARGEST:
            return None
    return bytes(body)


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    return update if isinstance(number, int) and not isinstance(number, bool) else None


def _plain(status: HTTPStatus, headers: dict[str, str] | None = None) -> web.Response:
    answer = web.Response(status=status, text=f"{status.phrase}\n", headers=headers)
    if status is HTTPStatus.REQUEST_TIMEOUT or status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        answer.force_close()
    return answer
