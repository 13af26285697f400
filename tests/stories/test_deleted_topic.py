"""Telegram is only a view: what somebody deletes there comes back, and no word is lost meanwhile."""

import pytest

from tests.stories.studio import ANNA, ROOM, VERA, Studio


@pytest.mark.parametrize("error", ["message thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID"])
async def test_a_deleted_topic_is_made_anew_with_what_was_said(office: Studio, error: str) -> None:
    office.says(VERA, "Первое слово")
    old = await office.topic(1)
    await office.feed("Первое слово", topic=old)

    office.telegram.people.delete_topic(ANNA, old, chat=ROOM, error=error)
    office.says(VERA, "Второе слово")

    new = await office.topic(1)
    assert new != old
    await office.feed("Второе слово", topic=new)
    await office.feed("Первое слово", topic=new)


async def test_a_closed_topic_is_opened_again_for_the_next_word(office: Studio) -> None:
    office.says(VERA, "Первое слово")
    topic = await office.topic(1)
    await office.feed("Первое слово", topic=topic)

    office.telegram.people.close_topic(ANNA, topic, chat=ROOM)
    office.says(VERA, "Второе слово")

    await office.feed("Второе слово", topic=topic)


async def test_a_group_without_topics_is_worked_flat(office: Studio) -> None:
    office.telegram.cast.set_forum(ROOM, on=False)

    office.says(VERA, "Не открывается корзина")

    words = await office.feed("Вера, ")
    office.says(ANNA, "Смотрим", chat=ROOM, reply_to=words["message_id"])
    await office.sees(VERA, "Смотрим")
