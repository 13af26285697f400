"""Answers to pressed buttons."""

from okno.sandbox.telegram.call import Call
from okno.sandbox.telegram.refusal import bad
from okno.sandbox.telegram.updates import CALLBACK_LIFE

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def answer(call: Call) -> bool:
    press = call.cloud.presses.get(call["callback_query_id"])
    late = press is None or call.cloud.clock.now() - press.at > CALLBACK_LIFE
    if press is None or late or press.bot != call.bot.id or press.answer is not None:
        raise bad(TOO_OLD)
    press.answer = {
        "text": call.get("text", ""),
        "show_alert": call.get("show_alert", False),
        "url": call.get("url", ""),
    }
    press.answered.set()
    facts = {"id": press.id, "user": press.user, "bot": call.bot.id}
    call.cloud.feed.add("answer", **facts, **press.answer)
    return True
