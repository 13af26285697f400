"""Buttons under messages, their answers, reactions."""

import asyncio

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    CallbackQuery,
    InaccessibleMessage,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReactionTypeEmoji,
)

from okno.sandbox.telegram import Misuse, Telegram

CLARA, ANNA, BORIS, FORUM, TEAM = 7, 1, 2, -1001000000001, -1001000000002


async def card(bot: Bot, chat: int = TEAM) -> int:
    buttons = [
        InlineKeyboardButton(text="Взять", callback_data="take:1"),
        InlineKeyboardButton(text="Сайт", url="https://a.ru"),
    ]
    sent = await bot.send_message(chat, "card", reply_markup=InlineKeyboardMarkup(inline_keyboard=[buttons]))
    return sent.message_id


async def pressed(bot: Bot) -> CallbackQuery:
    update = (await bot.get_updates(offset=-1))[0]
    assert update.callback_query is not None
    return update.callback_query


async def test_a_press_carries_the_buttons_data_and_who_pressed(telegram: Telegram, bot: Bot) -> None:
    number = await card(bot)
    telegram.people.tap(BORIS, number, label="Взять", chat=TEAM)

    query = await pressed(bot)

    assert (query.data, query.from_user.id) == ("take:1", BORIS)
    assert query.message is not None
    assert query.message.message_id == number


async def test_who_pressed_gets_the_answer(telegram: Telegram, bot: Bot) -> None:
    pressing = asyncio.create_task(telegram.people.press(ANNA, await card(bot), label="Взять", chat=TEAM))
    await asyncio.sleep(0)

    await bot.answer_callback_query((await pressed(bot)).id, "Yours", show_alert=True)

    answer = await pressing
    assert (answer["answered"], answer["text"], answer["show_alert"]) == (True, "Yours", True)


async def test_a_press_nobody_answers_says_so(telegram: Telegram, bot: Bot) -> None:
    answer = await telegram.people.press(ANNA, await card(bot), label="Взять", chat=TEAM, wait=0.05)

    assert not answer["answered"]


async def test_a_press_is_answered_once_and_within_its_time(telegram: Telegram, bot: Bot) -> None:
    number = await card(bot)
    first = telegram.people.tap(ANNA, number, label="Взять", chat=TEAM)
    late = telegram.people.tap(ANNA, number, label="Взять", chat=TEAM)
    await bot.answer_callback_query(first)
    telegram.clock.advance(151)

    for query in (first, late, "123"):
        with pytest.raises(TelegramBadRequest, match="query is too old and response timeout expired"):
            await bot.answer_callback_query(query)


async def test_data_can_be_forged_and_sent_after_the_message_is_gone(telegram: Telegram, bot: Bot) -> None:
    number = await card(bot)
    telegram.people.tap(CLARA, 1, data="forged:1")
    assert (await pressed(bot)).data == "forged:1"
    await bot.delete_message(TEAM, number)
    telegram.people.tap(ANNA, number, data="take:1", chat=TEAM)

    query = await pressed(bot)

    assert isinstance(query.message, InaccessibleMessage)
    assert query.message.message_id == number


async def test_a_button_must_be_there_and_ask_something(telegram: Telegram, bot: Bot) -> None:
    number = await card(bot)

    with pytest.raises(Misuse, match='there is no button "Отдать"; there are: Взять, Сайт'):
        telegram.people.tap(ANNA, number, label="Отдать", chat=TEAM)
    with pytest.raises(Misuse, match="asks the bot nothing"):
        telegram.people.tap(ANNA, number, label="Сайт", chat=TEAM)
    with pytest.raises(Misuse, match="say which button"):
        telegram.people.tap(ANNA, number, chat=TEAM)


async def test_a_reaction_is_told_to_a_bot_that_asked_and_is_administrator(telegram: Telegram, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["message_reaction"])
    number = await card(bot)
    telegram.people.react(ANNA, number, ["👍"], chat=TEAM)
    telegram.people.react(ANNA, number, [], chat=TEAM)
    telegram.cast.set_bot_standing(TEAM, "member")
    telegram.people.react(ANNA, number, ["🔥"], chat=TEAM)

    put, taken = [update.message_reaction for update in await bot.get_updates()]

    assert put is not None
    assert taken is not None
    assert put.new_reaction == taken.old_reaction
    assert put.new_reaction[0].model_dump()["emoji"] == "👍"


async def test_an_anonymous_reaction_names_the_chat(telegram: Telegram, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["message_reaction"])
    telegram.cast.set_member(TEAM, ANNA, "creator", anonymous=True)
    telegram.people.react(ANNA, await card(bot), ["👍"], chat=TEAM)

    reaction = (await bot.get_updates())[0].message_reaction

    assert reaction is not None
    assert (reaction.user, reaction.actor_chat and reaction.actor_chat.id) == (None, TEAM)


async def test_a_bot_sets_one_reaction_of_those_allowed(telegram: Telegram, bot: Bot) -> None:
    said = telegram.people.say(CLARA, "x")["message_id"]
    like, odd = ReactionTypeEmoji(emoji="❤️"), ReactionTypeEmoji(emoji="🐸")

    await bot.set_message_reaction(CLARA, said, [like])

    assert telegram.look.message(CLARA, said)["reactions"][str(bot.id)][0]["emoji"] == "❤️"
    with pytest.raises(TelegramBadRequest, match="REACTION_INVALID"):
        await bot.set_message_reaction(CLARA, said, [odd])
    with pytest.raises(TelegramBadRequest, match="REACTIONS_TOO_MANY"):
        await bot.set_message_reaction(CLARA, said, [like, like])
    await bot.set_message_reaction(CLARA, said)
    assert telegram.look.message(CLARA, said)["reactions"] == {}
