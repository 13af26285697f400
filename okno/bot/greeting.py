"""How a client begins: Start, help, a wish for a new request, the language. Their requests themselves: `requests`."""

import re
from dataclasses import replace
from typing import Any, Final

from okno.bot import words
from okno.bot.speaker import Place
from okno.bot.turn import Turn, done
from okno.intake.drain import Handled
from okno.notifier.telegram.buttons import button, keyboard
from okno.queue.actions import client

# In the order of help and of the menu.
OFFERED: Final = ("new", "my", "language", "help")
_OTHER: Final = {"ru": "en", "en": "ru"}
# Bot API, deep linking: what stands behind Start in a link of ours.
_PAYLOAD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


async def met(turn: Turn) -> Turn:
    """The turn of somebody the desk knows: whoever is new is known from now on."""
    command = client.Meet(sender=turn.heard.sender, account=turn.entry.account, cause=turn.cause("meet"))
    return replace(turn, who=await turn.write(client.meet, command))


async def start(turn: Turn, place: Place, rest: str) -> Handled:
    """A link's payload stays in the journal for what will use it; anything else behind the command is words."""
    user = turn.update["message"].get("from") or {}
    desk = next((box.from_name for box in turn.config.mailboxes if box.from_name), None)
    text = turn.render("welcome", name=str(user.get("first_name") or "") or None, desk=desk)
    turn.speaker.say(place, text, _begin(turn))
    if rest and not _PAYLOAD.fullmatch(rest):
        return await words.take_in(turn, words.behind_command(turn.heard))
    return done("started")


async def help_(turn: Turn, place: Place, rest: str) -> Handled:
    address = next((box.address for box in turn.config.mailboxes if box.address), None)
    commands = [name for name in OFFERED if name != "help"]
    turn.speaker.say(place, turn.render("help", commands=commands, address=address), _begin(turn))
    if rest and rest.removeprefix("/").lower() not in OFFERED:
        return await words.take_in(turn, words.behind_command(turn.heard))
    return done("help")


async def new(turn: Turn, place: Place, rest: str) -> Handled:
    """Their next message starts a new request; words behind the command are that message already."""
    assert turn.who is not None
    await turn.write(client.ask_new, client.Ask(identity=turn.who.id, cause=turn.cause("new")))
    if rest:
        return await words.take_in(turn, replace(words.behind_command(turn.heard), reply_to=None))
    turn.speaker.say(place, turn.render("new_request"))
    return done("asked_new")


async def language(turn: Turn, place: Place, rest: str) -> Handled:
    """To the language named, else to the other one; said in the language that counts from now on."""
    assert turn.who is not None
    wanted = rest.strip().lower()[:2]
    value = wanted if wanted in _OTHER else _OTHER[turn.language]
    ask = client.Ask(identity=turn.who.id, cause=turn.cause("language"), value=value)
    now = replace(turn, who=await turn.write(client.speak, ask))
    now.speaker.say(place, now.render("language_changed"), keyboard([_switch(now)]))
    return done("language")


def _begin(turn: Turn) -> dict[str, Any]:
    first = [button(turn.word("new_request"), "new"), button(turn.word("my_list"), "my")]
    return keyboard(first, [_switch(turn)])


def _switch(turn: Turn) -> dict[str, Any]:
    # The button names the language it leads to, so that a second press changes nothing.
    return button(turn.word("language"), "language", 0, _OTHER[turn.language])
