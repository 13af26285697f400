"""What `okno check` says of the bot, its rights, its channels and the staff it can reach."""

import asyncio

import aiohttp
import pytest

from okno.sandbox.telegram import TOKEN, Telegram
from tests.cli.check.conftest import NEWS, Check, settings
from tests.cli.conftest import Office
from tests.store.cast import ANNA, ROOM, Desk


async def test_a_token_that_is_refused_is_told_once(check: Check, telegram: Telegram) -> None:
    done = await check(settings(telegram, f"staff_chat = {ROOM}").replace(TOKEN, "42:AAE-nobody"))

    assert done.wrong() == [("telegram token", "Telegram refuses it")]


async def test_a_telegram_out_of_reach_is_told_with_where_to_look(check: Check, telegram: Telegram) -> None:
    done = await check(settings(telegram).replace(telegram.url, "http://127.0.0.1:9"))

    (one,) = done.of("telegram")
    assert not one["ok"]
    assert "telegram.proxy" in one["advice"]


@pytest.mark.parametrize(
    ("status", "rights", "words"),
    [
        ("member", {}, "no administrator there, and sees no words"),
        ("left", {}, "is not in the group|bot is not a member|kicked|chat not found"),
        (
            "administrator",
            {"can_manage_topics": False, "can_pin_messages": False},
            "may not manage topics, pin messages",
        ),
    ],
)
async def test_rights_the_bot_lacks_in_the_staff_chat_are_named(
    check: Check, telegram: Telegram, status: str, rights: dict[str, bool], words: str
) -> None:
    telegram.cast.set_bot_standing(ROOM, status, rights=rights)

    done = await check(settings(telegram, f"staff_chat = {ROOM}"))

    ((what, problem),) = done.wrong()
    assert what == "staff chat"
    assert any(word in problem for word in words.split("|")), problem


async def test_a_group_without_topics_is_a_note(check: Check, telegram: Telegram) -> None:
    telegram.cast.set_forum(ROOM, on=False)

    done = await check(settings(telegram, f"staff_chat = {ROOM}"))

    (one,) = done.of("staff chat")
    assert (one["ok"], "without topics" in one["problem"]) == (True, True)
    assert done.said.code == 0


async def test_a_group_that_became_a_supergroup_is_told_with_its_new_id(check: Check, telegram: Telegram) -> None:
    telegram.cast.add_chat(-77, "Old", "group", owner=ANNA)
    telegram.cast.migrate(-77, to=-1007777777777)

    done = await check(settings(telegram, "staff_chat = -77"))

    advice = [one["advice"] for one in done.of("staff chat")]
    assert advice[0].startswith("write telegram.staff_chat = -1007777777777")


async def test_a_channel_where_the_bot_may_not_post_is_told(check: Check, telegram: Telegram) -> None:
    telegram.cast.set_bot_standing(NEWS, "administrator", rights={"can_post_messages": False})

    done = await check(settings(telegram, 'announce_channel = "@news"'))

    assert done.wrong() == [("announce_channel", "the bot may not post in @news")]


async def test_staff_whom_the_bot_cannot_reach_are_named(check: Check, telegram: Telegram) -> None:
    telegram.cast.add_user(1003, "Лена")
    more = '[[staff]]\nname = "Лена"\ntelegram_id = 1003\n'

    done = await check(settings(telegram) + more)

    ((what, problem),) = done.wrong()
    assert what == "staff: Лена"
    assert "cannot write to them" in problem
    assert "https://t.me/okno_bot" in done.of(what)[0]["advice"]


async def test_staff_who_have_not_pressed_start_for_okno_are_named(
    check: Check, telegram: Telegram, on_sqlite: Office
) -> None:
    async def nobody(desk: Desk) -> None:
        """The desk knows Anna, who never pressed Start while it ran."""

    await asyncio.to_thread(on_sqlite.story, nobody)

    done = await check(settings(telegram))

    assert [what for what, _ in done.wrong()] == ["staff: Анна"]


async def test_a_webhook_beside_polling_is_a_note(check: Check, telegram: Telegram) -> None:
    async with aiohttp.ClientSession() as http:
        await http.post(f"{telegram.url}/bot{TOKEN}/setWebhook", json={"url": "https://127.0.0.1:8443/hook"})

    done = await check(settings(telegram))

    (one,) = done.of("webhook")
    assert (one["ok"], one["problem"]) == (True, "one is set, so Telegram answers no polling")
