"""A client's words that came to the bot and belong to the desk: received as if they had come by themselves."""

import re
from dataclasses import replace
from typing import Any, Final

from okno.bot.turn import Turn, done
from okno.desk.message import Incoming
from okno.intake.drain import Handled
from okno.queue.actions import receive

COMMANDS: Final = frozenset({"start", "help", "new", "my", "language"})
_COMMAND: Final = re.compile(rf"/(?:{'|'.join(sorted(COMMANDS))})(?:@\w+)?(?:\s+|$)", re.IGNORECASE)
# A word alone. What goes on after it, or has a slash or a dot in it (/etc/nginx is broken), is somebody's words.
_STRAY: Final = re.compile(r"/\w+(?:@\w+)?\s*")


async def take_in(turn: Turn, heard: Incoming, cause: str = "") -> Handled:
    """Nothing a client writes may end as a command nobody understood."""
    command = receive.Receive(incoming=heard, cause=cause or turn.cause("receive"), policy=turn.policy)
    result = await turn.write(receive.receive, command)
    return done(result.outcome, result.ticket)


def is_command(text: str) -> bool:
    return _COMMAND.match(text) is not None


def is_stray(text: str) -> bool:
    """A command, and none of ours."""
    return _STRAY.fullmatch(text) is not None and not is_command(text)


def behind_command(heard: Incoming) -> Incoming:
    """What stands behind the command it begins with, its formatting moved along; all of it when there is none."""
    found = _COMMAND.match(heard.text)
    if found is None:
        return heard
    # A command is plain letters: as many UTF-16 units as characters.
    cut = found.end()
    text = heard.text[cut:]
    entities = tuple(moved for one in heard.entities if (moved := _moved(one, cut)))
    return replace(heard, text=text, full_text=text, entities=entities)


def _moved(entity: Any, cut: int) -> dict[str, Any] | None:
    start, end = int(entity["offset"]) - cut, int(entity["offset"]) + int(entity["length"]) - cut
    return {**entity, "offset": max(start, 0), "length": end - max(start, 0)} if end > 0 else None
