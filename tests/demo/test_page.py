"""The page's server with both sandboxes and no service: what it lets in, what it tells, whom it shows."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from okno.sandbox.mail import MailHost
from okno.sandbox.mail.letters import Draft
from okno.sandbox.page import Page, Stage, scene
from okno.sandbox.telegram import TOKEN, Telegram

STATIC = Path(scene.__file__).with_name("static")


class Visit:
    def __init__(self, url: str, http: aiohttp.ClientSession, stage: Stage, opened: list[Any]) -> None:
        self.url = url
        self.http = http
        self.stage = stage
        self.opened = opened

    async def changes(self, telegram: int, mail: int, wait: float = 0.0) -> Any:
        asked = {"telegram": str(telegram), "mail": str(mail), "wait": str(wait)}
        async with self.http.get(f"{self.url}/demo/changes", params=asked) as answer:
            return await answer.json()

    async def status(self, path: str, **headers: str) -> int:
        async with self.http.get(f"{self.url}{path}", headers=headers) as answer:
            return answer.status


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    telegram, mail, opened = Telegram(paced=False), MailHost(), list[Any]()
    stage = Stage(telegram, mail)
    stage.dress("ru")

    async def hear(language: str, zone: ZoneInfo) -> None:
        opened.append((language, zone.key))

    page = Page(stage, hear)
    await telegram.start()
    await mail.start()
    async with aiohttp.ClientSession() as http:
        yield Visit(await page.start(), http, stage, opened)
    await page.stop()
    await mail.stop()
    await telegram.stop()


@pytest.mark.parametrize("path", ["/sandbox/about", "/sandbox/mail/mailboxes", "/demo/changes"])
async def test_another_site_in_the_same_browser_is_turned_away(visit: Visit, path: str) -> None:
    own = await visit.status(path, **{"Sec-Fetch-Site": "same-origin"})
    other = await visit.status(path, **{"Sec-Fetch-Site": "cross-site"})
    posted = await visit.status(path, Origin="https://evil.example")

    assert (own, other, posted) == (200, 403, 403)


async def test_a_name_of_somebody_else_that_leads_here_is_turned_away(visit: Visit) -> None:
    assert await visit.status("/", Host="evil.example") == 403


async def test_nothing_but_its_own_files_may_run(visit: Visit) -> None:
    async with visit.http.get(f"{visit.url}/sandbox/users") as answer:
        policy = answer.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


async def test_it_tells_the_language_and_zone_of_the_browser(visit: Visit) -> None:
    for language, zone in (("ru-RU", "Asia/Omsk"), ("de", "Nowhere/Land")):
        body = {"language": language, "timezone": zone}
        async with visit.http.post(f"{visit.url}/demo/open", json=body) as answer:
            assert answer.status == 200

    assert visit.opened == [("ru", "Asia/Omsk"), ("en", "UTC")]


async def test_a_change_in_either_sandbox_ends_the_wait(visit: Visit) -> None:
    start = await visit.changes(0, 0)
    waiting = asyncio.create_task(visit.changes(start["telegram"]["next"], start["mail"]["next"], 20))
    await asyncio.sleep(0)
    await visit.stage.mail.send(Draft(sender=scene.CLARA, to=(scene.SUPPORT,), subject="Привет"))

    found = await asyncio.wait_for(waiting, 15)

    assert found["mail"]["changes"] == [{"mailbox": scene.SUPPORT, "uid": 101}]


async def test_a_message_that_asks_for_a_reply_says_so(visit: Visit) -> None:
    visit.stage.telegram.people.start(scene.VERA)
    before = (await visit.changes(0, 0))["telegram"]["next"]
    call = f"{visit.stage.telegram.url}/bot{TOKEN}/sendMessage"
    for markup in ({"force_reply": True, "input_field_placeholder": "Что ещё?"}, None):
        await visit.http.post(call, json={"chat_id": scene.VERA, "text": "?", "reply_markup": markup})

    found = (await visit.changes(before, 0))["telegram"]["changes"]

    assert [one.get("force_reply", {}).get("input_field_placeholder") for one in found] == ["Что ещё?", None]


async def test_a_dressed_stage_changes_only_the_names(visit: Visit) -> None:
    visit.stage.telegram.people.say(scene.ANNA, "заметка", chat=scene.ROOM)

    visit.stage.dress("en")

    assert [one["name"] for one in visit.stage.facts()["staff"]] == ["Anna", "Boris", "Lena"]
    assert [one["text"] for one in visit.stage.telegram.look.messages(scene.ROOM)] == ["заметка"]


async def test_the_first_lines_come_through_both_channels(visit: Visit) -> None:
    telegram = visit.stage.telegram
    for number in scene.STAFF:
        telegram.people.start(number)
        await visit.http.post(f"{telegram.url}/bot{TOKEN}/sendMessage", json={"chat_id": number, "text": "привет"})
    await visit.stage.play(breath=0)

    photo = telegram.look.messages(scene.IGOR)[-1]
    mails = visit.stage.mail.messages(scene.SUPPORT)

    assert photo["photo"][-1]["width"] == 640
    assert b"text/csv" in mails[-1].raw
    assert len(mails) == 2


@pytest.mark.parametrize("language", scene.LANGUAGES)
def test_every_language_has_the_same_people_and_lines(language: str) -> None:
    own, other = scene.load(language), scene.load("en")

    assert own.names.keys() == other.names.keys()
    assert [(one.who, bool(one.subject), one.picture) for one in own.lines] == [
        (one.who, bool(one.subject), one.picture) for one in other.lines
    ]


def test_the_page_has_each_word_in_both_languages() -> None:
    russian, english = (STATIC / "words.js").read_text("utf-8").split("  en: {")
    keys = [re.findall(r'\b(\w+): "', part.partition("};")[0]) for part in (russian, english)]
    used = {
        key for file in STATIC.glob("*.js") for key in re.findall(r'\b(?:t|empty): "(\w+)"', file.read_text("utf-8"))
    }

    assert keys[0] == keys[1]
    assert used <= set(keys[0])
