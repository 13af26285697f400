"""Each way in which an SMTP server can fail an answer, and what becomes of the words then."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from okno.notifier import envelope
from okno.queue import health, letters
from okno.sandbox.mail.faults import Fault
from okno.scheduler.alarms import Alarms
from tests.stories.studio import ANNA, CLIENT, PATIENCE, ROOM, Studio, body, labels, studio


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio(tmp_path / "data") as made:
        yield made


async def asked(office: Studio) -> tuple[int, int]:
    """Clara has asked by mail and has her receipt; the topic, and the message a reply answers."""
    await office.writes_mail("Вопрос", "Когда будет готово?")
    topic = await office.topic(1)
    words = await office.feed("Когда будет готово?", topic=topic)
    await office.gets_mail("#1")
    return topic, words["message_id"]


def answers(office: Studio, place: tuple[int, int], words: str) -> None:
    office.says(ANNA, words, chat=ROOM, topic=place[0], reply_to=place[1])


def got(office: Studio, words: str) -> list[str]:
    """Message-IDs of the mails Clara has with these words of ours."""
    mails = [message_from_bytes(one.raw) for one in office.mail.messages(CLIENT)]
    return [str(mail["Message-ID"]) for mail in mails if words in body(mail)]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(at="connect", does="answer", code=421, text="4.3.2 closing", times=3),
        Fault(at="mail", does="answer", code=451, text="4.3.0 try later", times=2),
        Fault(at="rcpt", does="answer", code=450, text="4.2.0 greylisted", times=2),
        Fault(at="data", does="answer", code=451, text="4.3.0 try later", times=1),
        Fault(at="dot", does="answer", code=452, text="4.3.1 no room", times=1),
        Fault(at="data", does="cut", times=1),
    ],
    ids=lambda fault: f"{fault.at}-{fault.does}-{fault.code}",
)
async def test_what_was_not_taken_is_sent_later_and_once(office: Studio, fault: Fault) -> None:
    place = await asked(office)
    office.mail.faults.add(fault)

    answers(office, place, "Завтра в пять")

    await office.in_time(lambda: got(office, "Завтра в пять"), "the answer")
    assert len(got(office, "Завтра в пять")) == 1


async def test_a_cut_after_the_last_dot_is_tried_once_more_under_the_same_message_id(office: Studio) -> None:
    await office.on_duty(ANNA)
    place = await asked(office)
    office.mail.faults.add(Fault(at="dot", does="cut", delivered=True, times=1))

    answers(office, place, "Завтра в пять")

    await office.in_time(lambda: len(got(office, "Завтра в пять")) == 2 or None, "the second copy", step=20)
    assert len(set(got(office, "Завтра в пять"))) == 1
    await office.sees(ANNA, "дважды")


async def test_a_server_that_stays_silent_after_the_words_never_gets_them_a_third_time(office: Studio) -> None:
    await office.on_duty(ANNA)
    place = await asked(office)
    office.mail.faults.add(Fault(at="dot", does="cut", delivered=True, times=5))

    answers(office, place, "Завтра в пять")

    alert = await office.in_time(lambda: office.find(ANNA, "Ответ по заявке #1 не доставлен"), "the alert", step=20)
    assert "Повторить" in labels(alert)
    assert len(got(office, "Завтра в пять")) == 2


async def test_an_outage_of_days_loses_no_answer(office: Studio) -> None:
    place = await asked(office)
    office.mail.faults.add(Fault(at="connect", does="answer", code=421, text="4.3.2 down for days", times=40))

    answers(office, place, "Завтра в пять")
    answers(office, place, "И ещё одно")

    await office.in_time(lambda: got(office, "И ещё одно"), "the answers", step=1800)
    assert len(got(office, "Завтра в пять")) == 1


async def known_broken(office: Studio) -> None:
    """Waits until the answer was put off."""
    async with asyncio.timeout(PATIENCE):
        while not [one for one in await office.app.store.read(letters.of_message, 2) if one.hold_until]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def known(office: Studio, *, mute: bool) -> None:
    """Waits until the store knows whether there is a channel that cannot send."""
    async with asyncio.timeout(PATIENCE):
        while mute != any(one.mute_since for one in await office.app.store.read(health.channels, None)):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_staff_hear_of_a_mail_server_that_takes_nothing_and_of_its_return(office: Studio) -> None:
    place = await asked(office)
    for stage in ("connect", "mail"):
        office.mail.faults.add(Fault(at=stage, does="answer", code=421, text="4.3.2 closing", times=None))
    alarms = Alarms(office.app.store, lambda: office.app.policy, office.clock.now)

    answers(office, place, "Завтра в пять")
    await known(office, mute=True)
    office.clock.ahead += timedelta(minutes=3)
    await alarms.look()
    alarm = await office.sees(ROOM, "Отправка почты: нет связи")
    office.mail.faults.clear()
    await office.in_time(lambda: got(office, "Завтра в пять"), "the answer")
    await known(office, mute=False)
    await alarms.look()

    assert "4.3.2 closing" in alarm["text"]
    await office.sees(ROOM, "Отправка почты: связь вернулась")


@contextmanager
def broken_disk(office: Studio) -> Iterator[None]:
    """Nothing can be kept as a file."""
    place = office.app.store.files.coming
    away = place.with_name("away")
    place.rename(away)
    place.write_text("no folder")
    yield
    place.unlink()
    away.rename(place)


@pytest.fixture
def in_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a small mail is kept as a file."""
    monkeypatch.setattr(envelope, "_IN_ROW", 0)


@pytest.mark.usefixtures("in_files")
async def test_an_answer_that_a_broken_disk_holds_up_leaves_when_it_is_mended(office: Studio) -> None:
    place = await asked(office)

    with broken_disk(office):
        answers(office, place, "Завтра в пять")
        await known_broken(office)

    await office.in_time(lambda: got(office, "Завтра в пять"), "the answer", step=5)
    assert len(got(office, "Завтра в пять")) == 1


@pytest.mark.usefixtures("in_files")
async def test_an_answer_that_cannot_be_made_comes_back_to_its_author(office: Studio) -> None:
    await office.on_duty(ANNA)
    place = await asked(office)

    with broken_disk(office):
        answers(office, place, "Завтра в пять")
        alert = await office.in_time(lambda: office.find(ANNA, "Ответ по заявке #1 не доставлен"), "it", step=20)

    assert "Повторить" in labels(alert)
