"""A row that cannot be dealt with never stops those behind it, in either channel."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from okno.errors import StoreError
from okno.intake.drain import Drain
from okno.queue import journal, tables
from okno.queue.bells import Bells
from okno.queue.transaction import Tx
from tests.stories.studio import PATIENCE, VERA, Studio, studio


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio(tmp_path / "data") as made:
        yield made


def _parked(tx: Tx, _nothing: None) -> list[str]:
    return list(tx.run(sa.select(tables.journal.c.reason).where(tables.journal.c.state == "parked")).scalars())


async def parked(office: Studio) -> str:
    """Why the one parked row is parked, once it is."""
    async with asyncio.timeout(PATIENCE):
        while not (found := await office.app.store.read(_parked, None)):  # noqa: ASYNC110 - the store rings no bell
            await asyncio.sleep(0.02)
    [reason] = found
    return reason


def update(**facts: Any) -> dict[str, Any]:
    person = {"id": VERA, "is_bot": False, "first_name": "Вера"}
    return {"message_id": 50, "date": 1, "chat": {"id": VERA, "type": "private"}, "from": person, **facts}


async def test_a_date_no_calendar_has_stops_nobody(office: Studio) -> None:
    office.telegram.people.update("message", update(date=(1 << 40) - 1, text="Из будущего"))
    office.says(VERA, "Из настоящего")

    await office.feed("Из будущего")
    await office.feed("Из настоящего")


async def test_a_message_that_names_no_chat_stops_nobody(office: Studio) -> None:
    office.telegram.people.update("message", update(chat={"type": "private"}, text="Ниоткуда"))
    office.says(VERA, "Отсюда")

    await office.feed("Отсюда")
    assert "message.chat.id" in await parked(office)


async def test_a_mail_whose_file_is_gone_waits_alone_and_says_what_to_do(office: Studio) -> None:
    account = next(iter(office.app.policy.posts))
    row = journal.Arrived(
        account=account, external_id="INBOX/1/1", digest=b"lost", kind="mail", lane=f"mail:{account}",
        happened_at=office.clock.now(), payload=None, blob="ab" * 32,
    )  # fmt: skip
    await office.app.store.write(journal.put, journal.Put(rows=[row]), office.clock.now())
    await office.writes_mail("Счёт", "Пришлите счёт")

    await office.feed("Пришлите счёт")
    assert "put it back from a backup, then `okno retry`" in await parked(office)


class Full:
    """A store whose disk is full: what waits can be read, and nothing can be written."""

    worker = "only"

    def __init__(self) -> None:
        self.bells = Bells()
        self.refused = 0

    async def write(self, *_command: Any) -> Any:
        self.refused += 1
        raise StoreError("The store could not write; is the disk full?")

    async def read(self, *_query: Any, **_options: Any) -> Any:
        raise AssertionError("nothing to read for")


async def test_a_full_disk_is_not_asked_again_and_again() -> None:
    store: Any = Full()
    drain = Drain(store, lambda: None, None, None, lambda: None, print)  # type: ignore[arg-type,return-value]

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(drain.run(), 0.5)

    assert store.refused == 1
