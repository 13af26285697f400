"""Reactions set by a bot: one, from the list that the Bot API allows."""

from typing import Any

from okno.sandbox.telegram import access
from okno.sandbox.telegram.call import Call
from okno.sandbox.telegram.refusal import bad

Json = dict[str, Any]

EMOJI = frozenset(
    (
        "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ "
        "🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 "
        "🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
    ).split()
)


def react(call: Call) -> bool:
    """setMessageReaction; without one it takes the bot's reaction back."""
    chat = access.chat(call, write=True)
    found = access.message(chat, call["message_id"], "message to react")
    reactions: list[Json] = call.get("reaction") or []
    if len(reactions) > 1:
        raise bad("REACTIONS_TOO_MANY")
    for reaction in reactions:
        check(reaction)
    put(chat.reactions, found["message_id"], call.bot.id, reactions)
    facts = {"chat": chat.id, "bot": chat.bot, "message_id": found["message_id"], "user": call.bot.id}
    call.cloud.feed.add("reaction", **facts, reaction=reactions)
    return True


def check(reaction: Json) -> None:
    if reaction["type"] == "paid" or (reaction["type"] == "emoji" and plain(reaction["emoji"]) not in EMOJI):
        raise bad("REACTION_INVALID")


def plain(emoji: str) -> str:
    """Without the mark that asks for colour, which may or may not be there."""
    return emoji.replace("\ufe0f", "")


def put(kept: dict[int, dict[int, list[Json]]], message_id: int, user_id: int, reactions: list[Json]) -> None:
    by_user = kept.setdefault(message_id, {})
    if reactions:
        by_user[user_id] = reactions
    else:
        by_user.pop(user_id, None)
