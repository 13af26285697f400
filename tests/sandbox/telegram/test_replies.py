"""Answers to messages: by bots with reply_parameters, by people in chats and topics."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import ReplyParameters

from okno.sandbox.telegram import Misuse, Telegram

CLARA, ANNA, FORUM, TEAM = 7, 1, -1001000000001, -1001000000002


async def test_an_answer_shows_what_it_answers_one_level_deep(telegram: Telegram, bot: Bot) -> None:
    first = telegram.people.say(CLARA, "first")
    second = await bot.send_message(CLARA, "second", reply_parameters=ReplyParameters(message_id=first["message_id"]))
    third = telegram.people.say(CLARA, "third", reply_to=second.message_id)

    assert second.reply_to_message is not None
    assert second.reply_to_message.text == "first"
    assert third["reply_to_message"]["text"] == "second"
    assert "reply_to_message" not in third["reply_to_message"]


async def test_an_answer_to_nothing_is_refused_unless_told_to_go_anyway(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(CLARA, "x", reply_parameters=ReplyParameters(message_id=999))

    sent = await bot.send_message(
        CLARA, "x", reply_parameters=ReplyParameters(message_id=999, allow_sending_without_reply=True)
    )

    assert sent.reply_to_message is None


async def test_a_quote_must_stand_in_the_message_word_for_word(telegram: Telegram, bot: Bot) -> None:
    said = telegram.people.say(CLARA, "😀 the site is down")["message_id"]

    sent = await bot.send_message(CLARA, "x", reply_parameters=ReplyParameters(message_id=said, quote="site is"))

    assert sent.quote is not None
    assert (sent.quote.text, sent.quote.position, sent.quote.is_manual) == ("site is", 7, True)
    with pytest.raises(TelegramBadRequest, match="QUOTE_TEXT_INVALID"):
        await bot.send_message(CLARA, "x", reply_parameters=ReplyParameters(message_id=said, quote="site was"))


async def test_a_person_quotes_too(telegram: Telegram, bot: Bot) -> None:
    sent = await bot.send_message(CLARA, "one two three")

    said = telegram.people.say(CLARA, "why two?", reply_to=sent.message_id, quote="two")

    assert said["quote"] == {"text": "two", "position": 4, "is_manual": True}
    with pytest.raises(Misuse, match="does not stand in message"):
        telegram.people.say(CLARA, "x", reply_to=sent.message_id, quote="four")


async def test_an_answer_to_another_chat_is_an_external_reply(telegram: Telegram, bot: Bot) -> None:
    said = telegram.people.say(ANNA, "over here", chat=TEAM)["message_id"]

    sent = await bot.send_message(CLARA, "x", reply_parameters=ReplyParameters(message_id=said, chat_id=TEAM))

    assert sent.reply_to_message is None
    assert sent.external_reply is not None
    assert (sent.external_reply.message_id, sent.external_reply.origin.type) == (said, "user")


async def test_a_plain_message_in_a_topic_answers_the_message_that_made_it(telegram: Telegram, bot: Bot) -> None:
    topic = await bot.create_forum_topic(FORUM, "Ticket")

    said = telegram.people.say(ANNA, "a note", chat=FORUM, topic=topic.message_thread_id)

    root = said["reply_to_message"]
    assert (root["message_id"], root["from"]["id"]) == (topic.message_thread_id, bot.id)
    assert "forum_topic_created" in root
    assert said["is_topic_message"]
    assert said["message_thread_id"] == topic.message_thread_id


async def test_a_true_answer_in_a_topic_names_its_message(telegram: Telegram, bot: Bot) -> None:
    topic = await bot.create_forum_topic(FORUM, "Ticket")
    sent = await bot.send_message(FORUM, "client's words", message_thread_id=topic.message_thread_id)

    said = telegram.people.say(ANNA, "answer", chat=FORUM, reply_to=sent.message_id)

    assert said["reply_to_message"]["message_id"] == sent.message_id
    assert said["message_thread_id"] == topic.message_thread_id


async def test_a_message_in_general_has_no_thread_and_no_root(telegram: Telegram) -> None:
    said = telegram.people.say(ANNA, "hello", chat=FORUM)

    assert not {"message_thread_id", "is_topic_message", "reply_to_message"} & said.keys()


@pytest.mark.parametrize("chat", [FORUM, TEAM])
async def test_an_answer_outside_topics_has_a_thread_that_is_no_topic(telegram: Telegram, chat: int) -> None:
    said = telegram.people.say(ANNA, "hello", chat=chat)
    answer = telegram.people.say(ANNA, "well", chat=chat, reply_to=said["message_id"])

    again = telegram.people.say(ANNA, "so", chat=chat, reply_to=answer["message_id"])

    assert again["message_thread_id"] == said["message_id"]
    assert "is_topic_message" not in again


async def test_a_bot_answering_in_a_topic_need_not_name_the_topic(telegram: Telegram, bot: Bot) -> None:
    topic = await bot.create_forum_topic(FORUM, "Ticket")
    said = telegram.people.say(ANNA, "a note", chat=FORUM, topic=topic.message_thread_id)

    sent = await bot.send_message(FORUM, "x", reply_parameters=ReplyParameters(message_id=said["message_id"]))

    assert (sent.message_thread_id, sent.is_topic_message) == (topic.message_thread_id, True)


async def test_an_answer_into_another_topic_is_an_external_reply(telegram: Telegram, bot: Bot) -> None:
    one = await bot.create_forum_topic(FORUM, "One")
    two = await bot.create_forum_topic(FORUM, "Two")
    said = telegram.people.say(ANNA, "in one", chat=FORUM, topic=one.message_thread_id)

    sent = await bot.send_message(
        FORUM,
        "x",
        message_thread_id=two.message_thread_id,
        reply_parameters=ReplyParameters(message_id=said["message_id"]),
    )

    assert sent.external_reply is not None
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.message_id == two.message_thread_id
