"""Holds one call against the published table: unknown fields, wrong types, what is missing, what is too long.

The real server ignores unknown fields and reads bad numbers as 0; this one says so, because both are mistakes.
"""

import json
import re
from typing import Any

from okno.sandbox.telegram.entities import utf16
from okno.sandbox.telegram.refusal import bad
from okno.sandbox.telegram.table import Field, Fields, Length, Table

Json = dict[str, Any]

TRUE = frozenset({"true", "yes", "1"})
FALSE = frozenset({"false", "no", "0"})
# An empty value is no value in the Bot API, except here, where it takes something away.
MAY_BE_EMPTY = frozenset({"icon_custom_emoji_id", "caption"})
MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "file_id": "file_id not specified",
    "message_ids": "message identifiers are not specified",
}
UNREADABLE = {
    "reply_markup": "can't parse reply keyboard markup JSON object",
    "message_ids": "can't parse message_ids JSON object",
}
TOO_LONG = {
    ("InlineKeyboardButton", "callback_data"): "BUTTON_DATA_INVALID",
    ("answerCallbackQuery", "text"): "MESSAGE_TOO_LONG",
    ("BotCommand", "command"): "BOT_COMMAND_INVALID",
    ("BotCommand", "description"): "BOT_COMMAND_DESCRIPTION_INVALID",
    ("sendPoll", "question"): "poll question length must not exceed 300",
    ("setWebhook", "secret_token"): "secret token is too long",
}


def check(table: Table, method: str, given: Json, uploads: Json) -> Json:
    """What was given, with every value in its own type; raises Refusal on the first thing that is wrong."""
    fields = table.methods[method]
    checker = _Checker(table)
    checked: Json = {}
    for name, value in given.items():
        field = fields.get(name)
        if field is None:
            raise bad(f'sandbox: {method} has no field "{name}"')
        if value is not None and (value != "" or name in MAY_BE_EMPTY):
            checked[name] = checker.top(method, name, field, value)
    for name, upload in uploads.items():
        if name in fields:
            checked[name] = upload
    for name, field in fields.items():
        if field.required and name not in checked:
            raise bad(MISSING.get(name, f'parameter "{name}" is required'))
    return checked


class _Checker:
    def __init__(self, table: Table) -> None:
        self.table = table

    def top(self, method: str, name: str, field: Field, value: Any) -> Any:
        """A field of the method itself: in a form, objects come as JSON."""
        if isinstance(value, str) and field.is_object:
            try:
                value = json.loads(value)
            except ValueError:
                raise bad(UNREADABLE.get(name, f"can't parse {name.replace('_', ' ')} JSON object")) from None
        return self.value(method, name, field, value)

    def value(self, owner: str, name: str, field: Field, value: Any) -> Any:
        found = self.typed(f"{owner}.{name}", field.types, value)
        if field.length is not None and isinstance(found, str):
            _measure(owner, name, field.length, found)
        return found

    def typed(self, where: str, types: tuple[str, ...], value: Any) -> Any:
        if isinstance(value, list):
            return self.array(where, types, value)
        if isinstance(value, dict):
            return self.object(where, types, value)
        if "Integer" in types and (number := _integer(value)) is not None:
            return number
        if ("String" in types or "InputFile" in types) and isinstance(value, str):
            return value
        if "Boolean" in types and (truth := _boolean(value)) is not None:
            return truth
        if "Float" in types and (real := _float(value)) is not None:
            return real
        raise bad(f"sandbox: {where} must be {' or '.join(types)}, not {value!r:.60}")

    def array(self, where: str, types: tuple[str, ...], value: list[Any]) -> list[Any]:
        inner = tuple(name.removeprefix("Array of ") for name in types if name.startswith("Array of "))
        if not inner:
            raise bad(f"sandbox: {where} must be {' or '.join(types)}, not an Array")
        return [self.typed(f"{where}[{at}]", inner, item) for at, item in enumerate(value)]

    def object(self, where: str, types: tuple[str, ...], value: Json) -> Json:
        choices = [name for name in self.table.choices(types) if name in self.table.types]
        if not choices:
            raise bad(f"sandbox: {where} must be {' or '.join(types)}, not an Object")
        kind = _kind(self.table, choices, value)
        fields = self.table.types[kind]
        for name in value:
            if name not in fields:
                raise bad(f'sandbox: {where}: {kind} has no field "{name}"')
        return self.fields(where, kind, fields, value)

    def fields(self, where: str, kind: str, fields: Fields, value: Json) -> Json:
        for name, field in fields.items():
            if field.required and value.get(name) is None:
                raise bad(f'sandbox: {where}: {kind} needs the field "{name}"')
        return {name: self.value(kind, name, fields[name], inner) for name, inner in value.items() if inner is not None}


def _measure(owner: str, name: str, length: Length, value: str) -> None:
    if length.after_entities:
        return
    size = len(value.encode()) if length.in_bytes else utf16(value)
    if not length.least <= size <= length.most:
        unit = "bytes" if length.in_bytes else "characters"
        words = f"sandbox: {owner}.{name} must have {length.least}-{length.most} {unit}, not {size}"
        raise bad(TOO_LONG.get((owner, name), words))


def _kind(table: Table, choices: list[str], value: Json) -> str:
    """Which of several object types this is: by its `type` or `source`, else by the fields it has."""
    if len(choices) == 1:
        return choices[0]
    said = value.get("type", value.get("source"))
    if isinstance(said, str):
        named = [name for name in choices if _snake(name).endswith(f"_{said}")]
        if named:
            return min(named, key=len)
        if all("type" in table.types[name] for name in choices):
            raise bad(f'sandbox: type "{said}" is unsupported here; known are {", ".join(choices)}')
    whole = [n for n in choices if all(f in value for f, field in table.types[n].items() if field.required)]
    return max(whole or choices, key=lambda name: len(table.types[name].keys() & value.keys()))


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _integer(value: Any) -> int | None:
    if type(value) is int:
        return value
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,19}", value):
        return int(value)
    return None


def _boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    text = value.lower() if isinstance(value, str) else ""
    return True if text in TRUE else False if text in FALSE else None


def _float(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None
