"""Carries one part of a letter to Telegram. One call, one outcome; when to try again is the lane's affair."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiogram import Bot
from aiogram.types import FSInputFile

from okno.errors import Refused
from okno.notifier.telegram.calls import MessageGone, Same, call
from okno.queue.files import Files
from okno.queue.parts import InFlight

Phase = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """`remote` is what the other side called it; `chat` and `ids` are set for Telegram's messages."""

    remote: Any
    chat: int | None = None
    ids: tuple[int, ...] = ()


class TelegramCourier:
    def __init__(self, bot: Bot, files: Files) -> None:
        self._bot = bot
        self._files = files

    async def send(self, part: InFlight, phase: Phase) -> Delivered:
        """Raises DeliveryError. `phase` is not needed: Telegram has no step between asking and doing."""
        del phase
        payload = dict(part.payload)
        method = payload.pop("method")
        payload["chat_id"] = int(part.recipient)
        try:
            result = await self.call(method, payload)
        except (MessageGone, Same) as error:
            raise Refused(str(error)) from error
        ids = message_ids(result)
        return Delivered(remote=list(ids), chat=int(part.recipient), ids=ids)

    async def call(self, method: str, payload: dict[str, Any]) -> Any:
        """Any call with kept files uploaded. Raises DeliveryError and the errors of `calls`."""
        values = {key: self._loaded(value) for key, value in payload.items()}
        uploads = any(isinstance(value, FSInputFile | list) for value in values.values())
        return await call(self._bot, method, seconds=300 if uploads else 60, **values)

    def _loaded(self, value: Any) -> Any:
        if isinstance(value, dict) and "upload" in value:
            try:
                return FSInputFile(self._files.path(value["upload"]), filename=value["name"])
            except FileNotFoundError as error:
                raise Refused(f"the file {value['name']} is not kept any more") from error
        if isinstance(value, list):
            return [
                {key: self._loaded(inner) for key, inner in one.items()} if isinstance(one, dict) else one
                for one in value
            ]
        return value


def message_ids(result: Any) -> tuple[int, ...]:
    """The ids of the messages a call made; empty for what made none."""
    found = result if isinstance(result, list) else [result]
    return tuple(int(one["message_id"]) for one in found if isinstance(one, dict) and "message_id" in one)
