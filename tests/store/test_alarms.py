"""Alarms: that a channel is down is said through the other one, at the hours that count, and that it is back."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest_asyncio
import sqlalchemy as sa

from okno.queue import journal, roster, tables
from okno.queue.actions import alarm
from okno.queue.letters import Queued
from okno.queue.types import to_ms
from tests.store.cast import LENA, NOON, ROOM, Desk

LENA_MAIL = "lena@studio.example"
ANNA_MAIL = "anna@studio.example"


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def noon(desk: Desk) -> None:
    """Lena leads, has pressed Start and reads mail; both channels have answered at noon."""
    await desk.on_duty(LENA)
    await address(desk, "Лена", LENA_MAIL)
    for one in (desk.bot, desk.box):
        await note(desk, one, ok_at=to_ms(NOON))
    await look(desk)


async def address(desk: Desk, name: str, email: str) -> None:
    change = sa.update(tables.staff).where(tables.staff.c.name == name).values(email=email)
    await desk.act(lambda tx, _command, _now: tx.run(change), None)


async def note(desk: Desk, account: int, **state: Any) -> None:
    await desk.act(roster.note, roster.Note(account=account, state=state))


async def down(desk: Desk, account: int, detail: str = "connection refused") -> datetime:
    await note(desk, account, down_since=to_ms(desk.now), detail=detail)
    return desk.now


async def up(desk: Desk, account: int) -> None:
    await note(desk, account, down_since=None, detail="", ok_at=to_ms(desk.now))


async def look(desk: Desk) -> list[alarm.Told]:
    told: list[alarm.Told] = await desk.act(alarm.watch, desk.policy)
    return told


async def looks(desk: Desk, until: datetime) -> None:
    """A look each ten minutes."""
    while desk.now < until:
        desk.later(minutes=10)
        await look(desk)


async def told(desk: Desk) -> list[tuple[str, str]]:
    return [(one.template, one.recipient) for one in await desk.letters() if one.template.startswith("alarm")]


async def last(desk: Desk) -> Queued:
    return (await desk.letters())[-1]


async def update(desk: Desk, number: int) -> None:
    row = journal.Arrived(
        account=desk.bot, external_id=str(number), digest=str(number).encode(), kind="update", lane="l",
        happened_at=desk.now, payload=b"{}",
    )  # fmt: skip
    await desk.act(journal.put, journal.Put(rows=[row]))


async def test_a_channel_that_stumbles_is_no_alarm(desk: Desk) -> None:
    await down(desk, desk.bot)
    desk.later(seconds=119)

    assert await look(desk) == []
    assert await told(desk) == []


async def test_a_silent_telegram_is_told_by_mail_after_two_minutes(desk: Desk) -> None:
    since = await down(desk, desk.bot)
    desk.later(minutes=2)

    [alarmed] = await look(desk)

    letter = await last(desk)
    assert (alarmed.reached, alarmed.level) == (1, 0)
    assert (letter.channel, letter.account, letter.recipient) == ("email", desk.box, LENA_MAIL)
    assert letter.data == {
        "service": "telegram", "account": "42", "since": since.isoformat(), "now": desk.now.isoformat(),
        "detail": "connection refused", "hours_left": 23,
    }  # fmt: skip
    assert letter.header_id is not None
    assert letter.header_id.endswith("@example.com>")


async def test_it_is_told_again_at_each_hour_that_counts_and_at_no_other(desk: Desk) -> None:
    await down(desk, desk.bot)

    await looks(desk, desk.now + timedelta(hours=26))

    left = [letter.data["hours_left"] for letter in await desk.letters()]
    assert left == [23, 23, 18, 12, 4]


async def test_two_workers_that_look_tell_it_once(desk: Desk) -> None:
    await down(desk, desk.bot)
    desk.later(minutes=3)

    await look(desk)
    again = await look(desk)

    assert again == []
    assert len(await told(desk)) == 1


async def test_a_silent_mailbox_is_told_in_telegram_to_the_room_and_the_leads(desk: Desk) -> None:
    await down(desk, desk.box, "login refused")
    desk.later(minutes=2)

    await look(desk)

    assert await told(desk) == [("alarm_channel_down", str(ROOM)), ("alarm_channel_down", str(LENA))]
    letter = await last(desk)
    assert (letter.channel, letter.data["service"], letter.data["hours_left"]) == ("telegram", "imap", None)


async def test_with_both_down_each_is_told_through_the_other(desk: Desk) -> None:
    await down(desk, desk.bot)
    await down(desk, desk.box)
    desk.later(minutes=2)

    await look(desk)

    by_account = [(one.account, one.recipient) for one in await desk.letters()]
    assert sorted(by_account) == sorted([(desk.box, LENA_MAIL), (desk.bot, str(ROOM)), (desk.bot, str(LENA))])


async def test_where_no_lead_has_an_address_all_who_have_one_are_told(desk: Desk) -> None:
    await address(desk, "Лена", "")
    await address(desk, "Анна", ANNA_MAIL)
    await down(desk, desk.bot)
    desk.later(minutes=2)

    await look(desk)

    assert await told(desk) == [("alarm_channel_down", ANNA_MAIL)]


async def test_that_nobody_can_be_told_is_said_to_the_log(desk: Desk) -> None:
    await address(desk, "Лена", "")
    await down(desk, desk.bot)
    desk.later(minutes=2)

    [alarmed] = await look(desk)

    assert alarmed.reached == 0
    assert await told(desk) == []


async def test_that_it_is_back_is_told_once_with_what_came_since(desk: Desk) -> None:
    since = await down(desk, desk.bot)
    await looks(desk, desk.now + timedelta(minutes=10))
    await up(desk, desk.bot)
    await update(desk, 7)
    await update(desk, 8)

    await look(desk)
    await look(desk)

    back = [one for one in await desk.letters() if one.template == "alarm_channel_back"]
    assert [one.recipient for one in back] == [LENA_MAIL, str(ROOM)]
    assert (back[0].data["received"], back[0].data["lost"]) == (2, 0)
    assert back[0].data["since"] == since.isoformat()


async def test_a_second_outage_is_told_anew(desk: Desk) -> None:
    for _ in range(2):
        await down(desk, desk.bot)
        await looks(desk, desk.now + timedelta(minutes=10))
        await up(desk, desk.bot)
        await looks(desk, desk.now + timedelta(minutes=10))

    words = [template for template, recipient in await told(desk) if recipient == LENA_MAIL]
    assert words == ["alarm_channel_down", "alarm_channel_back"] * 2


async def test_alarms_that_never_left_are_taken_back_when_it_is_over(desk: Desk) -> None:
    await down(desk, desk.bot)
    await looks(desk, desk.now + timedelta(hours=7))
    await up(desk, desk.bot)

    await look(desk)

    states = [(one.template, one.state) for one in await desk.letters() if one.recipient == LENA_MAIL]
    assert states == [("alarm_channel_down", "recalled")] * 3 + [("alarm_channel_back", "queued")]


async def test_an_alarm_is_not_worth_sending_once_the_next_is_due(desk: Desk) -> None:
    since = await down(desk, desk.bot)
    await looks(desk, desk.now + timedelta(hours=21))

    ends = [letter.expires_at for letter in await desk.letters()]

    assert ends == [*(since + timedelta(hours=hours) for hours in (1, 6, 12, 20)), None]


async def test_what_telegram_forgot_in_a_long_silence_is_counted(desk: Desk) -> None:
    await update(desk, 100)
    await down(desk, desk.bot)
    await looks(desk, desk.now + timedelta(hours=30))
    await up(desk, desk.bot)
    await update(desk, 104)
    await update(desk, 105)

    await look(desk)

    assert (await last(desk)).data["lost"] == 3


async def test_a_missing_number_after_a_short_silence_is_no_loss(desk: Desk) -> None:
    """A pressed button is kept for minutes only: its number is missing, and no message is."""
    await update(desk, 100)
    await down(desk, desk.bot)
    await looks(desk, desk.now + timedelta(hours=5))
    await up(desk, desk.bot)
    await update(desk, 104)

    await look(desk)

    assert (await last(desk)).data["lost"] == 0


async def test_after_a_quiet_week_numbers_tell_nothing(desk: Desk) -> None:
    await update(desk, 100)
    desk.later(days=7)
    await up(desk, desk.bot)
    await look(desk)
    await down(desk, desk.bot)
    await looks(desk, desk.now + timedelta(minutes=10))
    await up(desk, desk.bot)
    await update(desk, 900_000)

    await look(desk)

    assert (await last(desk)).data["lost"] == 0


async def test_a_process_that_was_away_for_an_hour_is_an_outage_of_its_channels(desk: Desk) -> None:
    desk.later(hours=2)

    alarmed = await look(desk)

    assert [(one.account, one.level) for one in alarmed] == [(desk.bot, 1), (desk.box, 1)]
    letter = next(one for one in await desk.letters() if one.channel == "email")
    assert (letter.data["since"], letter.data["hours_left"]) == (NOON.isoformat(), 22)


async def test_a_process_that_was_away_for_less_says_nothing(desk: Desk) -> None:
    desk.later(minutes=59)

    assert await look(desk) == []


async def test_a_receiver_quicker_than_the_first_look_does_not_hide_the_outage(desk: Desk) -> None:
    desk.later(hours=5)
    await up(desk, desk.bot)
    await up(desk, desk.box)

    alarmed = await look(desk)

    assert {one.template for one in alarmed} == {"alarm_channel_back"}
    assert {one.data["since"] for one in await desk.letters()} == {NOON.isoformat()}


async def test_a_new_process_that_finds_it_down_counts_from_when_it_was_last_good(desk: Desk) -> None:
    desk.later(hours=13)
    await down(desk, desk.bot)
    await up(desk, desk.box)

    alarmed = await look(desk)

    assert alarm.Told(template="alarm_channel_down", account=desk.bot, reached=1, level=12) in alarmed
    about_bot = next(one for one in await desk.letters() if one.channel == "email")
    assert about_bot.data["since"] == NOON.isoformat()


async def test_an_outage_goes_on_over_a_restart(desk: Desk) -> None:
    await down(desk, desk.bot)
    await looks(desk, desk.now + timedelta(minutes=20))
    await down(desk, desk.bot, "still refused")

    await looks(desk, desk.now + timedelta(hours=1))

    assert [one.data["since"] for one in await desk.letters()] == [NOON.isoformat()] * 2


async def test_an_account_the_configuration_no_longer_names_is_no_concern(desk: Desk) -> None:
    await down(desk, desk.box)
    desk.with_policy(posts={})
    desk.later(hours=1)

    assert await look(desk) == []


async def test_a_channel_that_was_never_tried_is_no_concern(desk: Desk) -> None:
    await note(desk, desk.box, ok_at=None)
    desk.later(hours=9)
    await up(desk, desk.bot)

    alarmed = await look(desk)

    assert [one.account for one in alarmed] == [desk.bot]


async def parks(desk: Desk, number: int) -> None:
    await update(desk, number)
    row = (await desk.rows("journal", external_id=str(number)))[0]
    await desk.act(journal.park, journal.Failed(id=row.id, tries=0, reason="Unreadable: no From"))


async def test_parked_rows_are_told_to_the_leads_once(desk: Desk) -> None:
    await parks(desk, 1)
    await parks(desk, 2)

    first = await desk.act(alarm.parked, desk.policy)
    again = await desk.act(alarm.parked, desk.policy)

    letter = await last(desk)
    assert ([one.reached for one in first], again) == ([1], [])
    assert (letter.recipient, letter.template, letter.data["count"]) == (str(LENA), "alarm_parked", 2)
    assert letter.data["parked"][0]["reason"] == "Unreadable: no From"


async def test_only_what_was_parked_since_is_told(desk: Desk) -> None:
    await parks(desk, 1)
    await desk.act(alarm.parked, desk.policy)
    await parks(desk, 2)
    desk.later(minutes=1)

    await desk.act(alarm.parked, desk.policy)

    counts = [one.data["count"] for one in await desk.letters(template="alarm_parked")]
    assert counts == [1, 1]


async def mute(desk: Desk, account: int) -> datetime:
    """What is sent through it fails from now on."""
    await note(desk, account, out_down_since=to_ms(desk.now), out_detail="535 login refused")
    return desk.now


async def test_a_mailbox_that_cannot_send_is_told_while_something_waits_to_leave(desk: Desk) -> None:
    await desk.mails()
    since = await mute(desk, desk.box)
    desk.later(minutes=2)

    [alarmed] = await look(desk)

    letter = await last(desk)
    assert alarmed.reached == 2
    assert (letter.data["service"], letter.data["detail"]) == ("smtp", "535 login refused")
    assert (letter.data["since"], letter.data["hours_left"]) == (since.isoformat(), None)


async def test_a_mailbox_that_failed_to_send_once_is_no_alarm_when_nothing_waits(desk: Desk) -> None:
    await mute(desk, desk.box)
    desk.later(minutes=2)

    assert await look(desk) == []


async def test_that_it_sends_again_is_told_and_counts_no_arrivals(desk: Desk) -> None:
    await desk.mails()
    await mute(desk, desk.box)
    await looks(desk, desk.now + timedelta(minutes=10))
    await desk.mails("another")
    await note(desk, desk.box, out_down_since=None, out_detail="", out_ok_at=to_ms(desk.now))

    await look(desk)

    back = [one for one in await desk.letters() if one.template == "alarm_channel_back"]
    assert {one.recipient for one in back} == {str(ROOM), str(LENA)}
    assert (back[0].data["service"], back[0].data["received"]) == ("smtp", 0)


async def test_a_silent_telegram_that_cannot_send_either_is_one_outage(desk: Desk) -> None:
    await desk.asks()
    await down(desk, desk.bot)
    await mute(desk, desk.bot)
    desk.later(minutes=2)

    assert len(await look(desk)) == 1


async def test_no_alarm_goes_by_a_mailbox_that_has_no_way_to_send(desk: Desk) -> None:
    posts = {key: replace(post, sends=False) for key, post in desk.policy.posts.items()}
    desk.policy = replace(desk.policy, posts=posts)
    await down(desk, desk.bot)
    desk.later(minutes=2)

    [alarmed] = await look(desk)

    assert alarmed.reached == 0
