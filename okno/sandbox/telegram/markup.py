"""Keyboards: what may stand on a button and where; returns what the message shows and what the input line wears."""

import re
from typing import Any

from okno.sandbox.telegram.refusal import bad
from okno.sandbox.telegram.world import Chat

Json = dict[str, Any]

MOST_BUTTONS = 100
ACTIONS = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
        "disabled",
    }
)
PRIVATE_ONLY = {
    "request_contact": "phone number can be requested in private chats only",
    "request_location": "location can be requested in private chats only",
    "request_poll": "poll can be requested in private chats only",
    "request_users": "users can be requested in private chats only",
    "request_chat": "chats can be requested in private chats only",
    "web_app": "Web App buttons can be used in private chats only",
}
ADDRESS = re.compile(r"(?:https?://|tg://|ton://)?[^\s/]+\.[^\s]+$|tg://[^\s]+$|https?://localhost(?::\d+)?(?:/\S*)?$")
STYLES = frozenset({"danger", "success", "primary", "default", ""})


def inline(markup: Json | None) -> Json | None:
    """The keyboard a message shows; None for none, and for one without buttons."""
    rows = [row for row in (markup or {}).get("inline_keyboard", []) if row]
    if not rows:
        return None
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad("reply markup is too long")
    for row in rows:
        for button in row:
            _check_button(button)
    return {**(markup or {}), "inline_keyboard": rows}


def _check_button(button: Json) -> None:
    if not button["text"].strip():
        raise bad("can't parse inline keyboard button: Inline keyboard button text must be non-empty")
    if button.get("style", "") not in STYLES:
        raise bad("can't parse inline keyboard button: invalid button style specified")
    actions = ACTIONS & button.keys()
    if not actions:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad(f"sandbox: a button does one thing, this one has {', '.join(sorted(actions))}")
    address = button.get("url")
    if address is not None and not ADDRESS.match(address):
        raise bad(f"inline keyboard button URL '{address}' is invalid: Wrong HTTP URL")


def checked(chat: Chat, markup: Json | None) -> Json | None:
    """The inline keyboard of a message about to be sent; raises Refusal for what may not stand in this chat."""
    if markup is None:
        return None
    if "inline_keyboard" in markup:
        return inline(markup)
    if chat.type == "channel":
        raise bad("inline keyboard expected")
    for row in markup.get("keyboard", []):
        for button in row:
            _check_key(chat, button)
    return None


def wear(chat: Chat, markup: Json | None) -> None:
    """Puts a reply keyboard under the input line, or takes it away."""
    if markup is not None and "inline_keyboard" not in markup:
        chat.keyboard = None if markup.get("remove_keyboard") else markup


def _check_key(chat: Chat, button: Json) -> None:
    if not button["text"].strip():
        raise bad("keyboard button text must be non-empty")
    for name, words in PRIVATE_ONLY.items():
        if button.get(name) and chat.type != "private":
            raise bad(words)
