"""Copies and forwards."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InputPollOption

from okno.sandbox.telegram import Telegram

CLARA, ANNA, FORUM, TEAM, NEWS = 7, 1, -1001000000001, -1001000000002, -1001000000003
Ask = Any


async def test_a_copy_has_the_content_and_nothing_of_its_origin(telegram: Telegram, bot: Bot) -> None:
    said = telegram.people.send(CLARA, "photo", caption="see #this")["message_id"]

    copied = await bot.copy_message(TEAM, CLARA, said)

    shown = telegram.look.message(TEAM, copied.message_id)
    assert (shown["caption"], shown["caption_entities"][0]["type"]) == ("see #this", "hashtag")
    assert shown["from"]["id"] == bot.id
    assert not {"forward_origin", "edit_date", "reply_to_message"} & shown.keys()


async def test_a_copy_can_have_another_caption(telegram: Telegram, bot: Bot) -> None:
    said = telegram.people.send(CLARA, "document", caption="old")["message_id"]

    copied = await bot.copy_message(TEAM, CLARA, said, caption="<b>new</b>", parse_mode="HTML")

    assert telegram.look.message(TEAM, copied.message_id)["caption"] == "new"


async def test_what_was_deleted_cannot_be_copied_or_forwarded(telegram: Telegram, bot: Bot) -> None:
    said = telegram.people.say(CLARA, "x")["message_id"]
    telegram.people.delete(CLARA, said)

    with pytest.raises(TelegramBadRequest, match="message to copy not found"):
        await bot.copy_message(TEAM, CLARA, said)
    with pytest.raises(TelegramBadRequest, match="message to forward not found"):
        await bot.forward_message(TEAM, CLARA, said)


@pytest.mark.parametrize("kind", ["paid_media", "giveaway", "invoice", "story", "checklist"])
async def test_some_kinds_are_forwarded_but_never_copied(telegram: Telegram, bot: Bot, ask: Ask, kind: str) -> None:
    said = telegram.people.send(CLARA, kind)["message_id"]

    with pytest.raises(TelegramBadRequest, match="message can't be copied"):
        await bot.copy_message(TEAM, CLARA, said)
    assert (await ask("forwardMessage", chat_id=TEAM, from_chat_id=CLARA, message_id=said))["result"][kind]


async def test_service_messages_are_neither_copied_nor_forwarded(telegram: Telegram, bot: Bot) -> None:
    topic = telegram.people.open_topic(ANNA, "Talk", chat=FORUM)["message_thread_id"]

    with pytest.raises(TelegramBadRequest, match="message can't be copied"):
        await bot.copy_message(TEAM, FORUM, topic)
    with pytest.raises(TelegramBadRequest, match="message can't be forwarded"):
        await bot.forward_message(TEAM, FORUM, topic)


async def test_a_quiz_is_copied_only_when_its_answer_is_known(telegram: Telegram, bot: Bot) -> None:
    quiz = {**telegram.people.send(CLARA, "poll")["poll"], "type": "quiz"}
    said = telegram.people.raw(CLARA, {"poll": quiz})["message_id"]
    own = await bot.send_poll(CLARA, "?", [InputPollOption(text="a")], type="quiz", correct_option_ids=[0])

    with pytest.raises(TelegramBadRequest, match="message can't be copied"):
        await bot.copy_message(TEAM, CLARA, said)
    copied = await bot.copy_message(TEAM, CLARA, own.message_id)
    assert telegram.look.message(TEAM, copied.message_id)["poll"]["type"] == "quiz"


async def test_a_forward_names_its_origin(telegram: Telegram, bot: Bot) -> None:
    said = telegram.people.say(CLARA, "x")["message_id"]

    sent = await bot.forward_message(TEAM, CLARA, said)

    assert sent.forward_origin is not None
    assert sent.forward_origin.model_dump()["sender_user"]["id"] == CLARA
    assert sent.text == "x"


async def test_a_person_may_hide_behind_their_name(telegram: Telegram, bot: Bot) -> None:
    telegram.cast.add_user(CLARA, "Клара", last_name="К", hides_forwards=True)
    said = telegram.people.say(CLARA, "x")["message_id"]

    sent = await bot.forward_message(TEAM, CLARA, said)

    assert sent.forward_origin is not None
    assert sent.forward_origin.model_dump()["sender_user_name"] == "Клара К"


async def test_a_forward_of_a_forward_keeps_the_first_origin(telegram: Telegram, bot: Bot) -> None:
    post = telegram.people.say(ANNA, "news", chat=NEWS)["message_id"]
    first = await bot.forward_message(TEAM, NEWS, post)

    second = await bot.forward_message(CLARA, TEAM, first.message_id)

    assert second.forward_origin is not None
    assert second.forward_origin.type == "channel"


async def test_protected_content_cannot_be_forwarded(bot: Bot) -> None:
    sent = await bot.send_message(CLARA, "secret", protect_content=True)

    with pytest.raises(TelegramBadRequest, match="protected content and can't be forwarded"):
        await bot.forward_message(TEAM, CLARA, sent.message_id)


async def test_many_are_copied_at_once_and_albums_stay_together(telegram: Telegram, bot: Bot) -> None:
    said = [item["message_id"] for item in telegram.people.album(CLARA, [{"kind": "photo"}, {"kind": "photo"}])]
    said.append(telegram.people.say(CLARA, "x")["message_id"])

    copied = await bot.copy_messages(TEAM, CLARA, [*said, 999])

    shown = [telegram.look.message(TEAM, one.message_id) for one in copied]
    assert len(shown) == 3
    assert shown[0]["media_group_id"] == shown[1]["media_group_id"]
    assert shown[0]["media_group_id"] != telegram.look.message(CLARA, said[0])["media_group_id"]


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([2, 1], "message identifiers must be in a strictly increasing order"),
        (list(range(1, 102)), "too many message identifiers specified"),
        ([998, 999], "there are no messages to (copy|forward)"),
        ([], "message identifiers are not specified"),
    ],
)
async def test_the_list_of_many_is_checked(ask: Ask, numbers: list[int], words: str) -> None:
    for method in ("copyMessages", "forwardMessages"):
        answer = await ask(method, chat_id=TEAM, from_chat_id=CLARA, message_ids=numbers)
        with pytest.raises(AssertionError, match=words):
            raise AssertionError(answer["description"])


async def test_a_caption_longer_than_a_bots_cannot_be_copied(telegram: Telegram, bot: Bot) -> None:
    """People who pay may write up to 4096 characters under a picture."""
    telegram.cast.add_user(CLARA, "Клара", is_premium=True)
    said = telegram.people.send(CLARA, "photo", caption="x" * 1500)["message_id"]

    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.copy_message(FORUM, CLARA, said)


async def test_many_are_forwarded_at_once(telegram: Telegram, bot: Bot) -> None:
    said = [telegram.people.say(CLARA, text)["message_id"] for text in ("one", "two")]

    sent = await bot.forward_messages(TEAM, CLARA, said)

    assert [telegram.look.message(TEAM, one.message_id)["text"] for one in sent] == ["one", "two"]
