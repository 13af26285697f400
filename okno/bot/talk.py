"""The bot as the drain knows it: knows at once what concerns it, parses it with aiogram, and routes it to a handler."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import structlog
from aiogram import Bot, Dispatcher
from aiogram.types import Update

from okno.bot import buttons, client, commands, room, staff, words
from okno.bot.speaker import Place, Speaker
from okno.bot.turn import Turn
from okno.config.values import Config
from okno.errors import DeskError, StoreError
from okno.intake.drain import Handled
from okno.intake.telegram import reading
from okno.queue import copies, people, roster
from okno.queue.actions import show
from okno.queue.actions.policy import Policy
from okno.queue.journal import Entry
from okno.queue.store import Store
from okno.queue.transaction import Tx
from okno.texts import Rich, Texts

log: Final = structlog.stdlib.get_logger()


class Talk:
    def __init__(
        self, bot: Bot, store: Store, texts: Texts, config: Config, policy: Callable[[], Policy],
        speaker: Speaker, now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._bot = bot
        self._store = store
        self._texts = texts
        self._config = config
        self._policy = policy
        self._speaker = speaker
        self._now = now
        self._staff = frozenset(one.telegram_id for one in config.staff)
        self._dispatcher = Dispatcher()
        self._dispatcher.include_routers(
            buttons.router(), commands.router(), room.router(), staff.router(), client.router()
        )

    async def wants(self, update: dict[str, Any]) -> bool:
        """Staff, a command, or a reply to one of our prompts. Looks into the store only for a reply."""
        seen = reading.sight(update)
        if seen.user is None:
            return False
        if reading.command(update) in words.COMMANDS or words.is_stray(_text(update)):
            return True
        if seen.user in self._staff:
            return True
        reply = _reply(update)
        return reply is not None and await self._store.read(self._asked, (seen.user, reply))

    def staff(self, user: int | None) -> bool:
        """Only to sort quickly: rights come from the store each time."""
        return user in self._staff

    def _asked(self, tx: Tx, place: tuple[int, int]) -> bool:
        account = self._policy().bot
        copy = copies.find(tx, account, *place) if account is not None else None
        return copy is not None and copy.role == "prompt"

    async def handle(self, entry: Entry, update: dict[str, Any]) -> Handled:
        """Raises what a handler raised, but for refusals, which are told to whoever asked."""
        seen = reading.sight(update)
        turn = await self._turn(entry, update, seen)
        try:
            typed = Update.model_validate(update, context={"bot": self._bot})
            result = await self._dispatcher.feed_update(self._bot, typed, turn=turn)
        except DeskError as refusal:
            self._refuse(turn, update, seen, refusal)
            return Handled(outcome="refused")
        except (StoreError, OSError):
            # An outage: it is done later, and nobody needs to hear of it.
            raise
        except Exception:
            if turn.member is not None or seen.kind == "callback_query":
                self._refuse(turn, update, seen, DeskError("failed"))
            raise
        return result if isinstance(result, Handled) else Handled(outcome="ignored")

    async def _turn(self, entry: Entry, update: dict[str, Any], seen: reading.Sighting) -> Turn:
        def look(tx: Tx, user: int) -> tuple[Any, ...]:
            place = show.room(tx, self._policy())
            return (roster.by_telegram(tx, user), people.find(tx, "telegram", str(user)), place.chat if place else None)

        member, who, place = await self._store.read(look, seen.user or 0)
        body = update.get(seen.kind)
        user = body.get("from") if isinstance(body, dict) else None
        return Turn(
            entry=entry, update=update, store=self._store, texts=self._texts, config=self._config,
            policy=self._policy(), speaker=self._speaker, room=place, now=self._now(), member=member, who=who,
            speaks=str((user or {}).get("language_code") or ""),
        )  # fmt: skip

    def _refuse(self, turn: Turn, update: dict[str, Any], seen: reading.Sighting, refusal: DeskError) -> None:
        said = self._texts.label("refusals", refusal.reason, turn.language, **refusal.facts)
        if seen.kind == "callback_query":
            self._speaker.answer(str(update["callback_query"]["id"]), said, alert=True)
            return
        message = update.get(seen.kind) or {}
        if seen.chat is not None:
            topic = message.get("message_thread_id") if message.get("is_topic_message") else None
            place = Place(chat=seen.chat, thread=topic, reply_to=message.get("message_id"))
            self._speaker.say(place, Rich.plain(said))


def _text(update: dict[str, Any]) -> str:
    body = update.get("message") or update.get("edited_message")
    text = body.get("text") if isinstance(body, dict) else None
    return text if isinstance(text, str) else ""


def _reply(update: dict[str, Any]) -> int | None:
    body = update.get("message") or update.get("edited_message")
    reply = body.get("reply_to_message") if isinstance(body, dict) else None
    number = reply.get("message_id") if isinstance(reply, dict) else None
    return number if isinstance(number, int) else None
