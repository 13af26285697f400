"""People in their apps, and what the bot is told of it."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import Update

from okno.sandbox.telegram import Misuse, Telegram
from okno.sandbox.telegram.media import DEFAULTS
from okno.sandbox.telegram.samples import SAMPLES

CLARA, ANNA, BORIS, STRANGER = 7, 1, 2, 99
FORUM, GROUP, TEAM, NEWS = -1001000000001, -501, -1001000000002, -1001000000003


async def only(bot: Bot) -> Update:
    (update,) = await bot.get_updates()
    return update


@pytest.mark.parametrize("kind", [*DEFAULTS, *SAMPLES])
async def test_every_kind_can_be_sent_and_read_by_a_library(telegram: Telegram, bot: Bot, kind: str) -> None:
    telegram.people.send(CLARA, kind)

    message = (await only(bot)).message

    assert message is not None
    assert message.content_type == kind


async def test_pressing_start_behind_a_link_carries_its_payload(telegram: Telegram, bot: Bot) -> None:
    telegram.people.start(STRANGER, "token-1")

    message = (await only(bot)).message

    assert message is not None
    assert message.text == "/start token-1"
    assert message.entities is not None
    assert message.entities[0].type == "bot_command"


async def test_a_text_can_be_marked_as_html(telegram: Telegram) -> None:
    said = telegram.people.say(CLARA, "a <b>b</b>", html=True)

    assert (said["text"], said["entities"]) == ("a b", [{"type": "bold", "offset": 2, "length": 1}])


async def test_an_album_arrives_as_separate_updates_of_one_group(telegram: Telegram, bot: Bot) -> None:
    telegram.people.album(CLARA, [{"kind": "photo", "caption": "both"}, {"kind": "video", "file": b"v"}])

    first, second = [update.message for update in await bot.get_updates()]

    assert first is not None
    assert second is not None
    assert first.media_group_id == second.media_group_id is not None
    assert (first.caption, second.caption) == ("both", None)


@pytest.mark.parametrize(
    "origin",
    [
        {"type": "user", "sender_user": {"id": 5, "is_bot": False, "first_name": "E"}},
        {"type": "hidden_user", "sender_user_name": "E"},
        {"type": "chat", "sender_chat": {"id": -5, "type": "group", "title": "G"}},
        {"type": "channel", "chat": {"id": -1005, "type": "channel", "title": "C"}, "message_id": 3},
    ],
    ids=lambda origin: str(origin["type"]),
)
async def test_a_forward_of_every_origin_is_read(telegram: Telegram, bot: Bot, origin: dict[str, Any]) -> None:
    telegram.people.forward(CLARA, origin, {"text": "from elsewhere"})

    message = (await only(bot)).message

    assert message is not None
    assert message.forward_origin is not None
    assert message.forward_origin.type == origin["type"]


async def test_payloads_that_no_library_reads_pass_through(telegram: Telegram) -> None:
    telegram.people.raw(CLARA, {"hologram": {"depth": 3}})
    telegram.people.update("message", {"anything": 1})
    telegram.people.update("kind_of_next_year", {"anything": 2})

    first, second, third = telegram.look.pending()

    assert first["message"]["hologram"] == {"depth": 3}
    assert first["message"]["from"]["id"] == CLARA
    assert second["message"] == {"anything": 1}
    assert third["kind_of_next_year"] == {"anything": 2}


async def test_an_edit_is_told_with_its_date(telegram: Telegram, bot: Bot) -> None:
    said = telegram.people.send(CLARA, "photo", caption="old")
    telegram.people.edit(CLARA, said["message_id"], caption="new #tag")

    _, update = await bot.get_updates()

    assert update.edited_message is not None
    assert (update.edited_message.caption, update.edited_message.content_type) == ("new #tag", "photo")


async def test_a_deletion_is_told_to_nobody(telegram: Telegram) -> None:
    said = telegram.people.say(CLARA, "x")["message_id"]
    telegram.cloud.queues[telegram.bot.id].clear()

    telegram.people.delete(CLARA, said)

    assert telegram.look.pending() == []
    assert [message["message_id"] for message in telegram.look.messages(CLARA)] == [1]


async def test_blocking_and_coming_back_are_told(telegram: Telegram, bot: Bot) -> None:
    telegram.people.block(CLARA)
    telegram.people.block(CLARA)
    telegram.people.unblock(CLARA)

    told = [update.my_chat_member for update in await bot.get_updates()]

    assert [change.new_chat_member.status for change in told if change] == ["kicked", "member"]


async def test_an_anonymous_administrator_writes_in_the_groups_name(telegram: Telegram, bot: Bot) -> None:
    telegram.cast.set_member(TEAM, ANNA, "creator", anonymous=True)
    sent = await bot.send_message(TEAM, "card")
    telegram.people.say(ANNA, "x", chat=TEAM)
    telegram.people.tap(ANNA, sent.message_id, data="x", chat=TEAM)

    said, pressed = await bot.get_updates()

    assert said.message is not None
    assert said.message.from_user is not None
    assert said.message.sender_chat is not None
    assert (said.message.from_user.id, said.message.sender_chat.id) == (1087968824, TEAM)
    assert pressed.callback_query is not None
    assert pressed.callback_query.from_user.id == ANNA


async def test_a_post_in_a_channel_is_its_own_kind_of_update(telegram: Telegram, bot: Bot) -> None:
    said = telegram.people.say(ANNA, "news", chat=NEWS)
    telegram.people.edit(ANNA, said["message_id"], text="more news", chat=NEWS)

    assert [update.event_type for update in await bot.get_updates()] == ["channel_post", "edited_channel_post"]


async def test_with_privacy_a_plain_member_sees_only_what_is_meant_for_it(telegram: Telegram, bot: Bot) -> None:
    telegram.cast.set_bot_standing(TEAM, "member")
    sent = await bot.send_message(TEAM, "?")
    for text in ("among us", "/help", "/help@other_bot", "hey @okno_bot"):
        telegram.people.say(ANNA, text, chat=TEAM)
    telegram.people.say(ANNA, "an answer", chat=TEAM, reply_to=sent.message_id)
    telegram.cast.set_bot(privacy=False)
    telegram.people.say(ANNA, "now seen", chat=TEAM)

    seen = [update.message.text for update in await bot.get_updates() if update.message]

    assert seen == ["/help", "hey @okno_bot", "an answer", "now seen"]


async def test_joining_and_leaving_leave_service_messages(telegram: Telegram, bot: Bot) -> None:
    telegram.cast.join(STRANGER, TEAM)
    telegram.cast.leave(STRANGER, TEAM)

    joined, left = [update.message for update in await bot.get_updates()]

    assert joined is not None
    assert left is not None
    assert (joined.content_type, left.content_type) == ("new_chat_members", "left_chat_member")


async def test_a_group_that_becomes_a_supergroup_says_so_on_both_sides(telegram: Telegram, bot: Bot) -> None:
    telegram.cast.migrate(GROUP, to=-1009)

    old, new = [update.message for update in await bot.get_updates()]

    assert old is not None
    assert new is not None
    assert (old.chat.id, old.migrate_to_chat_id) == (GROUP, -1009)
    assert (new.chat.id, new.migrate_from_chat_id) == (-1009, GROUP)


@pytest.mark.parametrize(
    "act",
    [
        lambda people: people.say(STRANGER, "x", chat=TEAM),
        lambda people: people.say(12345, "x"),
        lambda people: people.say(CLARA, "x", chat=-777),
        lambda people: people.say(CLARA, " "),
        lambda people: people.say(CLARA, "x" * 4097),
        lambda people: people.say(CLARA, "<b>x", html=True),
        lambda people: people.say(CLARA, "x", reply_to=999),
        lambda people: people.say(ANNA, "x", chat=FORUM, topic=55),
        lambda people: people.say(BORIS, "x", chat=NEWS),
        lambda people: people.send(CLARA, "telepathy"),
        lambda people: people.album(CLARA, [{"kind": "photo", "colour": "red"}]),
        lambda people: people.send(CLARA, "photo", caption="x" * 1025),
        lambda people: people.edit(CLARA, 999, text="x"),
        lambda people: people.delete(BORIS, 999, chat=TEAM),
        lambda people: people.vote(CLARA, 1, [0]),
        lambda people: people.key(CLARA, "nothing there"),
    ],
)
async def test_what_an_app_would_not_allow_is_misuse(telegram: Telegram, act: Any) -> None:
    with pytest.raises(Misuse):
        act(telegram.people)


async def test_who_blocked_the_bot_cannot_write_to_it(telegram: Telegram) -> None:
    telegram.people.block(CLARA)

    with pytest.raises(Misuse, match="unblock it first"):
        telegram.people.say(CLARA, "x")


async def test_nobody_edits_or_deletes_what_others_wrote(telegram: Telegram, bot: Bot) -> None:
    sent = await bot.send_message(TEAM, "x")

    with pytest.raises(Misuse, match="is not by user 2"):
        telegram.people.edit(BORIS, sent.message_id, text="y", chat=TEAM)
    with pytest.raises(Misuse, match="is not by user 2"):
        telegram.people.delete(BORIS, sent.message_id, chat=TEAM)
    telegram.people.delete(ANNA, sent.message_id, chat=TEAM)

    assert telegram.look.messages(TEAM) == []


async def test_a_contact_key_sends_ones_own_contact(telegram: Telegram, bot: Bot) -> None:
    keys = [[{"text": "phone", "request_contact": True}, {"text": "place", "request_location": True}]]
    where = telegram.find.chat(CLARA, None)
    where.keyboard = {"keyboard": keys}

    assert telegram.people.key(CLARA, "phone")["contact"]["user_id"] == CLARA
    assert "location" in telegram.people.key(CLARA, "place")


async def test_a_vote_in_an_open_poll_names_the_voter(telegram: Telegram, bot: Bot) -> None:
    poll = await bot.send_poll(CLARA, "?", ["yes", "no"], is_anonymous=False)
    telegram.people.vote(CLARA, poll.message_id, [1])

    counted, voted = await bot.get_updates()

    assert counted.poll is not None
    assert [option.voter_count for option in counted.poll.options] == [0, 1]
    assert voted.poll_answer is not None
    assert voted.poll_answer.option_ids == [1]
