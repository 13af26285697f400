"""Telegram as the bot sees it: its token, the staff's chat and its rights there, channels, webhook, each of the staff.

Answers are read as plain JSON: the library refuses those of a Bot API server that is older than itself.
"""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from aiogram import Bot

from okno.app import make_bot
from okno.cli.check.finding import Finding, cut, fine, note, wrong
from okno.config.values import Config, Secret, Staff, Telegram
from okno.errors import ChannelDown, DeliveryError, Refused, StoreError
from okno.intake.telegram.webhook import webhook_url
from okno.notifier.telegram.calls import Moved, call
from okno.queue import roster
from okno.queue.reading import opened_to_read
from okno.queue.roster import Member

_SECONDS: Final = 15
_RIGHTS: Final = {
    "can_manage_topics": "manage topics",
    "can_delete_messages": "delete messages",
    "can_pin_messages": "pin messages",
}
_INSIDE: Final = frozenset({"creator", "administrator", "member", "restricted"})
Json = dict[str, Any]


async def telegram(config: Config) -> list[Finding]:
    if not config.telegram.token:
        return []
    bot = make_bot(config)
    try:
        return await _all(bot, config)
    finally:
        await bot.session.close()


async def _all(bot: Bot, config: Config) -> list[Finding]:
    try:
        me: Json = await call(bot, "getMe", seconds=_SECONDS)
    except DeliveryError as error:
        return [_token(error)]
    wanted = config.telegram
    found = await asyncio.gather(
        _staff_chat(bot, me, wanted.staff_chat), _channel(bot, me, "announce_channel", wanted.announce_channel),
        _channel(bot, me, "staff_channel", wanted.staff_channel), _webhook(bot, config), _staff(bot, me, config),
    )  # fmt: skip
    return [fine("telegram token"), *(finding for findings in found for finding in findings)]


def known_as(token: str) -> tuple[str, str, bool]:
    """The bot's name by its token; or the problem, and whether it is the token's own."""
    kept = Telegram(
        token=Secret(token),
        api_url=os.environ.get("OKNO_TELEGRAM__API_URL") or Telegram().api_url,
        proxy=os.environ.get("OKNO_TELEGRAM__PROXY", ""),
    )
    return asyncio.run(_known_as(kept))


async def _known_as(settings: Telegram) -> tuple[str, str, bool]:
    bot = make_bot(Config(path=None, data_dir=Path(), telegram=settings))
    try:
        me: Json = await call(bot, "getMe", seconds=_SECONDS)
    except DeliveryError as error:
        return "", str(error), _refused(error)
    finally:
        await bot.session.close()
    return str(me.get("username", "")), "", False


def _refused(error: DeliveryError) -> bool:
    return "token is refused" in str(error)


def _token(error: DeliveryError) -> Finding:
    if _refused(error):
        return wrong("telegram token", "Telegram refuses it", "put the current one from @BotFather into telegram.token")
    advice = "check the network, telegram.api_url and telegram.proxy"
    return wrong("telegram", str(error).rstrip("."), advice)


async def _staff_chat(bot: Bot, me: Json, chat: int) -> list[Finding]:
    if not chat:
        return []
    what = "staff chat"
    try:
        # Only who may write is told where the group has gone.
        await call(bot, "sendChatAction", chat_id=chat, action="typing", seconds=_SECONDS)
        about: Json = await call(bot, "getChat", chat_id=chat, seconds=_SECONDS)
        member: Json = await call(bot, "getChatMember", chat_id=chat, user_id=me["id"], seconds=_SECONDS)
    except Moved as moved:
        advice = f"write telegram.staff_chat = {moved.chat}; Okno follows it until then"
        return [note(what, "the group became a supergroup", advice), *await _staff_chat(bot, me, moved.chat)]
    except Refused as error:
        advice = "add the bot to the group, or correct telegram.staff_chat: the command /id tells the id there"
        return [wrong(what, str(error), advice)]
    except DeliveryError as error:
        return [wrong(what, str(error), "try again")]
    return [*_form(what, about), *_rights(what, about, member, me)] or [fine(what)]


def _form(what: str, about: Json) -> list[Finding]:
    if about.get("type") == "supergroup" and about.get("is_forum"):
        return []
    advice = "switch Topics on in the group's settings, so that each request has its own"
    return [note(what, f"{about.get('title', 'it')} is a {about.get('type')} without topics", advice)]


def _rights(what: str, about: Json, member: Json, me: Json) -> list[Finding]:
    status = member.get("status")
    if status not in _INSIDE:
        return [wrong(what, "the bot is not in the group", "add it as an administrator who may manage topics")]
    if status == "creator":
        return []
    if status != "administrator":
        blind = "" if me.get("can_read_all_group_messages") else ", and sees no words but replies to itself"
        return [wrong(what, f"the bot is no administrator there{blind}", f"make it one, with: {_named(_RIGHTS)}")]
    missing = [right for right in _RIGHTS if not member.get(right) and (right != "can_manage_topics" or _forum(about))]
    return [wrong(what, f"the bot may not {_named(missing)}", "give it these rights")] if missing else []


def _forum(about: Json) -> bool:
    return bool(about.get("is_forum"))


def _named(rights: Sequence[str] | dict[str, str]) -> str:
    return ", ".join(_RIGHTS[right] for right in rights)


async def _channel(bot: Bot, me: Json, setting: str, chat: str | int) -> list[Finding]:
    if not chat:
        return []
    try:
        about: Json = await call(bot, "getChat", chat_id=chat, seconds=_SECONDS)
        member: Json = await call(bot, "getChatMember", chat_id=chat, user_id=me["id"], seconds=_SECONDS)
    except DeliveryError as error:
        return [wrong(setting, str(error), f"correct telegram.{setting}, and add the bot there as an administrator")]
    status = member.get("status")
    posts = status == "creator" or (status == "administrator" and (member.get("can_post_messages") or _group(about)))
    if not posts and not (_group(about) and status in _INSIDE):
        return [wrong(setting, f"the bot may not post in {chat}", "make it an administrator who may post messages")]
    return [fine(setting)]


def _group(about: Json) -> bool:
    return about.get("type") in {"group", "supergroup"}


async def _webhook(bot: Bot, config: Config) -> list[Finding]:
    """Never getUpdates: it would cut off the service that is polling."""
    what = "webhook"
    try:
        told: Json = await call(bot, "getWebhookInfo", seconds=_SECONDS)
    except DeliveryError as error:
        return [wrong(what, str(error), "try again")]
    url = told.get("url", "")
    if config.telegram.mode == "polling":
        if not url:
            return []
        advice = "make sure that no other program uses this bot: Okno takes the webhook away when it starts"
        return [note(what, "one is set, so Telegram answers no polling", advice)]
    if url != webhook_url(config):
        return [note(what, "Telegram has another address, or none", "nothing to do: Okno sets it when it starts")]
    if told.get("last_error_message"):
        advice = "look at the proxy's log and certificate: Telegram calls webhook_url from outside"
        return [wrong(what, f"Telegram's last call failed: {told['last_error_message']}", advice)]
    return [fine(what)]


async def _staff(bot: Bot, me: Json, config: Config) -> list[Finding]:
    known = await _members(config)
    # In turn: a bot may not call Telegram as often as it likes.
    return [await _person(bot, me, one, known) for one in config.staff]


async def _members(config: Config) -> dict[int, Member] | None:
    """None where there is no store to ask yet."""
    try:
        async with opened_to_read(config.data_dir, config.database_url.reveal()) as store:
            return {one.telegram_id: one for one in await store.read(roster.members, None)}
    except StoreError:
        return None


async def _person(bot: Bot, me: Json, one: Staff, known: dict[int, Member] | None) -> Finding:
    what = f"staff: {one.name}"
    start = f"ask them to open https://t.me/{me.get('username')} and press Start"
    try:
        # "typing" reaches only who has pressed Start, and leaves nothing behind.
        await call(bot, "sendChatAction", chat_id=one.telegram_id, action="typing", seconds=_SECONDS)
    except Refused as error:
        return wrong(what, f"the bot cannot write to them: {error}", start)
    except ChannelDown as error:
        return wrong(what, *cut(str(error), "try again"))
    except DeliveryError as error:
        return wrong(what, str(error), "try again")
    member = known.get(one.telegram_id) if known is not None else None
    if member is not None and member.started_at is None:
        return wrong(what, "has not pressed Start since Okno serves, and gets no requests", f"{start} while it runs")
    return fine(what)
