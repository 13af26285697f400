"""Which of a bot's messages ask for a reply. Telegram tells only the apps, so the log of calls is asked."""

from typing import Any

from okno.sandbox.telegram.calls import Calls

Json = dict[str, Any]


def marked(calls: Calls, changes: list[Json]) -> list[Json]:
    """New messages sent with ForceReply carry it as `force_reply`; everything else is as it was."""
    asking = _asking(calls, changes)
    return [
        {**one, "force_reply": asking[key]} if one["kind"] == "message" and (key := _key(one)) in asking else one
        for one in changes
    ]


def _key(change: Json) -> tuple[int, int]:
    return change["chat"], change["message"]["message_id"]


def _asking(calls: Calls, changes: list[Json]) -> dict[tuple[int, int], Json]:
    wanted = {_key(one) for one in changes if one["kind"] == "message"}
    found: dict[tuple[int, int], Json] = {}
    for row in reversed(calls.log if wanted else ()):
        markup = row["params"].get("reply_markup")
        result = row.get("result")
        if isinstance(markup, dict) and markup.get("force_reply") and isinstance(result, dict):
            key = (result["chat"]["id"], result["message_id"])
            if key in wanted:
                found[key] = markup
    return found
