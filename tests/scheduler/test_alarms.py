"""From a channel's state to the words somebody reads: alarms and the statement as mails and as messages."""

from base64 import b64decode
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any, Final

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from okno.config.values import Config
from okno.notifier.rendering import Renderer
from okno.queue import journal, letters, roster, tables
from okno.queue.parts import Draft
from okno.queue.types import to_ms
from okno.scheduler.alarms import Alarms
from okno.scheduler.statements import Statements
from okno.texts import Texts
from tests.store.cast import LENA, NOON, Desk

LENA_MAIL: Final = "lena@studio.example"


@pytest.fixture(autouse=True)
async def noon(desk: Desk) -> None:
    await desk.on_duty(LENA)
    for account in (desk.bot, desk.box):
        await note(desk, account, ok_at=to_ms(NOON))


@pytest.fixture
def renderer(desk: Desk, config: Config) -> Renderer:
    texts = Texts(None, "ru", config.timezone)
    return Renderer(desk.store, texts, config, lambda: desk.policy, lambda: desk.now)


async def note(desk: Desk, account: int, **state: Any) -> None:
    await desk.act(roster.note, roster.Note(account=account, state=state))


async def speaks(desk: Desk, language: str, email: str = "") -> None:
    change = sa.update(tables.staff).where(tables.staff.c.name == "Лена").values(language=language, email=email)
    await desk.act(lambda tx, _command, _now: tx.run(change), None)


async def look(desk: Desk) -> None:
    await Alarms(desk.store, lambda: desk.policy, lambda: desk.now).look()


async def drafts(desk: Desk, renderer: Renderer, template: str) -> list[Draft]:
    found = await desk.letters(template=template)
    return [draft for one in found for draft in await renderer.drafts(await desk.store.read(renderer.gather, one))]


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [("ru", "Okno: канал не отвечает", "Осталось 23 часа"), ("en", "Okno: a channel is down", "23 hours")],
)
async def test_a_silent_telegram_is_a_mail_no_machine_answers(
    desk: Desk, renderer: Renderer, language: str, subject: str, words: str
) -> None:
    await speaks(desk, language, LENA_MAIL)
    await note(desk, desk.bot, down_since=to_ms(NOON), detail="Telegram cannot be reached")
    desk.later(minutes=3)

    await look(desk)
    [draft] = await drafts(desk, renderer, "alarm_channel_down")

    mail = message_from_bytes(b64decode(draft.payload["raw"]), policy=default)
    assert (draft.recipient, draft.payload["from"]) == (LENA_MAIL, "")
    assert (mail["Subject"], mail["To"], mail["Auto-Submitted"]) == (subject, LENA_MAIL, "auto-generated")
    assert mail["From"] == "Studio <support@example.com>"
    assert words in mail.get_content()
    assert "Telegram cannot be reached" in mail.get_content()


async def test_two_alarms_have_two_message_ids(desk: Desk) -> None:
    await speaks(desk, "ru", LENA_MAIL)
    await note(desk, desk.bot, down_since=to_ms(NOON))
    for hours in (0.1, 1):
        desk.later(hours=hours)
        await look(desk)

    ids = {one.header_id for one in await desk.letters(template="alarm_channel_down")}

    assert len(ids) == 2


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_every_alarm_reads_well_in_telegram(
    desk: Desk, renderer: Renderer, config: Config, language: str
) -> None:
    await speaks(desk, language)
    desk.with_policy(language=language)
    await note(desk, desk.box, down_since=to_ms(NOON), detail="login refused")
    desk.later(minutes=3)
    await look(desk)
    said = await drafts(desk, renderer, "alarm_channel_down")
    await note(desk, desk.box, down_since=None, ok_at=to_ms(desk.now))
    row = journal.Arrived(
        account=desk.box, external_id="1", digest=b"1", kind="mail", lane="l", happened_at=desk.now, payload=b"x"
    )  # fmt: skip
    [key] = await desk.act(journal.put, journal.Put(rows=[row]))
    await desk.act(journal.park, journal.Failed(id=key, tries=0, reason="Unreadable: no From"))
    await look(desk)
    desk.later(days=1)
    await Statements(desk.store, lambda: desk.policy, config, lambda: desk.now).make()
    for template in ("alarm_channel_back", "alarm_parked", "statement"):
        said += await drafts(desk, renderer, template)

    assert len(said) == 6
    assert {draft.payload["method"] for draft in said} == {"sendMessage"}
    assert all(draft.payload["text"].strip() for draft in said)


async def test_an_alarm_that_comes_too_late_is_not_sent(desk: Desk, renderer: Renderer) -> None:
    await note(desk, desk.box, down_since=to_ms(NOON))
    desk.later(minutes=3)
    await look(desk)
    desk.later(hours=1)

    assert await drafts(desk, renderer, "alarm_channel_down") == []


async def test_the_log_says_what_nobody_can_be_told(desk: Desk) -> None:
    await note(desk, desk.bot, down_since=to_ms(NOON))
    desk.later(minutes=3)

    with capture_logs() as logs:
        await look(desk)

    assert [one["log_level"] for one in logs] == ["error"]
    assert (logs[0]["alarm"], logs[0]["account"]) == ("alarm_channel_down", desk.bot)


async def test_a_bounced_alarm_says_nothing_about_whether_telegram_reaches_them(desk: Desk) -> None:
    await speaks(desk, "ru", LENA_MAIL)
    await note(desk, desk.bot, down_since=to_ms(NOON))
    desk.later(minutes=3)
    await look(desk)

    [letter] = await desk.letters(template="alarm_channel_down")

    assert isinstance(letter, letters.Queued)
    assert (letter.channel, letter.staff) == ("email", None)
    assert letter.expires_at == NOON + timedelta(hours=1)
