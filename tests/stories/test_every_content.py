"""Whatever a client can send becomes a line of a ticket that staff see; what nobody knows is named and kept."""

from typing import Any

import pytest

from okno.queue import attachments, journal, messages
from tests.stories.studio import ROOM, VERA, Studio

FILES = ("photo", "document", "video", "animation", "audio", "voice", "video_note", "sticker")
OTHERS = {
    "location": "точка на карте", "venue": "Красная площадь", "contact": "Клара", "dice": "выпало",
    "poll": "Когда удобно", "story": "история", "game": "Змейка", "checklist": "Список", "paid_media": "платное",
    "giveaway": "розыгрыш", "invoice": "Счёт",
}  # fmt: skip


async def line(office: Studio, message: dict[str, Any]) -> tuple[messages.Message, list[attachments.Attachment]]:
    """The stored message that stands for what Vera sent."""
    found: list[Any] = []

    def look(tx: Any, _nothing: None) -> Any:
        one = messages.natural(tx, office.app.policy.bot or 0, VERA, str(message["message_id"]))
        return (one, attachments.of_messages(tx, [one.id])) if one else None

    import asyncio

    for _ in range(700):
        found = await office.app.store.read(look, None)
        if found:
            return found[0], found[1]
        await asyncio.sleep(0.02)
    raise AssertionError(f"never stored: {message}\n{office.scene()}")


@pytest.mark.parametrize("kind", FILES)
async def test_a_file_of_any_kind_is_kept_and_shown(office: Studio, kind: str) -> None:
    sent = office.telegram.people.send(VERA, kind, caption="" if kind in {"sticker", "video_note"} else "смотрите")

    stored, files = await line(office, sent)

    assert [one.kind for one in files] == [kind]
    topic = await office.topic(stored.ticket)
    await office.until(
        lambda: [one for one in office.telegram.look.messages(ROOM, topic=topic) if kind in one], f"{kind} in the topic"
    )


@pytest.mark.parametrize(("kind", "words"), OTHERS.items())
async def test_content_without_a_file_is_told_in_words(office: Studio, kind: str, words: str) -> None:
    sent = office.telegram.people.send(VERA, kind)

    stored, _ = await line(office, sent)

    await office.feed(words, topic=await office.topic(stored.ticket))


async def test_a_kind_nobody_knows_is_named_and_kept_raw(office: Studio) -> None:
    sent = office.telegram.people.raw(VERA, {"hologram": {"depth": 3}})

    stored, _ = await line(office, sent)

    await office.feed("hologram", topic=await office.topic(stored.ticket))
    assert stored.data["facts"] == [{"kind": "unknown", "name": "hologram"}]


@pytest.mark.parametrize("origin", [
    {"type": "user", "sender_user": {"id": 9, "is_bot": False, "first_name": "Пётр"}},
    {"type": "hidden_user", "sender_user_name": "Пётр"},
    {"type": "hidden_user"},
    {"type": "chat", "sender_chat": {"id": -100777, "type": "supergroup", "title": "Пётр и ко"}},
    {"type": "channel", "chat": {"id": -100778, "type": "channel", "title": "Пётр вещает"}, "message_id": 4},
    {"type": "comet"},
])  # fmt: skip
async def test_a_forward_keeps_its_origin_even_one_no_library_can_parse(office: Studio, origin: dict[str, Any]) -> None:
    fields = {"forward_origin": {"date": 1, **origin}, "text": "вот что мне написали"}
    sent = office.telegram.people.raw(VERA, fields)

    stored, _ = await line(office, sent)

    shown = await office.feed("вот что мне написали", topic=await office.topic(stored.ticket))
    assert "ереслано" in shown["text"]


async def test_an_album_stands_together_and_every_item_is_kept(office: Studio) -> None:
    items = office.telegram.people.album(VERA, [{"kind": "photo", "caption": "вид спереди"}] + [{"kind": "photo"}] * 3)

    stored = [await line(office, item) for item in items]

    topic = await office.topic(stored[0][0].ticket)
    assert {one.ticket for one, _ in stored} == {stored[0][0].ticket}
    shown = await office.until(lambda: _photos(office, topic, 4))
    assert len({one.get("media_group_id") for one in shown}) == 1


def _photos(office: Studio, topic: int, count: int) -> list[dict[str, Any]]:
    found = [one for one in office.telegram.look.messages(ROOM, topic=topic) if "photo" in one]
    return found if len(found) == count else []


async def test_a_file_too_big_to_fetch_goes_to_staff_by_its_id_and_the_client_hears_how_to_send_it(
    office: Studio,
) -> None:
    sent = office.telegram.people.send(VERA, "video", size=48 << 20, name="видео.mp4", caption="большое")

    stored, files = await line(office, sent)

    assert (files[0].state, files[0].reason) == ("failed", "too_big")
    topic = await office.topic(stored.ticket)
    await office.until(lambda: [one for one in office.telegram.look.messages(ROOM, topic=topic) if "video" in one])
    await office.sees(VERA, "20")


async def test_an_update_no_library_can_parse_never_stops_the_next_one(office: Studio) -> None:
    office.telegram.people.update("message", {"message_id": "nonsense", "chat": [], "from": 7})
    office.telegram.people.update("callback_query", {"id": {}, "from": None, "data": 5})
    office.telegram.people.update("edited_message", None)

    office.says(VERA, "а я всё ещё здесь")

    await office.feed("а я всё ещё здесь")
    parked = await office.app.store.read(journal.parked, 10)
    assert parked
    assert all(one.reason for one in parked)


async def test_a_reply_with_a_quote_shows_what_was_quoted(office: Studio) -> None:
    first = office.says(VERA, "Сайт упал в полдень, а почта работает")
    await office.topic(1)

    office.says(VERA, "Вот об этом речь", reply_to=first["message_id"], quote="Сайт упал")

    shown = await office.feed("Вот об этом речь")
    assert "Сайт упал" in shown["text"]


async def test_hostile_text_is_shown_as_text(office: Studio) -> None:
    hostile = "<b>жирно</b> {{ config }} %s \u202e {0.__class__} <a href='tg://user?id=1'>x</a>"

    office.says(VERA, hostile)

    shown = await office.feed("{{ config }}")
    assert "<b>жирно</b>" in shown["text"]
    kinds = {one["type"] for one in shown.get("entities", [])}
    assert not kinds & {"text_link", "text_mention"}
