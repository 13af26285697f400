"""One Bot API call with plain values in and out, its errors told as ours (table of errors: ARCHITECTURE.md).

Answers are not parsed into a library's types: a field it does not know must not make a sent message look unsent.
"""

from functools import cache
from typing import Any, Final

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    RestartingTelegram,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)  # fmt: skip
from aiogram.methods.base import Response, TelegramMethod

from okno.errors import ChannelDown, DeliveryError, Refused, Unknown


class Moved(DeliveryError):
    """The group became a supergroup; its new id is `chat`."""

    def __init__(self, chat: int) -> None:
        super().__init__(f"moved to {chat}")
        self.chat = chat


class TopicGone(DeliveryError):
    """Somebody deleted the topic; it must be made anew and the same message sent again."""


class TopicClosed(DeliveryError):
    """Somebody closed the topic; reopen it and send again."""


class MessageGone(DeliveryError):
    """The message to edit or answer is not there any more."""


class NoForum(DeliveryError):
    """The group has no topics, or the bot may not manage them: work without."""


class Same(DeliveryError):
    """Nothing to change: it shows this already."""


_SAME: Final = (
    "message is not modified",
    "TOPIC_NOT_MODIFIED",
    "REACTION_EMPTY",
    "query is too old",
    "query ID is inv",
)
_TOPIC_GONE: Final = ("message thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID")
_NO_FORUM: Final = ("chat is not a forum", "not enough rights to create a topic", "not enough rights to manage topics")
_MESSAGE_GONE: Final = (
    "message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID", "message to react not found",
    "message not found", "message to be replied not found",
)  # fmt: skip
_PLAIN_DOWN: Final = ("ClientConnectorError", "ClientProxyConnectionError", "ClientConnectorDNSError", "Cannot connect")
# pydantic forgets a generic nobody holds, and aiogram would have it made anew for each answer.
_HELD: Final = Response[Any]


async def call(bot: Bot, method_name: str, /, seconds: int = 60, **values: Any) -> Any:
    """The `result` as plain JSON. Raises DeliveryError or one of the errors above; None values are left out."""
    method = _method(method_name)(**{key: value for key, value in values.items() if value is not None})
    try:
        return await bot(method, request_timeout=seconds)
    except (TelegramAPIError, ClientDecodeError) as error:
        raise told(error) from error
    except OSError as error:
        raise ChannelDown(f"Telegram cannot be reached: {type(error).__name__}") from error


@cache
def _method(name: str) -> type[TelegramMethod[Any]]:
    return type(name, (TelegramMethod,), {"__returning__": Any, "__api_method__": name, "__module__": __name__})


def told(error: Exception) -> DeliveryError:  # noqa: C901, PLR0911 - one row a kind of error, read top to bottom
    text = getattr(error, "message", "") or str(error)
    match error:
        case TelegramRetryAfter():
            return ChannelDown("Telegram asks to wait", retry_after=float(error.retry_after))
        case TelegramMigrateToChat():
            return Moved(error.migrate_to_chat_id)
        case TelegramUnauthorizedError() | TelegramNotFound():
            return ChannelDown("the bot token is refused: put the current one from BotFather into telegram.token")
        case TelegramForbiddenError():
            return Refused(_plain(text), unreachable=True)
        case TelegramEntityTooLarge():
            return Refused("the file is larger than Telegram takes (50 MB)")
        case TelegramBadRequest():
            return _bad_request(text)
        case RestartingTelegram():
            return ChannelDown("Telegram restarts")
        case TelegramConflictError():
            return ChannelDown("another program uses this bot")
        case TelegramNetworkError() if any(sign in text or sign in repr(error.__cause__) for sign in _PLAIN_DOWN):
            return ChannelDown("Telegram cannot be reached")
        case TelegramServerError() | TelegramNetworkError() | ClientDecodeError():
            # Timeout, cut, 5xx or an answer nobody can read: it may have been done.
            return Unknown(f"Telegram's answer was lost ({type(error).__name__})")
        case _:
            return Refused(_plain(text))


def _bad_request(text: str) -> DeliveryError:
    for signs, kind in ((_SAME, Same), (_TOPIC_GONE, TopicGone), (_NO_FORUM, NoForum), (_MESSAGE_GONE, MessageGone)):
        if any(sign.lower() in text.lower() for sign in signs):
            return kind(_plain(text))
    if "TOPIC_CLOSED" in text:
        return TopicClosed(_plain(text))
    return Refused(_plain(text), unreachable="chat not found" in text or "user not found" in text)


def _plain(text: str) -> str:
    return text.removeprefix("Telegram server says - ").removeprefix("Bad Request: ").removeprefix("Forbidden: ")
