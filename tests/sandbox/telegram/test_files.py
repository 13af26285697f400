"""Files: their bytes, the limit on downloads, what gets lost."""

import asyncio

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile

from okno.sandbox.telegram import Telegram

CLARA, TEAM = 7, -1001000000002
BIG = 25 << 20


async def download(bot: Bot, file_id: str) -> bytes:
    file = await bot.get_file(file_id)
    assert file.file_path is not None
    data = await bot.download_file(file.file_path)
    assert data is not None
    return data.read()


async def test_what_a_person_sends_can_be_downloaded(telegram: Telegram, bot: Bot) -> None:
    sent = telegram.people.send(CLARA, "document", file=b"%PDF", name="Счёт.pdf")["document"]

    assert (sent["file_name"], sent["mime_type"], sent["file_size"]) == ("Счёт.pdf", "application/pdf", 4)
    assert await download(bot, sent["file_id"]) == b"%PDF"


async def test_what_a_bot_sends_can_be_seen(telegram: Telegram, bot: Bot) -> None:
    sent = await bot.send_document(CLARA, BufferedInputFile(b"\x00\xff\r\n--", filename="a.bin"))
    assert sent.document is not None

    assert telegram.look.file(sent.document.file_id) == b"\x00\xff\r\n--"


async def test_a_file_over_twenty_megabytes_cannot_be_downloaded_but_sent_on(telegram: Telegram, bot: Bot) -> None:
    big = telegram.people.send(CLARA, "video", size=BIG)["video"]

    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(big["file_id"])
    again = await bot.send_video(TEAM, big["file_id"])

    assert again.video is not None
    assert again.video.file_size == BIG


async def test_a_size_without_bytes_reads_as_zeros(telegram: Telegram, bot: Bot) -> None:
    sent = telegram.people.send(CLARA, "voice", size=20 << 20)["voice"]

    assert len(await download(bot, sent["file_id"])) == 20 << 20


async def test_a_lost_file_is_temporarily_unavailable(telegram: Telegram, bot: Bot) -> None:
    sent = telegram.people.send(CLARA, "document")["document"]["file_id"]
    telegram.look.lose_file(sent)

    with pytest.raises(TelegramBadRequest, match="wrong file_id or the file is temporarily unavailable"):
        await bot.get_file(sent)


async def test_a_made_up_id_is_invalid(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="invalid file_id"):
        await bot.get_file("made-up")


async def test_a_photo_comes_in_sizes_and_each_is_a_file(telegram: Telegram, bot: Bot) -> None:
    small, large = telegram.people.send(CLARA, "photo", content={"width": 1000, "height": 500})["photo"]

    assert (small["width"], small["height"], large["width"]) == (90, 45, 1000)
    assert small["file_unique_id"] != large["file_unique_id"]
    assert await download(bot, small["file_id"])


async def test_an_animation_is_told_as_a_document_too(telegram: Telegram) -> None:
    sent = telegram.people.send(CLARA, "animation", name="a.mp4")

    assert sent["document"]["file_id"] == sent["animation"]["file_id"]


async def test_fifty_megabytes_are_the_most_to_send(telegram: Telegram) -> None:
    """The size is told before the bytes, so none of them need be sent."""
    host, port = telegram.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /bot{telegram.bot.token}/sendDocument HTTP/1.1\r\nHost: x\r\nContent-Length: {52 << 20}\r\n\r\n"
    writer.write(head.encode())

    answer = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()

    assert answer.startswith(b"HTTP/1.1 413 ")


async def test_a_wrong_token_or_path_gives_nothing(telegram: Telegram, http: aiohttp.ClientSession) -> None:
    for path, status in (("bot1:x/documents/file_1", 401), (f"bot{telegram.bot.token}/documents/no", 404)):
        async with http.get(f"{telegram.url}/file/{path}") as answer:
            assert answer.status == status
