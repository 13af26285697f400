"""Every call is held against the published table."""

from typing import Any

import aiohttp
import pytest

from okno.sandbox.telegram import Telegram
from okno.sandbox.telegram.methods import METHODS
from okno.sandbox.telegram.table import load

CLARA, FORUM = 7, -1001000000001
Ask = Any


def button(**fields: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "x", **fields}]]}


@pytest.mark.parametrize(
    ("method", "fields", "words"),
    [
        ("sendMessage", {"chat_id": CLARA}, "message text is empty"),
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": CLARA, "text": "x", "colour": "red"}, 'sendMessage has no field "colour"'),
        ("sendMessage", {"chat_id": CLARA, "text": "x", "reply_to_message_id": 1}, "has no field"),
        ("sendMessage", {"chat_id": CLARA, "text": "x", "message_thread_id": "five"}, "must be Integer"),
        ("sendMessage", {"chat_id": CLARA, "text": "x", "protect_content": "perhaps"}, "must be Boolean"),
        ("sendMessage", {"chat_id": CLARA, "text": {"a": 1}}, "must be String, not an Object"),
        ("sendMessage", {"chat_id": CLARA, "text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON"),
        ("sendMessage", {"chat_id": CLARA, "text": "x", "reply_markup": button(data="y")}, 'has no field "data"'),
        (
            "sendMessage",
            {"chat_id": CLARA, "text": "x", "entities": [{"type": "bold", "offset": 0}]},
            'needs the field "length"',
        ),
        ("getChat", {}, "chat_id is empty"),
        ("getFile", {}, "file_id not specified"),
        ("createForumTopic", {"chat_id": FORUM}, 'parameter "name" is required'),
        ("createForumTopic", {"chat_id": FORUM, "name": "x" * 129}, "name must have 1-128 characters, not 129"),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
        ("setMessageReaction", {"chat_id": CLARA, "message_id": 1, "reaction": [{"type": "new"}]}, "is unsupported"),
        ("setMyCommands", {"commands": [{"command": "a" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ],
)
async def test_what_is_not_in_the_table_is_refused(ask: Ask, method: str, fields: Any, words: str) -> None:
    answer = await ask(method, **fields)

    assert (answer["status"], answer["ok"], answer["error_code"]) == (400, False, 400)
    assert answer["description"].startswith("Bad Request: ")
    assert words in answer["description"]


@pytest.mark.parametrize(
    ("keyboard", "words"),
    [
        (button(callback_data="я" * 33), "BUTTON_DATA_INVALID"),
        (button(), "Text buttons are unallowed in the inline keyboard"),
        (button(url="not an address"), "inline keyboard button URL 'not an address' is invalid"),
        (button(callback_data="a", url="https://a.ru"), "a button does one thing"),
        (button(callback_data="a", style="purple"), "invalid button style"),
        ({"inline_keyboard": [[{"text": " ", "callback_data": "a"}]]}, "text must be non-empty"),
        ({"inline_keyboard": [[{"text": "x", "callback_data": "a"}] * 101]}, "reply markup is too long"),
    ],
)
async def test_buttons_are_checked(ask: Ask, keyboard: Any, words: str) -> None:
    answer = await ask("sendMessage", chat_id=CLARA, text="x", reply_markup=keyboard)

    assert words in answer["description"]


async def test_callback_data_has_room_for_64_bytes(ask: Ask) -> None:
    assert (await ask("sendMessage", chat_id=CLARA, text="x", reply_markup=button(callback_data="я" * 32)))["ok"]


async def test_an_unknown_token_is_unauthorized(telegram: Telegram, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{telegram.url}/bot1:wrong/getMe") as answer:
        assert answer.status == 401
        assert await answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_an_unknown_method_is_not_found(ask: Ask) -> None:
    answer = await ask("sendMoney")

    assert (answer["status"], answer["description"]) == (404, "Not Found")


async def test_a_published_method_that_is_not_built_says_so(ask: Ask) -> None:
    assert "parameter" in (await ask("banChatMember", chat_id=FORUM))["description"]
    answer = await ask("banChatMember", chat_id=FORUM, user_id=CLARA)

    assert answer["description"] == "Bad Request: sandbox: method banChatMember is not built"


async def test_method_names_are_read_in_any_case(ask: Ask) -> None:
    assert (await ask("GETME"))["result"]["username"] == "okno_bot"


async def test_fields_come_by_address_form_json_or_multipart(telegram: Telegram, http: aiohttp.ClientSession) -> None:
    url = f"{telegram.url}/bot{telegram.bot.token}/sendMessage"
    fields = {"chat_id": str(CLARA), "text": "привет"}
    multipart = aiohttp.FormData(fields)
    multipart.add_field("unused", b"x", filename="x.txt")

    async with (
        http.get(url, params=fields) as by_address,
        http.post(url, data=fields) as by_form,
        http.post(url, json=fields) as by_json,
        http.post(url, data=multipart) as by_multipart,
    ):
        answers = [await answer.json() for answer in (by_address, by_form, by_json, by_multipart)]

    assert [answer["result"]["text"] for answer in answers] == ["привет"] * 4


async def test_a_body_that_is_no_json_object_is_refused(telegram: Telegram, http: aiohttp.ClientSession) -> None:
    url = f"{telegram.url}/bot{telegram.bot.token}/getMe"
    for body in ("[1]", "{"):
        async with http.post(url, data=body, headers={"Content-Type": "application/json"}) as answer:
            assert answer.status == 400


async def test_newer_fields_than_the_table_are_known(ask: Ask) -> None:
    disabled = await ask("sendMessage", chat_id=CLARA, text="x", reply_markup=button(disabled={}))
    ephemeral = await ask(
        "sendMessage", chat_id=CLARA, text="x", ephemeral_message_parameters={"receiver_user_id": CLARA}
    )

    assert disabled["ok"]
    assert "ephemeral messages are not built" in ephemeral["description"]


async def test_an_address_that_is_nothing_is_not_found(telegram: Telegram, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{telegram.url}/elsewhere") as answer:
        assert answer.status == 404


def test_every_method_that_is_built_is_published() -> None:
    assert METHODS.keys() <= load().methods.keys()
