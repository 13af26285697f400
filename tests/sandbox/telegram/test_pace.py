"""How fast a bot may write."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.types import BufferedInputFile, InputMediaDocument, MediaUnion

from okno.sandbox.telegram import Telegram

CLARA, ANNA, FORUM, TEAM = 7, 1, -1001000000001, -1001000000002


@pytest.fixture
def paced(telegram: Telegram) -> Telegram:
    telegram.pace.on = True
    return telegram


async def test_a_person_takes_a_short_burst_and_then_a_message_a_second(paced: Telegram, bot: Bot) -> None:
    for _ in range(5):
        await bot.send_message(CLARA, "x")

    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(CLARA, "x")
    paced.clock.advance(refused.value.retry_after)

    assert (await bot.send_message(CLARA, "x")).text == "x"


async def test_a_group_takes_twenty_calls_a_minute(paced: Telegram, bot: Bot) -> None:
    for _ in range(20):
        await bot.send_message(TEAM, "x")

    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(TEAM, "x")

    assert 55 <= refused.value.retry_after <= 60


async def test_sends_edits_and_new_topics_count_together(paced: Telegram, bot: Bot) -> None:
    sent = await bot.send_message(FORUM, "0")
    for number in range(9):
        await bot.create_forum_topic(FORUM, f"topic {number}")
        await bot.edit_message_text(f"{number + 1}", chat_id=FORUM, message_id=sent.message_id)
    await bot.copy_message(FORUM, FORUM, sent.message_id)

    for deed in (
        bot.send_message(FORUM, "x"),
        bot.edit_message_text("x", chat_id=FORUM, message_id=sent.message_id),
        bot.create_forum_topic(FORUM, "x"),
    ):
        with pytest.raises(TelegramRetryAfter):
            await deed


async def test_an_album_counts_as_many_as_it_has(paced: Telegram, bot: Bot) -> None:
    media: list[MediaUnion] = [
        InputMediaDocument(media=BufferedInputFile(b"x", filename=f"{n}.txt")) for n in range(10)
    ]
    await bot.send_media_group(TEAM, media)
    await bot.send_media_group(TEAM, media)

    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(TEAM, "x")


async def test_thirty_a_second_is_the_most_in_all(paced: Telegram, bot: Bot) -> None:
    for number in range(100, 131):
        paced.cast.add_user(number, "Somebody")
        paced.people.start(number)
    for number in range(100, 130):
        await bot.send_message(number, "x")

    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(130, "x")


async def test_answers_to_buttons_and_chat_actions_are_free(paced: Telegram, bot: Bot) -> None:
    for _ in range(20):
        await bot.send_message(TEAM, "x")
    query = paced.people.tap(ANNA, 1, data="x", chat=TEAM)

    assert await bot.answer_callback_query(query)
    assert await bot.send_chat_action(TEAM, "typing")


async def test_what_was_refused_is_not_counted(paced: Telegram, bot: Bot) -> None:
    for _ in range(20):
        await bot.send_message(TEAM, "x")
    for _ in range(5):
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(TEAM, "x")
    paced.clock.advance(61)

    assert (await bot.send_message(TEAM, "x")).text == "x"


async def test_the_pace_can_be_quickened(paced: Telegram, bot: Bot) -> None:
    paced.pace.speed = 60
    for _ in range(20):
        await bot.send_message(TEAM, "x")

    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(TEAM, "x")

    assert refused.value.retry_after == 1


async def test_the_pause_stands_in_the_header_too(paced: Telegram, bot: Bot) -> None:
    for _ in range(20):
        await bot.send_message(TEAM, "x")
    session = await bot.session.create_session()  # type: ignore[attr-defined]

    async with session.post(
        bot.session.api.api_url(bot.token, "sendMessage"), data={"chat_id": TEAM, "text": "x"}
    ) as answer:
        body = await answer.json()

    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) == body["parameters"]["retry_after"]
    assert body["description"] == f"Too Many Requests: retry after {body['parameters']['retry_after']}"
