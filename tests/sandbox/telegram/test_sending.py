"""What a bot can send and how it comes back."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import (
    BufferedInputFile,
    ForceReply,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    InputPollOption,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from okno.sandbox.telegram import Telegram
from okno.sandbox.telegram.images import size
from tests.sandbox.telegram.pictures import jpeg, png

CLARA, ANNA, STRANGER, FORUM, GROUP, TEAM, NEWS = 7, 1, 99, -1001000000001, -501, -1001000000002, -1001000000003
Ask = Any


def a_file(name: str = "note.txt", data: bytes = b"hello") -> BufferedInputFile:
    return BufferedInputFile(data, filename=name)


async def test_a_message_comes_back_whole(bot: Bot) -> None:
    sent = await bot.send_message(CLARA, "Здравствуйте")

    assert sent.from_user is not None
    assert (sent.from_user.id, sent.chat.id, sent.chat.type) == (bot.id, CLARA, "private")
    assert sent.text == "Здравствуйте"


async def test_each_chat_counts_its_own_messages(bot: Bot) -> None:
    private = [(await bot.send_message(CLARA, "x")).message_id for _ in range(2)]
    group = [(await bot.send_message(GROUP, "x")).message_id for _ in range(2)]

    assert private == [2, 3]
    assert group == [1, 2]


async def test_every_kind_of_content_can_be_sent(bot: Bot) -> None:
    photo = BufferedInputFile(png(), filename="a.png")
    sent: list[Message] = [
        await bot.send_photo(CLARA, photo, caption="c"),
        await bot.send_document(CLARA, a_file(), caption="c"),
        await bot.send_video(CLARA, a_file("v.mp4"), width=10, height=20, duration=3),
        await bot.send_animation(CLARA, a_file("a.mp4")),
        await bot.send_audio(CLARA, a_file("a.mp3"), performer="P", title="T"),
        await bot.send_voice(CLARA, a_file("v.ogg")),
        await bot.send_video_note(CLARA, a_file("n.mp4")),
        await bot.send_sticker(CLARA, a_file("s.webp")),
        await bot.send_location(CLARA, 55.7, 37.6),
        await bot.send_venue(CLARA, 55.7, 37.6, title="T", address="A"),
        await bot.send_contact(CLARA, "+7999", "K"),
        await bot.send_poll(CLARA, "When?", [InputPollOption(text="now"), InputPollOption(text="later")]),
        await bot.send_dice(CLARA, emoji="🎯"),
    ]

    assert [message.content_type for message in sent] == [
        "photo",
        "document",
        "video",
        "animation",
        "audio",
        "voice",
        "video_note",
        "sticker",
        "location",
        "venue",
        "contact",
        "poll",
        "dice",
    ]


async def test_a_file_is_sent_again_by_its_id(telegram: Telegram, bot: Bot) -> None:
    first = await bot.send_document(CLARA, a_file())
    assert first.document is not None

    again = await bot.send_document(GROUP, first.document.file_id)

    assert again.document == first.document
    assert first.document.mime_type == "text/plain"


async def test_a_file_keeps_its_kind_and_a_photo_is_never_a_document(telegram: Telegram, bot: Bot) -> None:
    video = telegram.people.send(CLARA, "video")["video"]["file_id"]
    photo = telegram.people.send(CLARA, "photo")["photo"][-1]["file_id"]

    assert (await bot.send_document(CLARA, video)).content_type == "video"
    with pytest.raises(TelegramBadRequest, match="can't use file of type Photo as Document"):
        await bot.send_document(CLARA, photo)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (jpeg(3000, 100), "PHOTO_INVALID_DIMENSIONS"),
        (jpeg(9000, 9000), "PHOTO_INVALID_DIMENSIONS"),
        (png() + bytes(10 << 20), "is too big for a photo; the maximum size is 10485760 bytes"),
        (b"", "file must be non-empty"),
    ],
)
async def test_a_photo_must_be_one(bot: Bot, data: bytes, words: str) -> None:
    with pytest.raises(TelegramBadRequest, match=words):
        await bot.send_photo(CLARA, BufferedInputFile(data, filename="a.jpg"))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (png(3, 4), (3, 4)),
        (jpeg(640, 480), (640, 480)),
        (b"GIF89a\x05\x00\x06\x00", (5, 6)),
        (b"BM" + bytes(16) + (7).to_bytes(4, "little") + (8).to_bytes(4, "little"), (7, 8)),
        (b"RIFF....WEBPVP8X" + bytes(8) + b"\x08\x00\x00\x09\x00\x00", (9, 10)),
        (b"\xff\xd8\xff", None),
        (b"text", None),
    ],
)
def test_the_size_of_a_picture_is_read_from_its_first_bytes(data: bytes, expected: tuple[int, int] | None) -> None:
    assert size(data) == expected


async def test_a_caption_over_1024_is_refused(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_document(CLARA, a_file(), caption="x" * 1025)


async def test_an_address_and_an_unknown_id_are_no_files(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="failed to get HTTP URL content"):
        await bot.send_photo(CLARA, "https://example.com/a.jpg")
    with pytest.raises(TelegramBadRequest, match="wrong file identifier/HTTP URL specified"):
        await bot.send_photo(CLARA, "made-up")


async def test_an_album_comes_back_as_messages_of_one_group(bot: Bot) -> None:
    photo = BufferedInputFile(png(), filename="a.png")
    sent = await bot.send_media_group(
        CLARA, [InputMediaPhoto(media=photo, caption="both"), InputMediaVideo(media=a_file("v.mp4"))]
    )

    assert [message.content_type for message in sent] == ["photo", "video"]
    assert sent[0].media_group_id == sent[1].media_group_id is not None
    assert (sent[0].caption, sent[1].caption) == ("both", None)


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        ("d", "an album has 2-10 items"),
        ("d" * 11, "too many messages to send as an album"),
        ("dp", "Document can't be mixed with other media types"),
        ("av", "Audio can't be mixed with other media types"),
    ],
)
async def test_an_album_has_two_to_ten_items_of_kinds_that_go_together(bot: Bot, kinds: str, words: str) -> None:
    makers: dict[str, Any] = {
        "d": lambda: InputMediaDocument(media=a_file()),
        "a": lambda: InputMediaAudio(media=a_file("a.mp3")),
        "v": lambda: InputMediaVideo(media=a_file("v.mp4")),
        "p": lambda: InputMediaPhoto(media=BufferedInputFile(png(), filename="a.png")),
    }
    with pytest.raises(TelegramBadRequest, match=words):
        await bot.send_media_group(CLARA, [makers[kind]() for kind in kinds])


async def test_a_missing_attachment_is_told(ask: Ask) -> None:
    answer = await ask("sendDocument", chat_id=CLARA, document="attach://gone")

    assert 'there is no file "gone" in the request' in answer["description"]


@pytest.mark.parametrize("chat", [123_456, -42, "@nowhere"])
async def test_an_unknown_chat_is_not_found(bot: Bot, chat: int | str) -> None:
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(chat, "x")


async def test_who_never_pressed_start_cannot_be_written_to(bot: Bot) -> None:
    with pytest.raises(TelegramForbiddenError, match="bot can't initiate conversation with a user"):
        await bot.send_message(STRANGER, "x")


async def test_who_blocked_the_bot_cannot_be_written_to_until_they_come_back(telegram: Telegram, bot: Bot) -> None:
    telegram.people.block(CLARA)
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(CLARA, "x")

    telegram.people.start(CLARA)

    assert (await bot.send_message(CLARA, "x")).text == "x"


async def test_a_deleted_account_cannot_be_written_to(telegram: Telegram, bot: Bot) -> None:
    telegram.cast.deactivate(CLARA)

    with pytest.raises(TelegramForbiddenError, match="user is deactivated"):
        await bot.send_message(CLARA, "x")


@pytest.mark.parametrize(
    ("chat", "status", "words"),
    [
        (FORUM, "kicked", "bot was kicked from the supergroup chat"),
        (FORUM, "left", "bot is not a member of the supergroup chat"),
        (GROUP, "kicked", "bot was kicked from the group chat"),
        (NEWS, "kicked", "bot was kicked from the channel chat"),
    ],
)
async def test_a_bot_thrown_out_cannot_write(telegram: Telegram, bot: Bot, chat: int, status: str, words: str) -> None:
    telegram.cast.set_bot_standing(chat, status)

    with pytest.raises(TelegramForbiddenError, match=words):
        await bot.send_message(chat, "x")


async def test_in_a_channel_the_bot_writes_in_its_name_and_only_with_the_right(telegram: Telegram, bot: Bot) -> None:
    sent = await bot.send_message(NEWS, "x")
    telegram.cast.set_bot_standing(NEWS, "administrator", rights={"can_post_messages": False})

    assert (sent.from_user, sent.sender_chat and sent.sender_chat.id) == (None, NEWS)
    with pytest.raises(TelegramBadRequest, match="need administrator rights in the channel chat"):
        await bot.send_message(NEWS, "x")


async def test_a_public_chat_is_known_by_its_name(telegram: Telegram, bot: Bot) -> None:
    telegram.cast.add_chat(-1007, "Public", "channel", owner=ANNA, username="okno_news")

    assert (await bot.send_message("@Okno_News", "x")).chat.id == -1007


async def test_a_reply_keyboard_stays_under_the_input_line(telegram: Telegram, bot: Bot) -> None:
    keys = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Да"), KeyboardButton(text="Нет")]])
    sent = await bot.send_message(CLARA, "?", reply_markup=keys)

    assert sent.reply_markup is None
    assert telegram.people.key(CLARA, "Да")["text"] == "Да"
    await bot.send_message(CLARA, "ok", reply_markup=ReplyKeyboardRemove())
    assert telegram.look.chat(CLARA)["keyboard"] is None


async def test_a_forced_reply_is_asked_for_until_the_person_writes(telegram: Telegram, bot: Bot) -> None:
    await bot.send_message(CLARA, "why?", reply_markup=ForceReply())
    assert telegram.look.chat(CLARA)["keyboard"] == {"force_reply": True}

    telegram.people.say(CLARA, "because")

    assert telegram.look.chat(CLARA)["keyboard"] is None


async def test_a_channel_takes_only_inline_keyboards(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="inline keyboard expected"):
        await bot.send_message(NEWS, "x", reply_markup=ForceReply())


async def test_some_keys_are_for_private_chats_only(bot: Bot) -> None:
    keys = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="phone", request_contact=True)]])

    with pytest.raises(TelegramBadRequest, match="phone number can be requested in private chats only"):
        await bot.send_message(TEAM, "x", reply_markup=keys)


async def test_an_unknown_chat_action_is_refused(bot: Bot) -> None:
    assert await bot.send_chat_action(CLARA, "typing")
    with pytest.raises(TelegramBadRequest, match="wrong parameter action in request"):
        await bot.send_chat_action(CLARA, "thinking")


async def test_a_poll_needs_its_answer_and_dice_a_known_emoji(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="wrong correct option ID"):
        await bot.send_poll(CLARA, "?", [InputPollOption(text="a")], type="quiz")
    with pytest.raises(TelegramBadRequest, match="wrong dice emoji"):
        await bot.send_dice(CLARA, emoji="🐸")


async def test_a_place_must_be_on_earth(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="wrong location specified"):
        await bot.send_location(CLARA, 95, 0)
