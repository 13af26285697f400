"""The mail host over HTTP, as the demo page and other processes use it."""

import asyncio
import os
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from okno.sandbox.mail import MailHost, NoMailbox
from okno.sandbox.mail.reading import read

DESK = "support@desk.test"
CLIENT = "vera@client.test"
ROOT = "/sandbox/mail"
Page = TestClient[web.Request, web.Application]

QUESTION = (
    b"From: Support <support@desk.test>\r\nTo: vera@client.test\r\nSubject: Order 17\r\n"
    b"Date: Fri, 05 Jun 2026 14:05:00 +0300\r\nMessage-ID: <a-very-long-id-" + b"0" * 80 + b"@desk.test>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
) + "Какой у вас браузер?\r\n> Раньше было\r\n".encode()


async def answer(page: Page, host: MailHost, **more: Any) -> bytes:
    uid = host.deliver(CLIENT, QUESTION)
    sent = await page.post(f"{ROOT}/compose", json={"from": CLIENT, "text": "Firefox.", "in_reply_to": uid, **more})
    assert sent.status == 201, await sent.text()
    return host.messages(DESK)[-1].raw


async def test_it_lists_mailboxes_and_their_mails(page: Page, host: MailHost) -> None:
    host.deliver(DESK, QUESTION)

    boxes = await (await page.get(f"{ROOT}/mailboxes")).json()
    mails = await (await page.get(f"{ROOT}/mailboxes/{DESK}/messages")).json()

    assert boxes["mailboxes"] == [{"address": DESK, "messages": 1}, {"address": CLIENT, "messages": 0}]
    assert [(mail["subject"], mail["from"]) for mail in mails["messages"]] == [
        ("Order 17", "Support <support@desk.test>")
    ]


async def test_it_adds_a_mailbox_and_takes_a_raw_mail(page: Page, host: MailHost) -> None:
    await page.post(f"{ROOT}/mailboxes", json={"address": "new@desk.test", "password": "x"})
    put = await (await page.post(f"{ROOT}/mailboxes/new@desk.test/messages", data=QUESTION)).json()

    raw = await (await page.get(f"{ROOT}/mailboxes/new@desk.test/messages/{put['uid']}/raw")).read()
    assert raw == QUESTION


async def test_it_answers_as_a_mail_program_does(page: Page, host: MailHost) -> None:
    reading = read(await answer(page, host, name="Вера Кац"))

    assert (reading.sender, reading.to, reading.subject) == (f"Вера Кац <{CLIENT}>", DESK, "Re: Order 17")
    assert reading.text == (
        "Firefox.\n\nпт, 5 июн. 2026 г. в 14:05, Support <support@desk.test>:\n\n"
        "> Какой у вас браузер?\n>> Раньше было\n"
    )


async def test_it_writes_long_ids_as_they_are(page: Page, host: MailHost) -> None:
    raw = await answer(page, host)

    assert b"In-Reply-To: <a-very-long-id-" in raw.replace(b" \r\n ", b" ")
    assert read(raw).references == read(QUESTION).message_id


async def test_it_carries_attachments_there_and_back(page: Page, host: MailHost) -> None:
    picture = {"name": "снимок экрана.png", "type": "image/png", "base64": b64encode(b"\x89PNG\r\n").decode()}
    await answer(page, host, attachments=[picture])

    uid = host.messages(DESK)[-1].uid
    mail = await (await page.get(f"{ROOT}/mailboxes/{DESK}/messages/{uid}")).json()
    back = await page.get(f"{ROOT}/mailboxes/{DESK}/messages/{uid}/attachments/0")

    assert mail["attachments"] == [
        {"place": 0, "name": "снимок экрана.png", "type": "image/png", "inline": False, "size": 6}
    ]
    assert await back.read() == b"\x89PNG\r\n"


async def test_it_shows_a_mail_that_cannot_be_taken_apart(page: Page, host: MailHost) -> None:
    uid = host.deliver(DESK, b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n\xff" * 3)

    mail = await page.get(f"{ROOT}/mailboxes/{DESK}/messages/{uid}")

    assert mail.status == 200


async def test_it_says_what_smtp_refused(page: Page) -> None:
    sent = await page.post(f"{ROOT}/compose", json={"from": CLIENT, "to": "nobody@desk.test", "text": "?"})

    assert sent.status == 502
    assert "no such mailbox" in (await sent.json())["error"]


async def test_it_takes_faults_shows_and_clears_them(page: Page, host: MailHost) -> None:
    added = await (await page.post(f"{ROOT}/faults", json=[{"at": "rcpt", "code": 550, "times": 3}])).json()
    refused = await page.post(f"{ROOT}/compose", json={"from": CLIENT, "to": DESK, "text": "?"})
    left = await (await page.get(f"{ROOT}/faults")).json()
    cleared = await (await page.delete(f"{ROOT}/faults")).json()

    assert added["faults"][0]["times"] == 3
    assert refused.status == 502
    assert left["faults"][0]["times"] == 2
    assert cleared["faults"] == []


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("faults", {"at": "lunch"}, 400, "a fault happens at one of"),
        ("faults", {"at": "rcpt", "color": "red"}, 400, "color"),
        ("compose", {"from": CLIENT}, 400, "nobody to send to"),
        ("compose", {"from": CLIENT, "in_reply_to": 7}, 404, "no mail 7"),
        ("mailboxes/who@desk.test/renumber", {}, 404, "no mailbox who@desk.test"),
    ],
)
async def test_it_says_what_is_wrong_with_a_request(
    page: Page, path: str, body: object, status: int, words: str
) -> None:
    answered = await page.post(f"{ROOT}/{path}", json=body)

    assert answered.status == status
    assert words in (await answered.json())["error"]


async def test_it_tells_of_new_mail_to_whoever_waits(page: Page, host: MailHost) -> None:
    waiting = asyncio.create_task(page.get(f"{ROOT}/changes?since=0&seconds=30"))
    await asyncio.sleep(0.05)
    uid = host.deliver(DESK, QUESTION)

    told = await (await waiting).json()
    assert told == {"changes": [{"number": 1, "mailbox": DESK, "uid": uid}], "number": 1}


async def test_it_tells_nothing_when_nothing_is_new(page: Page, host: MailHost) -> None:
    host.deliver(DESK, QUESTION)

    told = await (await page.get(f"{ROOT}/changes?since=1&seconds=0.01")).json()

    assert told == {"changes": [], "number": 1}


async def test_it_comes_back_from_disk_as_it_was(host: MailHost, tmp_path: Path) -> None:
    host.deliver(DESK, QUESTION)
    host.mailboxes.renumber(DESK)
    host.save(tmp_path)
    again = MailHost()
    again.load(tmp_path)

    assert again.messages(DESK) == host.messages(DESK)
    assert again.mailboxes.inbox(DESK).uid_validity == host.mailboxes.inbox(DESK).uid_validity
    assert again.mailboxes.lets_in(DESK, 'пароль "с кавычками"')


async def test_it_saves_only_what_is_still_there(host: MailHost, tmp_path: Path) -> None:
    uid = host.deliver(DESK, QUESTION)
    host.save(tmp_path)
    await host.mailboxes.inbox(DESK).delete([uid])
    host.save(tmp_path)

    assert {name for _, _, names in os.walk(tmp_path) for name in names} == {"mailboxes.json"}


def test_it_refuses_mail_for_a_mailbox_it_does_not_have() -> None:
    with pytest.raises(NoMailbox, match="add it first"):
        MailHost().deliver("who@desk.test", QUESTION)
