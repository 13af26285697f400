"""The sandbox driven from another process, looked at, and kept."""

import asyncio
import base64
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram import Bot

from okno.sandbox.telegram import Misuse, Telegram
from okno.sandbox.telegram.control import verbs

CLARA, ANNA, FORUM, TEAM = 7, 1, -1001000000001, -1001000000002
Ask = Any


async def test_a_story_can_be_played_over_http(telegram: Telegram, control: Ask, bot: Bot) -> None:
    await control("add_user", id=50, first_name="Eve")
    await control("start", user=50)
    file = base64.b64encode(b"bytes").decode()
    sent = (await control("send", user=50, kind="document", file=file, name="a.txt"))["result"]
    await control("album", user=50, items=[{"kind": "photo", "file": file}, {"kind": "photo"}])

    assert len(await bot.get_updates()) == 4
    assert telegram.look.file(sent["document"]["file_id"]) == b"bytes"


async def test_everything_public_can_be_called_and_no_name_is_taken_twice(telegram: Telegram) -> None:
    parts = [telegram.cast, telegram.people, telegram.look, telegram.settings]

    together = verbs(parts)

    assert len(together) == sum(len(verbs([part])) for part in parts)
    assert {"add_user", "add_chat", "say", "press", "messages", "changes", "calls", "add_fault"} <= together.keys()


async def test_a_look_can_be_asked_by_address(telegram: Telegram, http: aiohttp.ClientSession) -> None:
    file_id = telegram.people.send(CLARA, "document", file=b"bytes")["document"]["file_id"]

    async with http.get(f"{telegram.url}/sandbox/messages", params={"chat": str(CLARA)}) as answer:
        shown = (await answer.json())["result"]
    async with http.get(f"{telegram.url}/sandbox/file", params={"file_id": file_id}) as answer:
        data = await answer.read()

    assert shown[-1]["document"]["file_id"] == file_id
    assert data == b"bytes"


@pytest.mark.parametrize(
    ("name", "arguments", "status", "words"),
    [
        ("dance", {}, 404, 'no such thing as "dance"'),
        ("say", {"user": 7}, 400, "missing a required argument: 'text'"),
        ("say", {"user": 7, "text": "x", "colour": 1}, 400, "unexpected keyword argument 'colour'"),
        ("say", {"user": "7", "text": "x"}, 400, "user must be int"),
        ("say", {"user": 31337, "text": "x"}, 400, "there is no user 31337"),
        ("send", {"user": 7, "kind": "photo", "file": "@@"}, 400, "file must be base64"),
        ("add_fault", {"do": "explode"}, 400, "no such fault"),
    ],
)
async def test_a_wrong_order_says_what_is_wrong(
    control: Ask, name: str, arguments: Any, status: int, words: str
) -> None:
    answer = await control(name, **arguments)

    assert (answer["status"], answer["ok"]) == (status, False)
    assert words in answer["error"]


async def test_arguments_must_be_an_object(telegram: Telegram, http: aiohttp.ClientSession) -> None:
    for body in ("[]", "{"):
        async with http.post(f"{telegram.url}/sandbox/about", data=body) as answer:
            assert answer.status == 400


async def test_a_press_over_http_waits_for_the_answer(control: Ask, bot: Bot) -> None:
    pressing = asyncio.create_task(control("press", user=CLARA, message_id=1, data="x", wait=5))
    update = (await bot.get_updates(timeout=5))[0]
    assert update.callback_query is not None
    await bot.answer_callback_query(update.callback_query.id, "ok")

    assert (await pressing)["result"]["text"] == "ok"


async def test_faults_pace_and_clock_are_set_from_outside(telegram: Telegram, control: Ask) -> None:
    rule = (await control("add_fault", method="getMe", do="500"))["result"]
    await control("set_pace", on=True, speed=20, webhooks=50)
    before = telegram.clock.now()
    await control("advance", seconds=3600)

    assert (await control("faults"))["result"][0]["id"] == rule
    assert (telegram.pace.on, telegram.pace.speed, telegram.cloud.hook_speed) == (True, 20, 50)
    assert telegram.clock.now() - before >= 3600
    await control("remove_fault", rule_id=rule)
    await control("clear_faults")
    assert (await control("faults"))["result"] == []
    assert (await control("about"))["result"]["bots"][0]["token"] == telegram.bot.token


async def test_changes_come_in_order_and_can_be_waited_for(telegram: Telegram, control: Ask) -> None:
    start = (await control("about"))["result"]["changes"]
    waiting = asyncio.create_task(control("changes", since=start, wait=5))
    await asyncio.sleep(0.05)
    said = telegram.people.say(CLARA, "x")["message_id"]
    first = (await waiting)["result"]
    telegram.people.edit(CLARA, said, text="y")
    telegram.people.delete(CLARA, said)

    then = (await control("changes", since=first["next"]))["result"]

    assert [change["kind"] for change in first["changes"]] == ["message"]
    assert [change["kind"] for change in then["changes"]] == ["edited", "deleted"]
    assert not then["missed"]


async def test_who_looks_too_late_is_told_to_look_anew(telegram: Telegram) -> None:
    for _ in range(10_001):
        telegram.cloud.feed.add("tick")

    found = await telegram.look.changes(1)

    assert found["missed"]
    assert not (await telegram.look.changes(telegram.cloud.feed.last))["missed"]


async def test_calls_are_logged_with_answer_or_error(telegram: Telegram, ask: Ask) -> None:
    await ask("sendMessage", chat_id=CLARA, text="x")
    await ask("sendMessage", chat_id=CLARA)

    done, refused = telegram.look.calls(method="sendMessage")

    assert (done["params"], done["result"]["text"]) == ({"chat_id": CLARA, "text": "x"}, "x")
    assert refused["error"]["description"] == "Bad Request: message text is empty"
    assert telegram.look.counts() == {"calls": {"sendMessage": 2}, "failed": {"sendMessage": 1}}
    telegram.settings.forget_calls()
    assert telegram.look.calls() == []


async def test_a_chat_is_seen_as_its_people_see_it(telegram: Telegram, bot: Bot) -> None:
    telegram.people.say(CLARA, "mine")
    sent = await bot.send_message(CLARA, "theirs")
    telegram.people.react(CLARA, sent.message_id, ["👍"])

    mine, theirs = telegram.look.messages(CLARA, user=CLARA, since=1)

    assert (mine["mine"], theirs["mine"]) == (True, False)
    assert theirs["reactions"] == {str(CLARA): [{"type": "emoji", "emoji": "👍"}]}


async def test_messages_can_be_looked_at_by_topic(telegram: Telegram, bot: Bot) -> None:
    topic = (await bot.create_forum_topic(FORUM, "Ticket")).message_thread_id
    telegram.people.say(ANNA, "inside", chat=FORUM, topic=topic)
    telegram.people.say(ANNA, "general", chat=FORUM)

    assert [message.get("text") for message in telegram.look.messages(FORUM, topic=topic)] == [None, "inside"]
    assert [message.get("text") for message in telegram.look.messages(FORUM, topic=0)] == ["general"]


async def test_chats_are_listed_for_a_person(telegram: Telegram) -> None:
    assert [chat["chat"]["id"] for chat in telegram.look.chats(CLARA)] == [CLARA]
    assert len(telegram.look.chats(ANNA)) == 4
    assert len(telegram.look.chats()) == 5
    assert {user["id"] for user in telegram.look.users()} == {CLARA, ANNA, 2, 99}
    assert [bot["username"] for bot in telegram.look.bots()] == ["okno_bot"]


async def test_a_kept_sandbox_comes_back_whole(telegram: Telegram, bot: Bot, tmp_path: Path) -> None:
    topic = (await bot.create_forum_topic(FORUM, "Ticket")).message_thread_id
    sent = telegram.people.send(CLARA, "document", file=b"bytes", name="a.txt")
    telegram.people.react(ANNA, topic, ["👍"], chat=FORUM)
    telegram.clock.advance(100)
    waiting = telegram.look.pending()
    telegram.settings.save(str(tmp_path / "kept.json"))

    again = Telegram.load(tmp_path / "kept.json")

    assert again.bot.token == telegram.bot.token
    assert again.look.pending() == waiting
    assert again.look.messages(FORUM) == telegram.look.messages(FORUM)
    assert again.look.messages(CLARA) == telegram.look.messages(CLARA)
    assert again.look.chat(FORUM) == telegram.look.chat(FORUM)
    assert again.look.file(sent["document"]["file_id"]) == b"bytes"
    assert again.people.say(CLARA, "more")["message_id"] == sent["message_id"] + 1


async def test_a_kept_sandbox_serves_its_bot(telegram: Telegram, http: aiohttp.ClientSession, tmp_path: Path) -> None:
    telegram.people.say(CLARA, "hello")
    telegram.save(tmp_path / "kept.json")
    again = Telegram.load(tmp_path / "kept.json", paced=False)
    url = await again.start()

    async with http.get(f"{url}/bot{telegram.bot.token}/getUpdates") as answer:
        body = await answer.json()
    await again.stop()

    assert body["result"][0]["message"]["text"] == "hello"


@pytest.mark.parametrize(("kept", "words"), [("no json", "cannot be read"), ('{"version": 0}', "another version")])
async def test_what_was_not_kept_by_us_is_refused(tmp_path: Path, kept: str, words: str) -> None:
    (tmp_path / "kept.json").write_text(kept)

    with pytest.raises(Misuse, match=words):
        Telegram.load(tmp_path / "kept.json")


async def test_a_running_server_is_not_started_twice(telegram: Telegram) -> None:
    with pytest.raises(Misuse, match="already running"):
        await telegram.start()


@pytest.mark.parametrize(
    ("chat", "kind", "words"),
    [(5, "forum", "must be negative"), (-5, "salon", "no such kind"), (TEAM, "forum", "not taken")],
)
async def test_a_chat_must_be_possible(telegram: Telegram, chat: int, kind: str, words: str) -> None:
    with pytest.raises(Misuse, match=words):
        telegram.cast.add_chat(chat, "x", kind)


async def test_a_bot_needs_a_token_that_looks_like_one(telegram: Telegram) -> None:
    with pytest.raises(Misuse, match="is no bot token"):
        telegram.cast.add_bot("secret", username="x")


async def test_a_port_that_is_taken_is_told(telegram: Telegram) -> None:
    other = Telegram()

    with pytest.raises(Misuse, match="choose another port"):
        await other.start(port=int(telegram.url.rpartition(":")[2]))


async def test_a_script_of_another_site_is_turned_away(telegram: Telegram) -> None:
    async with aiohttp.ClientSession() as browser:
        for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            async with browser.post(f"{telegram.url}/sandbox/add_user", json={"id": 51}, headers=headers) as answer:
                assert answer.status == 403

    assert all(one["id"] != 51 for one in telegram.look.users())
