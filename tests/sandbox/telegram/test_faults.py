"""Things going wrong on request."""

import asyncio

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    RestartingTelegram,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from okno.sandbox.telegram import Misuse, Telegram

CLARA, TEAM = 7, -1001000000002


def texts(telegram: Telegram, chat: int = CLARA) -> list[str]:
    return [message["text"] for message in telegram.look.messages(chat, since=1 if chat == CLARA else 0)]


@pytest.mark.parametrize(
    ("do", "error", "done"),
    [
        ("429", TelegramRetryAfter, False),
        ("500", TelegramServerError, False),
        ("502", ClientDecodeError, False),
        ("refuse", TelegramBadRequest, False),
        ("cut", TelegramNetworkError, False),
        ("lost", TelegramNetworkError, True),
        ("half", TelegramNetworkError, True),
        ("garbage", ClientDecodeError, True),
    ],
)
async def test_each_fault_fails_in_its_way_and_the_deed_is_done_or_not(
    telegram: Telegram, bot: Bot, do: str, error: type[Exception], done: bool
) -> None:
    telegram.faults.add("sendMessage", do=do, times=1)

    with pytest.raises(error):
        await bot.send_message(CLARA, "first")
    await bot.send_message(CLARA, "second")

    assert texts(telegram) == (["first", "second"] if done else ["second"])


async def test_a_late_answer_comes_after_all(telegram: Telegram, bot: Bot) -> None:
    telegram.faults.add("sendMessage", do="delay", seconds=0.3, times=1)

    sending = asyncio.create_task(bot.send_message(CLARA, "x"))
    await asyncio.sleep(0.1)

    assert texts(telegram) == ["x"]
    assert (await sending).text == "x"


async def test_a_late_deed_is_done_at_the_end_of_the_wait(telegram: Telegram, bot: Bot) -> None:
    telegram.faults.add("sendMessage", do="late", seconds=0.3, times=1)

    sending = asyncio.create_task(bot.send_message(CLARA, "x"))
    await asyncio.sleep(0.1)

    assert texts(telegram) == []
    assert (await sending).text == "x"


async def test_silence_ends_without_answer_and_deed(telegram: Telegram, bot: Bot) -> None:
    telegram.faults.add("sendMessage", do="silence", seconds=0.1, times=1)

    with pytest.raises(TelegramNetworkError):
        await bot.send_message(CLARA, "x")

    assert texts(telegram) == []


async def test_a_client_that_gives_up_finds_its_deed_not_done(telegram: Telegram, bot: Bot) -> None:
    telegram.faults.add("sendMessage", do="silence", seconds=60)

    with pytest.raises(TelegramNetworkError, match="Request timeout error"):
        await bot.send_message(CLARA, "x", request_timeout=1)

    assert texts(telegram) == []


async def test_the_words_of_an_error_can_be_chosen(telegram: Telegram, bot: Bot) -> None:
    telegram.faults.add("sendMessage", do="500", words="Internal Server Error: restart", times=1)
    telegram.faults.add("sendMessage", do="refuse", code=400, words="Bad Request: TOPIC_DELETED", times=1)

    with pytest.raises(RestartingTelegram):
        await bot.send_message(CLARA, "x")
    with pytest.raises(TelegramBadRequest, match="TOPIC_DELETED"):
        await bot.send_message(CLARA, "x")


async def test_the_seconds_of_a_429_can_be_chosen(telegram: Telegram, bot: Bot) -> None:
    telegram.faults.add("*", do="429", seconds=137, times=1)

    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.get_me()

    assert refused.value.retry_after == 137


async def test_a_rule_can_wait_for_a_chat_and_let_some_pass(telegram: Telegram, bot: Bot) -> None:
    telegram.faults.add("sendMessage", do="500", chat=TEAM, after=1, times=1)
    await bot.send_message(CLARA, "elsewhere")
    await bot.send_message(TEAM, "first")

    with pytest.raises(TelegramServerError):
        await bot.send_message(TEAM, "second")
    await bot.send_message(TEAM, "third")

    assert texts(telegram, TEAM) == ["first", "third"]
    assert telegram.faults.shown()[0]["hits"] == 1


async def test_the_first_rule_that_hits_decides(telegram: Telegram, bot: Bot) -> None:
    telegram.faults.add("sendMessage", do="429", times=1)
    telegram.faults.add("*", do="500", times=1)

    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(CLARA, "x")
    with pytest.raises(TelegramServerError):
        await bot.send_message(CLARA, "x")


async def test_a_chance_is_the_same_for_the_same_seed(telegram: Telegram, bot: Bot) -> None:
    async def fallen() -> list[int]:
        telegram.faults.clear()
        telegram.faults.add("getMe", do="500", chance=0.5, seed=4)
        failed = []
        for number in range(20):
            try:
                await bot.get_me()
            except TelegramServerError:
                failed.append(number)
        return failed

    first = await fallen()

    assert 0 < len(first) < 20
    assert await fallen() == first


async def test_a_rule_can_be_taken_back(telegram: Telegram, bot: Bot) -> None:
    rule = telegram.faults.add("getMe", do="500")
    telegram.faults.remove(rule)

    assert (await bot.get_me()).is_bot
    with pytest.raises(Misuse, match='no such fault "explode"'):
        telegram.faults.add(do="explode")


async def test_a_download_can_fail_too(telegram: Telegram, bot: Bot) -> None:
    file = await bot.get_file(telegram.people.send(CLARA, "document", file=b"whole" * 100)["document"]["file_id"])
    telegram.faults.add("file", do="half", times=1)
    assert file.file_path is not None

    with pytest.raises(aiohttp.ClientError):
        await bot.download_file(file.file_path)

    again = await bot.download_file(file.file_path)
    assert again is not None
    assert again.read() == b"whole" * 100


async def test_an_update_whose_answer_was_lost_comes_again(telegram: Telegram, bot: Bot) -> None:
    telegram.people.say(CLARA, "hello")
    telegram.faults.add("getUpdates", do="lost", times=1)

    with pytest.raises(TelegramNetworkError):
        await bot.get_updates()

    assert len(await bot.get_updates()) == 1
