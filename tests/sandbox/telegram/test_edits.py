"""Editing, deleting and pinning by a bot."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, Message

from okno.sandbox.telegram import Telegram
from tests.sandbox.telegram.pictures import png

CLARA, ANNA, FORUM, GROUP, TEAM = 7, 1, -1001000000001, -501, -1001000000002


def keyboard(label: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=label, callback_data="x")]])


async def test_an_edit_changes_the_text_and_takes_the_keyboard_away(bot: Bot) -> None:
    sent = await bot.send_message(CLARA, "old", reply_markup=keyboard("A"))

    edited = await bot.edit_message_text("new", chat_id=CLARA, message_id=sent.message_id)

    assert isinstance(edited, Message)
    assert (edited.text, edited.reply_markup) == ("new", None)
    assert edited.edit_date is not None


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot) -> None:
    sent = await bot.send_message(CLARA, "<b>same</b>", parse_mode="HTML", reply_markup=keyboard("A"))
    number = sent.message_id

    with pytest.raises(TelegramBadRequest, match="message is not modified: specified new message content and reply"):
        await bot.edit_message_text(
            "<b>same</b>", parse_mode="HTML", reply_markup=keyboard("A"), chat_id=CLARA, message_id=number
        )
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_reply_markup(reply_markup=keyboard("A"), chat_id=CLARA, message_id=number)

    edited = await bot.edit_message_reply_markup(reply_markup=keyboard("B"), chat_id=CLARA, message_id=number)
    assert isinstance(edited, Message)


async def test_only_its_own_messages_can_be_edited(telegram: Telegram, bot: Bot) -> None:
    said = telegram.people.say(CLARA, "mine")["message_id"]

    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("yours", chat_id=CLARA, message_id=said)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("x", chat_id=CLARA, message_id=999)


async def test_text_and_caption_are_edited_by_their_own_methods(bot: Bot) -> None:
    text = (await bot.send_message(CLARA, "x")).message_id
    photo = (await bot.send_photo(CLARA, BufferedInputFile(png(), filename="a.png"), caption="old")).message_id

    edited = await bot.edit_message_caption(chat_id=CLARA, message_id=photo, caption="new")

    assert isinstance(edited, Message)
    assert edited.caption == "new"
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await bot.edit_message_text("x", chat_id=CLARA, message_id=photo)
    with pytest.raises(TelegramBadRequest, match="there is no caption in the message to edit"):
        await bot.edit_message_caption(chat_id=CLARA, message_id=text, caption="x")


async def test_media_can_be_changed(bot: Bot) -> None:
    sent = await bot.send_document(CLARA, BufferedInputFile(b"x", filename="a.txt"), caption="old")
    media = InputMediaPhoto(media=BufferedInputFile(png(), filename="a.png"))

    edited = await bot.edit_message_media(media, chat_id=CLARA, message_id=sent.message_id)

    assert isinstance(edited, Message)
    assert (edited.content_type, edited.document, edited.caption) == ("photo", None, None)


async def test_too_long_an_edit_is_refused(bot: Bot) -> None:
    sent = await bot.send_message(CLARA, "x")

    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.edit_message_text("x" * 4097, chat_id=CLARA, message_id=sent.message_id)


async def test_an_edit_by_the_bot_is_not_told_to_the_bot(telegram: Telegram, bot: Bot) -> None:
    sent = await bot.send_message(CLARA, "x")
    await bot.edit_message_text("y", chat_id=CLARA, message_id=sent.message_id)

    assert telegram.look.pending() == []


async def test_a_deleted_message_is_gone_and_nobody_is_told(telegram: Telegram, bot: Bot) -> None:
    sent = await bot.send_message(CLARA, "x")
    said = telegram.people.say(CLARA, "y")["message_id"]
    waiting = len(telegram.look.pending())

    assert await bot.delete_message(CLARA, sent.message_id)
    assert await bot.delete_messages(CLARA, [said, 999])

    assert [message["message_id"] for message in telegram.look.messages(CLARA)] == [1]
    assert len(telegram.look.pending()) == waiting


async def test_what_may_not_be_deleted_stays(telegram: Telegram, bot: Bot) -> None:
    topic = await bot.create_forum_topic(FORUM, "Ticket")
    sent = await bot.send_message(CLARA, "x")
    telegram.cast.set_bot_standing(TEAM, "member")
    said = telegram.people.say(ANNA, "x", chat=TEAM)["message_id"]
    telegram.clock.advance(49 * 3600)

    with pytest.raises(TelegramBadRequest, match="message can't be deleted"):
        await bot.delete_message(FORUM, topic.message_thread_id)
    with pytest.raises(TelegramBadRequest, match="message can't be deleted for everyone"):
        await bot.delete_message(CLARA, sent.message_id)
    with pytest.raises(TelegramBadRequest, match="message can't be deleted"):
        await bot.delete_message(TEAM, said)
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(CLARA, 999)


async def test_a_pin_leaves_a_service_message_that_the_bot_is_told_of(telegram: Telegram, bot: Bot) -> None:
    sent = await bot.send_message(TEAM, "card")

    await bot.pin_chat_message(TEAM, sent.message_id)

    (update,) = await bot.get_updates()
    assert update.message is not None
    assert isinstance(update.message.pinned_message, Message)
    assert update.message.pinned_message.message_id == sent.message_id
    pinned = (await bot.get_chat(TEAM)).pinned_message
    assert pinned is not None
    assert pinned.message_id == sent.message_id


async def test_pins_need_the_right_and_a_message(telegram: Telegram, bot: Bot) -> None:
    sent = await bot.send_message(TEAM, "card")
    with pytest.raises(TelegramBadRequest, match="message to pin not found"):
        await bot.pin_chat_message(TEAM, 999)
    with pytest.raises(TelegramBadRequest, match="message to unpin not found"):
        await bot.unpin_chat_message(TEAM, message_id=sent.message_id)
    telegram.cast.set_bot_standing(TEAM, "administrator", rights={"can_pin_messages": False})

    with pytest.raises(TelegramBadRequest, match="not enough rights to manage pinned messages in the chat"):
        await bot.pin_chat_message(TEAM, sent.message_id)


async def test_pins_can_be_taken_back(telegram: Telegram, bot: Bot) -> None:
    numbers = [(await bot.send_message(TEAM, "card")).message_id for _ in range(3)]
    for number in numbers:
        await bot.pin_chat_message(TEAM, number)

    await bot.unpin_chat_message(TEAM, message_id=numbers[0])
    assert telegram.look.chat(TEAM)["pinned"] == numbers[1:]
    await bot.unpin_all_chat_messages(TEAM)

    assert telegram.look.chat(TEAM)["pinned"] == []
