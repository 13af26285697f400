"""What every drawing needs: paced calls, the words, the store, and the topic a ticket is shown in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
import structlog

from okno.config.values import Config
from okno.notifier.telegram.calls import NoForum, TopicClosed
from okno.notifier.telegram.courier import TelegramCourier
from okno.notifier.telegram.pace import Pace
from okno.queue import tables, views
from okno.queue.store import Store
from okno.queue.transaction import Tx
from okno.queue.views import View
from okno.texts import Texts

log: Final = structlog.stdlib.get_logger()


class Easel:
    """Shared by all drawings of one bot."""

    def __init__(
        self, store: Store, courier: TelegramCourier, pace: Pace, texts: Texts, config: Config,
        now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self.store = store
        self.texts = texts
        self.config = config
        self.now = now
        self._courier = courier
        self._pace = pace
        self._icons: dict[str, str] | None = None

    async def call(self, view: View, method: str, **values: Any) -> Any:
        """A call to the view's chat, in its pace. Raises DeliveryError and the errors of `telegram.calls`."""
        await self._pace.turn(view.lane, view.chat)
        return await self._courier.call(method, {"chat_id": view.chat, **values})

    async def to_thread(self, view: View, thread: int | None, method: str, **values: Any) -> Any:
        """The same into a topic, which is reopened when somebody closed it."""
        place = {"message_thread_id": thread} if thread else {}
        try:
            return await self.call(view, method, **place, **values)
        except TopicClosed:
            await self.call(view, "reopenForumTopic", message_thread_id=thread)
            return await self.call(view, method, **place, **values)

    def word(self, language: str) -> Callable[..., str]:
        return lambda key, **facts: self.texts.label("buttons", key, language, **facts)

    @property
    def language(self) -> str:
        """What the group reads."""
        return self.config.language

    async def shown(self, view: View, remote: int | None, data: dict[str, Any], revision: int | None = None) -> None:
        done = views.Shown(view=view.id, revision=revision or view.wanted, remote=remote, data=data)
        await self.store.write(views.shown, done, self.now())

    async def icon(self, status: str) -> str | None:
        """The custom emoji that stands for a state, of those Telegram gives topics; None when it has none fitting."""
        if self._icons is None:
            found = await self._courier.call("getForumTopicIconStickers", {})
            self._icons = {one["emoji"].rstrip("\ufe0f"): one["custom_emoji_id"] for one in found if one.get("emoji")}
        for emoji in (self.texts.label("icons", status, self.language), *_FALLBACK.get(status, ())):
            found = self._icons.get(emoji.rstrip("\ufe0f"))
            if found:
                return str(found)
        return None

    async def flat(self, view: View) -> bool:
        """Whether the group is worked without topics."""
        return bool((await self.store.read(_room, view)).get("flat"))

    async def without_topics(self, view: View, error: NoForum) -> None:
        """Remembered for the group, and said aloud: somebody took the right away, or it is no forum."""
        log.error("the staff group is worked without topics", chat=view.chat, reason=str(error))
        await self.store.write(_set_room, Room(view=view, data={"flat": True, "why": str(error)}), self.now())


# Telegram's own set of topic icons is small; these are in it.
_FALLBACK: Final = {
    "new": ("❗", "🔥", "⭐"), "open": ("💻", "⚡", "🔧"), "waiting_client": ("💬", "❓"), "waiting_other": ("👀",),
    "waiting_approval": ("💰",), "done": ("✅", "🏁"), "closed": ("✅", "🔒"), "spam": ("‼",), "merged": ("📁",),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Room:
    view: View
    data: dict[str, Any]


def _room(tx: Tx, view: View) -> dict[str, Any]:
    chat = tables.chat
    same = sa.and_(chat.c.account == view.account, chat.c.current == view.chat)
    found: dict[str, Any] = tx.value(sa.select(chat.c.data).where(same)) or {}
    return found


def _set_room(tx: Tx, command: Room, now: datetime) -> None:
    del now
    chat, view = tables.chat, command.view
    same = sa.and_(chat.c.account == view.account, chat.c.current == view.chat)
    data = {**_room(tx, view), **command.data}
    if tx.run(sa.update(chat).where(same).values(data=data)).rowcount == 0:
        values = {"account": view.account, "configured": view.chat, "current": view.chat, "data": data}
        tx.run(sa.insert(chat), values)
