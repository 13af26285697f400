"""What the bot says at once: menus, lists, prompts, answers to presses. Not stored: losing it harms nothing.

Whatever must arrive is a letter.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from okno.errors import DeliveryError, StoreError
from okno.notifier.telegram.calls import Same
from okno.notifier.telegram.courier import TelegramCourier, message_ids
from okno.notifier.telegram.pace import Pace
from okno.queue import copies, letters
from okno.queue.store import Store
from okno.queue.transaction import Tx
from okno.texts import Rich

log: Final = structlog.stdlib.get_logger()
_LIMIT: Final = 4096


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where to say it: a chat, a topic of it, the message it answers."""

    chat: int
    thread: int | None = None
    reply_to: int | None = None


@dataclass(frozen=True, kw_only=True)
class Stand:
    """What the message said stands for, so that a reply to it finds its way."""

    role: str
    ticket: int | None = None
    message: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


class Speaker:
    """Speaks in tasks of its own, in each chat in order, so that no chat's pace holds back the drain."""

    def __init__(
        self, courier: TelegramCourier, store: Store, account: int, pace: Pace, now: Callable[[], datetime]
    ) -> None:  # fmt: skip
        self._courier = courier
        self._store = store
        self._account = account
        self._pace = pace
        self._now = now
        self._tails: dict[int, asyncio.Task[None]] = {}

    def say(
        self, place: Place, text: Rich, markup: dict[str, Any] | None = None, stand: Stand | None = None,
        forget: timedelta | None = None,
    ) -> None:  # fmt: skip
        """`forget`: after this span the message has no use and is taken away."""
        self._after(place.chat, self._say(place, text, markup, stand, forget))

    def edit(self, place: Place, message: int, text: Rich | None, markup: dict[str, Any] | None) -> None:
        """New words (None keeps them) and buttons for a message of ours."""
        self._after(place.chat, self._edit(place, message, text, markup))

    def redraw(
        self, place: Place, find: Callable[[Tx, int], int | None], text: Rich, markup: dict[str, Any] | None,
        stand: Stand,
    ) -> None:  # fmt: skip
        """The same for a message that can be found (among this account's) only once it has been said."""
        self._after(place.chat, self._redraw(place, find, text, markup, stand))

    def answer(self, query: str, text: str, *, alert: bool = False) -> None:
        """To a press: Telegram shows it for a moment. Not paced, and too late is nobody's harm."""
        values = {"callback_query_id": query, "text": text[:200], "show_alert": alert}
        self._after(0, self._call("answerCallbackQuery", values))

    def react(self, place: Place, message: int, emoji: str) -> None:
        reaction = [{"type": "emoji", "emoji": emoji}]
        values = {"chat_id": place.chat, "message_id": message, "reaction": reaction}
        self._after(place.chat, self._paced("setMessageReaction", place.chat, values))

    def document(self, place: Place, sha256: str, name: str) -> None:
        values = {"chat_id": place.chat, "document": {"upload": sha256, "name": name}, **_where(place)}
        self._after(place.chat, self._paced("sendDocument", place.chat, values))

    def send(self, place: Place, method: str, values: dict[str, Any]) -> None:
        """Any call into a chat, in its pace."""
        self._after(place.chat, self._paced(method, place.chat, {"chat_id": place.chat, **values, **_where(place)}))

    async def finish(self, seconds: float) -> None:
        """Lets what is being said end."""
        if self._tails:
            await asyncio.wait(list(self._tails.values()), timeout=seconds)

    def _after(self, chat: int, words: Any) -> None:
        before = self._tails.get(chat)

        async def follow() -> None:
            if before is not None:
                await asyncio.wait([before])
            try:
                await words
            except Same:
                log.debug("it said this already", chat=chat)
            except (DeliveryError, StoreError) as error:
                log.warning("the bot could not say something", error=str(error))

        task = asyncio.create_task(follow(), name=f"speaker {chat}")
        self._tails[chat] = task
        task.add_done_callback(lambda done: self._tails.pop(chat) if self._tails.get(chat) is done else None)

    async def _say(
        self, place: Place, text: Rich, markup: dict[str, Any] | None, stand: Stand | None, forget: timedelta | None
    ) -> None:  # fmt: skip
        pieces = text.split(_LIMIT)
        for number, piece in enumerate(pieces, start=1):
            last = number == len(pieces)
            values = {
                "chat_id": place.chat, **piece.as_telegram(), **_where(place),
                "reply_markup": markup if last else None, "link_preview_options": {"is_disabled": True},
            }  # fmt: skip
            result = await self._paced("sendMessage", place.chat, values)
            if last and stand is not None:
                await self._stand(place, message_ids(result)[0], stand)
            if last and forget is not None:
                self._forget(place, message_ids(result)[0], forget)

    def _forget(self, place: Place, number: int, span: timedelta) -> None:
        values = {"chat_id": place.chat, "message_id": number}
        loop = asyncio.get_running_loop()
        loop.call_later(span.total_seconds(), lambda: self._after(0, self._call("deleteMessage", values)))

    async def _stand(self, place: Place, number: int, stand: Stand) -> None:
        one = copies.Copy(
            account=self._account, chat=place.chat, external_id=number, role=stand.role, ticket=stand.ticket,
            message=stand.message, data=stand.data,
        )  # fmt: skip
        await self._store.write(copies.put, one, self._now())

    async def _edit(self, place: Place, message: int, text: Rich | None, markup: dict[str, Any] | None) -> None:
        values: dict[str, Any] = {"chat_id": place.chat, "message_id": message, "reply_markup": markup}
        quiet = {"link_preview_options": {"is_disabled": True}}
        if text is None:
            await self._paced("editMessageReplyMarkup", place.chat, values)
        else:
            await self._paced("editMessageText", place.chat, {**values, **quiet, **text.cut(_LIMIT).as_telegram()})

    async def _redraw(
        self, place: Place, find: Callable[[Tx, int], int | None], text: Rich, markup: dict[str, Any] | None,
        stand: Stand,
    ) -> None:  # fmt: skip
        number = await self._store.read(find, self._account)
        if number is not None:
            await self._stand(place, number, stand)
            await self._edit(place, number, text, markup)

    async def _paced(self, method: str, chat: int, values: dict[str, Any]) -> Any:
        await self._pace.turn(letters.lane(self._account, str(chat)), chat)
        return await self._call(method, values)

    async def _call(self, method: str, values: dict[str, Any]) -> Any:
        return await self._courier.call(method, values)


def _where(place: Place) -> dict[str, Any]:
    where: dict[str, Any] = {"message_thread_id": place.thread} if place.thread else {}
    if place.reply_to:
        where["reply_parameters"] = {"message_id": place.reply_to, "allow_sending_without_reply": True}
    return where
