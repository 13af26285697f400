"""The bot about itself: who it is, its commands, its texts, its menu button."""

import json
import re
from typing import Any

from okno.sandbox.telegram import access
from okno.sandbox.telegram.call import Call
from okno.sandbox.telegram.refusal import bad
from okno.sandbox.telegram.world import RIGHTS

Json = dict[str, Any]

MOST_COMMANDS = 100
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
TEXTS = {
    "setMyName": "name",
    "setMyDescription": "description",
    "setMyShortDescription": "short_description",
    "getMyName": "name",
    "getMyDescription": "description",
    "getMyShortDescription": "short_description",
}


def me(call: Call) -> Json:
    return {
        **call.bot.shown(),
        "can_join_groups": True,
        "can_read_all_group_messages": not call.bot.privacy,
        "supports_guest_queries": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_join_request_queries": False,
    }


def log_out(call: Call) -> bool:
    call.bot.logged_out = True
    call.queue.clear()
    return True


def close(_call: Call) -> bool:
    """Nothing to close here: there is one server."""
    return True


def _scope(call: Call) -> str:
    scope: Json = call.get("scope") or {"type": "default"}
    if "chat_id" in scope:
        asked = Call(cloud=call.cloud, bot=call.bot, method=call.method, params=scope, uploads={})
        access.chat(asked)
    return json.dumps([scope, call.get("language_code", "")], sort_keys=True)


def set_commands(call: Call) -> bool:
    commands: list[Json] = call["commands"]
    if len(commands) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.fullmatch(command["command"].removeprefix("/").lower()):
            raise bad("BOT_COMMAND_INVALID")
    kept = [{**command, "command": command["command"].removeprefix("/").lower()} for command in commands]
    call.bot.commands[_scope(call)] = kept
    call.cloud.feed.add("commands", bot=call.bot.id)
    return True


def get_commands(call: Call) -> list[Json]:
    return call.bot.commands.get(_scope(call), [])


def delete_commands(call: Call) -> bool:
    call.bot.commands.pop(_scope(call), None)
    call.cloud.feed.add("commands", bot=call.bot.id)
    return True


def set_text(call: Call) -> bool:
    name = TEXTS[call.method]
    call.bot.texts[f"{name} {call.get('language_code', '')}"] = call.get(name, "")
    if name == "name" and call.get(name) and not call.get("language_code"):
        call.bot.first_name = call[name]
    return True


def get_text(call: Call) -> Json:
    name = TEXTS[call.method]
    otherwise = call.bot.first_name if name == "name" else ""
    texts = call.bot.texts
    return {name: texts.get(f"{name} {call.get('language_code', '')}") or texts.get(f"{name} ") or otherwise}


def set_menu(call: Call) -> bool:
    call.bot.menus[str(call.get("chat_id", ""))] = call.get("menu_button") or {"type": "default"}
    return True


def get_menu(call: Call) -> Json:
    menus = call.bot.menus
    return menus.get(str(call.get("chat_id", ""))) or menus.get("") or {"type": "commands"}


def _rights_key(call: Call) -> str:
    return "channels" if call.get("for_channels") else "groups"


def set_rights(call: Call) -> bool:
    call.bot.default_rights[_rights_key(call)] = call.get("rights") or {}
    return True


def get_rights(call: Call) -> Json:
    kept = call.bot.default_rights.get(_rights_key(call), {})
    return {"is_anonymous": False, **dict.fromkeys(RIGHTS, False), **kept}
