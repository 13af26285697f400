"""How a bot gets its updates by asking."""

import asyncio
from typing import Any

import aiohttp
import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramConflictError
from aiogram.types import Message

from okno.sandbox.telegram import Telegram

CLARA, ANNA, FORUM = 7, 1, -1001000000001
Ask = Any


async def ids(bot: Bot, **asked: Any) -> list[int]:
    return [update.update_id for update in await bot.get_updates(**asked)]


async def test_ids_are_sequential_from_a_random_start(telegram: Telegram, bot: Bot) -> None:
    for text in ("one", "two", "three"):
        telegram.people.say(CLARA, text)

    first, second, third = await ids(bot)

    assert (second, third) == (first + 1, first + 2)
    assert first > 100_000_000


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(telegram: Telegram, bot: Bot) -> None:
    telegram.people.say(CLARA, "one")
    telegram.people.say(CLARA, "two")

    first, second = await ids(bot)

    assert await ids(bot) == [first, second]
    assert await ids(bot, offset=second) == [second]
    assert await ids(bot) == [second]
    assert await ids(bot, offset=second + 1) == []
    assert telegram.look.pending() == []


async def test_the_limit_cuts_the_batch_and_confirms_nothing(telegram: Telegram, bot: Bot) -> None:
    for number in range(5):
        telegram.people.say(CLARA, str(number))

    assert len(await bot.get_updates(limit=2)) == 2
    assert len(telegram.look.pending()) == 5


async def test_no_more_than_a_hundred_come_at_once(telegram: Telegram, bot: Bot) -> None:
    for number in range(120):
        telegram.people.say(CLARA, str(number))

    assert len(await bot.get_updates()) == 100


async def test_a_negative_offset_forgets_all_but_the_last(telegram: Telegram, bot: Bot) -> None:
    for number in range(5):
        telegram.people.say(CLARA, str(number))

    kept = await bot.get_updates(offset=-2)

    assert [update.message.text for update in kept if update.message] == ["3", "4"]
    assert len(telegram.look.pending()) == 2


async def test_an_offset_past_the_end_falls_back_to_the_head(telegram: Telegram, bot: Bot) -> None:
    telegram.people.say(CLARA, "one")

    (waiting,) = await ids(bot)

    assert await ids(bot, offset=waiting + 1000) == [waiting]


async def test_a_long_wait_ends_when_something_arrives(telegram: Telegram, bot: Bot) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.05)
    telegram.people.say(CLARA, "hello")

    (update,) = await asyncio.wait_for(waiting, 5)

    assert update.message is not None
    assert update.message.text == "hello"


async def test_a_wait_without_news_ends_empty(bot: Bot) -> None:
    assert await bot.get_updates(timeout=1) == []


async def test_the_older_of_two_pollers_is_sent_away(telegram: Telegram, bot: Bot) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.05)
    newer = asyncio.create_task(bot.get_updates(timeout=30))

    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request; make sure that only one"):
        await older
    telegram.people.say(CLARA, "hello")

    assert len(await newer) == 1


async def test_asking_while_a_webhook_is_set_is_a_conflict(bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")

    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()


async def test_a_kind_that_is_not_allowed_never_exists(telegram: Telegram, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    telegram.people.say(CLARA, "not seen")
    await bot.get_updates(allowed_updates=["message"])
    telegram.people.say(CLARA, "seen")

    updates = await bot.get_updates()

    assert [update.message.text for update in updates if update.message] == ["seen"]


async def test_the_kinds_allowed_stay_until_they_are_named_again(telegram: Telegram, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["message"])
    await bot.get_updates()
    telegram.people.block(CLARA)

    assert telegram.look.pending() == []


async def test_members_and_reactions_come_only_when_asked_for(telegram: Telegram, bot: Bot) -> None:
    sent = telegram.people.say(ANNA, "hello", chat=FORUM)
    telegram.people.react(ANNA, sent["message_id"], ["👍"], chat=FORUM)
    telegram.cast.set_member(FORUM, 99)

    assert [update.event_type for update in await bot.get_updates()] == ["message"]


async def test_an_update_older_than_a_day_is_gone(telegram: Telegram, bot: Bot) -> None:
    telegram.people.say(CLARA, "old")
    telegram.clock.advance(86_000)
    telegram.people.say(CLARA, "new")
    telegram.clock.advance(500)

    updates = await bot.get_updates()

    assert [update.message.text for update in updates if update.message] == ["new"]


async def test_a_pressed_button_waits_only_150_seconds(telegram: Telegram, bot: Bot) -> None:
    telegram.people.tap(CLARA, 1, data="x")
    telegram.clock.advance(151)

    assert await bot.get_updates() == []


async def test_ids_start_anew_at_random_after_a_quiet_week(telegram: Telegram, bot: Bot) -> None:
    telegram.people.say(CLARA, "one")
    (first,) = await ids(bot)
    telegram.clock.advance(8 * 86_400)
    telegram.people.say(CLARA, "two")

    (second,) = await ids(bot)

    assert second != first + 1


async def test_an_update_shows_the_message_as_it_was_when_it_was_made(telegram: Telegram, bot: Bot) -> None:
    sent = telegram.people.say(CLARA, "first")
    telegram.people.edit(CLARA, sent["message_id"], text="second")

    made, edited = await bot.get_updates()

    assert made.message is not None
    assert edited.edited_message is not None
    assert (made.message.text, edited.edited_message.text) == ("first", "second")
    assert edited.edited_message.edit_date is not None


async def test_the_same_question_within_half_a_second_gets_one_update(telegram: Telegram, bot: Bot) -> None:
    """Only while the server keeps its pace; a bot that cannot store what it got must not be given more and more."""
    telegram.pace.on = True
    telegram.people.say(CLARA, "one")
    telegram.people.say(CLARA, "two")

    first, again = await bot.get_updates(), await bot.get_updates()

    assert (len(first), len(again)) == (2, 1)


async def test_each_bot_has_its_own_queue_and_private_chats(telegram: Telegram, http: aiohttp.ClientSession) -> None:
    other = telegram.cast.add_bot("55:other", username="other_bot")
    telegram.people.say(CLARA, "to the first")
    telegram.people.say(CLARA, "to the second", bot=other["id"])

    async with http.get(f"{telegram.url}/bot55:other/getUpdates") as answer:
        body = await answer.json()

    assert [update["message"]["text"] for update in body["result"]] == ["to the second"]
    assert len(telegram.look.pending()) == 1


async def test_stopping_the_server_breaks_a_long_wait(telegram: Telegram, http: aiohttp.ClientSession) -> None:
    asking = asyncio.create_task(http.get(f"{telegram.url}/bot{telegram.bot.token}/getUpdates?timeout=50"))
    await asyncio.sleep(0.05)

    await telegram.stop()

    with pytest.raises(aiohttp.ClientError):
        await asking


async def test_the_server_comes_back_on_its_port_with_what_it_knew(telegram: Telegram, bot: Bot) -> None:
    port = int(telegram.url.rpartition(":")[2])
    telegram.people.say(CLARA, "hello")
    await telegram.stop()
    await telegram.start(port=port)

    assert len(await bot.get_updates()) == 1


async def test_setting_a_webhook_ends_a_wait(bot: Bot) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.05)
    await bot.set_webhook("http://127.0.0.1:9/hook")

    with pytest.raises(TelegramConflictError, match="terminated by setWebhook request"):
        await waiting


async def test_deleting_a_webhook_can_drop_what_waits(telegram: Telegram, bot: Bot) -> None:
    telegram.people.say(CLARA, "x")

    await bot.delete_webhook(drop_pending_updates=True)

    assert await bot.get_updates() == []


async def test_a_stock_library_bot_runs_against_it(telegram: Telegram, bot: Bot) -> None:
    dispatcher = Dispatcher()
    done = asyncio.Event()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(f"echo: {message.text}")
        done.set()

    running = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False))
    telegram.people.say(CLARA, "hello")
    async with asyncio.timeout(5):
        await done.wait()
    await dispatcher.stop_polling()
    await running

    assert telegram.look.messages(CLARA)[-1]["text"] == "echo: hello"
