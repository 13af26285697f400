"""Tells staff that their words are on their way, with the moment in which they can still be taken back."""

from okno.bot.speaker import Place
from okno.bot.turn import Turn
from okno.errors import DeskError
from okno.notifier.brief import brief
from okno.notifier.telegram import buttons
from okno.queue.actions.answer import Said


async def held(turn: Turn, said: Said, place: Place) -> None:
    """Raises DeskError no_channel when nothing reaches the client: the words are kept in the ticket."""
    if not said.reached:
        raise DeskError("no_channel")
    span = turn.policy.recall
    if not span:
        return
    about = await turn.read(brief, said.ticket)
    text = turn.render(
        "recall_offer", number=about.number, client=about.client, channel=about.ticket.channel, span=span
    )
    turn.speaker.say(place, text, buttons.recall(said.message, turn.word), forget=span)
