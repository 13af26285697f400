"""The lists of commands that Telegram shows at the input line: one for clients, one for staff, in their languages."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import structlog

from okno.bot import greeting
from okno.config.values import Staff
from okno.errors import ChannelDown, DeliveryError
from okno.notifier.telegram.courier import TelegramCourier
from okno.texts import Texts

log: Final = structlog.stdlib.get_logger()
STAFF: Final = (
    "queue", "mine", "find", "ticket", "take", "assign", "line", "prio", "merge", "close", "away", "back", "manual",
    "write", "help",
)  # fmt: skip
# Telegram shows the list of the app's own language; whoever reads Russian gets ours, everybody else English.
_RUSSIAN: Final = ("ru", "be", "uk", "kk")
_CLIENTS: Final = {"type": "all_private_chats"}
Json = dict[str, Any]


async def menus(courier: TelegramCourier, texts: Texts, staff_chat: int | None, staff: Sequence[Staff] = ()) -> bool:
    """Bot API, setMyCommands. A chat that refuses (its owner never pressed Start) has none, and harms nothing.

    False when Telegram could not be reached: worth another call later.
    """
    for values in _wanted(texts, staff_chat, staff):
        try:
            await courier.call("setMyCommands", values)
        except ChannelDown as error:
            log.warning("the menus of commands wait for Telegram", error=str(error))
            return False
        except DeliveryError as error:
            log.info("a menu of commands was not taken", scope=values["scope"], error=str(error))
    return True


def _wanted(texts: Texts, staff_chat: int | None, staff: Sequence[Staff]) -> Iterator[Json]:
    yield {"commands": _list(texts, greeting.OFFERED, "en"), "scope": _CLIENTS}
    for code in _RUSSIAN:
        yield {"commands": _list(texts, greeting.OFFERED, "ru"), "scope": _CLIENTS, "language_code": code}
    if staff_chat:
        yield {"commands": _list(texts, STAFF, None), "scope": _chat(staff_chat)}
    for one in staff:
        yield {"commands": _list(texts, STAFF, one.language), "scope": _chat(one.telegram_id)}


def _chat(number: int) -> Json:
    return {"type": "chat", "chat_id": number}


def _list(texts: Texts, names: Sequence[str], language: str | None) -> list[Json]:
    return [{"command": name, "description": texts.label("commands", name, language)} for name in names]
