"""Forum topics: open, closed, deleted, and the rights to handle them."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

from okno.sandbox.telegram import Misuse, Telegram

CLARA, ANNA, BORIS, FORUM, GROUP, TEAM = 7, 1, 2, -1001000000001, -501, -1001000000002
Ask = Any


async def test_a_new_topic_is_told_to_its_maker_as_a_service_message(telegram: Telegram, bot: Bot) -> None:
    topic = await bot.create_forum_topic(FORUM, "Заявка 12", icon_color=9367192)

    (update,) = await bot.get_updates()
    message = update.message
    assert message is not None
    assert message.forum_topic_created is not None
    assert message.forum_topic_created.name == "Заявка 12"
    assert message.message_id == message.message_thread_id == topic.message_thread_id
    assert message.from_user is not None
    assert message.from_user.id == bot.id


async def test_a_message_into_a_topic_says_so(bot: Bot) -> None:
    topic = await bot.create_forum_topic(FORUM, "Ticket")

    sent = await bot.send_message(FORUM, "x", message_thread_id=topic.message_thread_id)

    assert (sent.message_thread_id, sent.is_topic_message) == (topic.message_thread_id, True)
    assert sent.chat.is_forum


@pytest.mark.parametrize("thread", [1, 777])
async def test_general_and_unknown_topics_are_refused_by_number(bot: Bot, thread: int) -> None:
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(FORUM, "x", message_thread_id=thread)


async def test_a_thread_number_outside_a_forum_is_passed_over_in_groups_and_refused_in_private(bot: Bot) -> None:
    sent = await bot.send_message(TEAM, "x", message_thread_id=5)

    assert sent.message_thread_id is None
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(CLARA, "x", message_thread_id=5)


async def test_a_closed_topic_refuses_until_it_is_reopened(telegram: Telegram, bot: Bot) -> None:
    topic = (await bot.create_forum_topic(FORUM, "Ticket")).message_thread_id
    telegram.people.close_topic(ANNA, topic, chat=FORUM)

    with pytest.raises(TelegramBadRequest, match="TOPIC_CLOSED"):
        await bot.send_message(FORUM, "x", message_thread_id=topic)
    await bot.reopen_forum_topic(FORUM, topic)

    assert (await bot.send_message(FORUM, "x", message_thread_id=topic)).text == "x"


async def test_a_lenient_chat_lets_administrators_into_closed_topics(telegram: Telegram, bot: Bot) -> None:
    topic = telegram.people.open_topic(ANNA, "Talk", chat=FORUM)["message_thread_id"]
    telegram.people.close_topic(ANNA, topic, chat=FORUM)
    telegram.cast.set_closed_topics(FORUM, refuse_admins=False)

    assert (await bot.send_message(FORUM, "x", message_thread_id=topic)).text == "x"
    telegram.cast.set_bot_standing(FORUM, "member")
    with pytest.raises(TelegramBadRequest, match="TOPIC_CLOSED"):
        await bot.send_message(FORUM, "x", message_thread_id=topic)


@pytest.mark.parametrize("words", ["message thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID"])
async def test_a_deleted_topic_is_gone_in_one_of_three_ways(telegram: Telegram, bot: Bot, words: str) -> None:
    topic = (await bot.create_forum_topic(FORUM, "Ticket")).message_thread_id
    telegram.people.delete_topic(ANNA, topic, chat=FORUM, error=words)

    with pytest.raises(TelegramBadRequest, match=words):
        await bot.send_message(FORUM, "x", message_thread_id=topic)


async def test_a_deleted_topic_can_be_neither_renamed_nor_closed_nor_deleted(telegram: Telegram, bot: Bot) -> None:
    topic = (await bot.create_forum_topic(FORUM, "Ticket")).message_thread_id
    await bot.delete_forum_topic(FORUM, topic)

    for deed in (
        bot.edit_forum_topic(FORUM, topic, name="x"),
        bot.close_forum_topic(FORUM, topic),
        bot.reopen_forum_topic(FORUM, topic),
        bot.delete_forum_topic(FORUM, topic),
    ):
        with pytest.raises(TelegramBadRequest, match="TOPIC_ID_INVALID"):
            await deed


async def test_messages_of_a_deleted_topic_are_gone_and_nobody_is_told(telegram: Telegram, bot: Bot) -> None:
    topic = (await bot.create_forum_topic(FORUM, "Ticket")).message_thread_id
    sent = await bot.send_message(FORUM, "x", message_thread_id=topic)
    waiting = len(telegram.look.pending())

    telegram.people.delete_topic(ANNA, topic, chat=FORUM)

    assert len(telegram.look.pending()) == waiting
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("y", chat_id=FORUM, message_id=sent.message_id)


async def test_a_change_that_changes_nothing_is_refused(bot: Bot) -> None:
    icon = (await bot.get_forum_topic_icon_stickers())[0].custom_emoji_id
    topic = (await bot.create_forum_topic(FORUM, "Ticket", icon_custom_emoji_id=icon)).message_thread_id

    for deed in (
        bot.edit_forum_topic(FORUM, topic, name="Ticket"),
        bot.edit_forum_topic(FORUM, topic, icon_custom_emoji_id=icon),
        bot.reopen_forum_topic(FORUM, topic),
    ):
        with pytest.raises(TelegramBadRequest, match="TOPIC_NOT_MODIFIED"):
            await deed


async def test_a_topic_is_renamed_given_an_icon_and_loses_it(telegram: Telegram, bot: Bot, ask: Ask) -> None:
    icon = (await bot.get_forum_topic_icon_stickers())[3].custom_emoji_id
    topic = (await bot.create_forum_topic(FORUM, "Ticket")).message_thread_id

    await bot.edit_forum_topic(FORUM, topic, name="Ticket: done", icon_custom_emoji_id=icon)
    await ask("editForumTopic", chat_id=FORUM, message_thread_id=topic, icon_custom_emoji_id="")

    (shown,) = telegram.look.topics(FORUM)
    assert shown["name"] == "Ticket: done"
    assert "icon_custom_emoji_id" not in shown


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "   "}, "TOPIC_TITLE_EMPTY"),
        ({"name": "x", "icon_color": 5}, "invalid icon color specified"),
        ({"name": "x", "icon_custom_emoji_id": "5"}, "DOCUMENT_INVALID"),
    ],
)
async def test_a_new_topic_is_checked(ask: Ask, fields: dict[str, Any], words: str) -> None:
    assert (await ask("createForumTopic", chat_id=FORUM, **fields))["description"] == f"Bad Request: {words}"


@pytest.mark.parametrize("chat", [GROUP, TEAM, CLARA])
async def test_a_chat_without_topics_is_not_a_forum(bot: Bot, chat: int) -> None:
    with pytest.raises(TelegramBadRequest, match="the chat is not a forum"):
        await bot.create_forum_topic(chat, "x")


async def test_topics_need_the_right_except_for_ones_own(telegram: Telegram, bot: Bot) -> None:
    own = (await bot.create_forum_topic(FORUM, "own")).message_thread_id
    foreign = telegram.people.open_topic(ANNA, "Anna's", chat=FORUM)["message_thread_id"]
    telegram.cast.set_bot_standing(FORUM, "administrator", rights={"can_manage_topics": False})

    assert await bot.close_forum_topic(FORUM, own)
    with pytest.raises(TelegramBadRequest, match="not enough rights to create a topic"):
        await bot.create_forum_topic(FORUM, "x")
    with pytest.raises(TelegramBadRequest, match="not enough rights to edit the topic"):
        await bot.edit_forum_topic(FORUM, foreign, name="x")


async def test_general_can_be_closed(telegram: Telegram, bot: Bot) -> None:
    await bot.close_general_forum_topic(FORUM)

    with pytest.raises(TelegramBadRequest, match="TOPIC_CLOSED"):
        await bot.send_message(FORUM, "x")
    await bot.reopen_general_forum_topic(FORUM)

    assert (await bot.send_message(FORUM, "x")).text == "x"
    with pytest.raises(TelegramBadRequest, match="TOPIC_NOT_MODIFIED"):
        await bot.reopen_general_forum_topic(FORUM)


async def test_people_open_rename_close_and_reopen_topics(telegram: Telegram, bot: Bot) -> None:
    topic = telegram.people.open_topic(ANNA, "Talk", chat=FORUM)["message_thread_id"]
    telegram.people.edit_topic(ANNA, topic, chat=FORUM, name="Talks")
    telegram.people.close_topic(ANNA, topic, chat=FORUM)
    with pytest.raises(Misuse, match="is closed for user 2"):
        telegram.people.say(BORIS, "x", chat=FORUM, topic=topic)
    telegram.people.reopen_topic(ANNA, topic, chat=FORUM)

    told = [update.message.content_type for update in await bot.get_updates() if update.message]

    assert told == ["forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened"]


async def test_topics_can_be_switched_off_and_on(telegram: Telegram, bot: Bot) -> None:
    telegram.cast.set_forum(FORUM, on=False)
    with pytest.raises(TelegramBadRequest, match="the chat is not a forum"):
        await bot.create_forum_topic(FORUM, "x")

    telegram.cast.set_forum(FORUM, on=True)

    assert (await bot.create_forum_topic(FORUM, "x")).name == "x"


async def test_general_can_be_hidden_and_shown(telegram: Telegram, bot: Bot) -> None:
    await bot.hide_general_forum_topic(FORUM)
    await bot.unhide_general_forum_topic(FORUM)

    told = [update.message.content_type for update in await bot.get_updates() if update.message]

    assert told == ["general_forum_topic_hidden", "general_forum_topic_unhidden"]


async def test_pins_of_one_topic_are_taken_away_together(telegram: Telegram, bot: Bot) -> None:
    topic = (await bot.create_forum_topic(FORUM, "Ticket")).message_thread_id
    inside = await bot.send_message(FORUM, "x", message_thread_id=topic)
    outside = await bot.send_message(FORUM, "x")
    for message in (inside, outside):
        await bot.pin_chat_message(FORUM, message.message_id)

    await bot.unpin_all_forum_topic_messages(FORUM, topic)

    assert telegram.look.chat(FORUM)["pinned"] == [outside.message_id]
