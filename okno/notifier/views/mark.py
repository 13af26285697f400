"""What became of an answer, as a reaction on the staff member's own message: no message, no noise."""

from contextlib import suppress
from typing import Final

from okno.errors import Refused, Unknown
from okno.notifier.telegram.calls import MessageGone, Same, TopicGone
from okno.notifier.views.easel import Easel
from okno.queue import letters, messages
from okno.queue.transaction import Tx
from okno.queue.views import View

# Bot API, ReactionTypeEmoji: only these of Telegram's list fit.
_MARKS: Final = {"sent": "👌", "refused": "💔", "recalled": "🙊", "note": "✍"}


async def draw(easel: Easel, view: View) -> None:
    found = await easel.store.read(_mark, view.subject)
    if found is not None:
        (chat, number), mark = found
        reaction = [{"type": "emoji", "emoji": _MARKS[mark]}]
        # Deleted meanwhile, or reactions are switched off in the group: the card says it too.
        with suppress(Same, MessageGone, TopicGone, Refused, Unknown):
            await easel.call(view, "setMessageReaction", chat_id=chat, message_id=number, reaction=reaction)
    await easel.shown(view, view.remote, {})


def _mark(tx: Tx, key: int) -> tuple[tuple[int, int], str] | None:
    message = messages.get(tx, key)
    source = message.data.get("source") if message else None
    if message is None or not source:
        return None
    place = (int(source[1]), int(source[2]))
    if message.direction == "note":
        return place, "note"
    # An alert about the answer carries the same message.
    states = {one.state for one in letters.of_message(tx, key) if one.kind == "answer"}
    if "sent" in states:
        return place, "sent"
    if "recalled" in states:
        return place, "recalled"
    # While it is held or on its way there is nothing to say yet: each call counts in a group.
    return (place, "refused") if "refused" in states or not states else None
