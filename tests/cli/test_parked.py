"""`okno parked`, `okno retry`, `okno discard`: what stands still, and its two ways out."""

import asyncio

import pytest
import sqlalchemy as sa

from okno.errors import Refused
from okno.queue import journal, letters, parts, tables
from okno.queue.actions import delivery, parked
from okno.queue.actions.parked import Name
from tests.cli.conftest import Office
from tests.cli.test_mail_import import service
from tests.store.cast import ANNA, Desk

KEYS = {"id", "kind", "state", "what", "account", "other", "ticket", "at", "tries", "reason"}


async def garbage(desk: Desk) -> None:
    """An update nobody can read has been parked."""
    row = journal.Arrived(
        account=desk.bot, external_id="77", digest=b"d", kind="update", lane="x", happened_at=desk.now, payload=b"{}"
    )
    (key,) = await desk.act(journal.put, journal.Put(rows=[row]))
    await desk.act(journal.park, journal.Failed(id=key, tries=0, reason="KeyError: 'chat'"))


async def refused(desk: Desk) -> None:
    """Anna's answer to ticket 1 was refused by Telegram."""
    await desk.on_duty(ANNA)
    said = await desk.says(ANNA, await desk.asks(), "Смотрим")
    desk.later(minutes=1)
    (answer,) = await desk.letters(message=said.message, kind="answer")
    await refuse(desk, answer)


async def refuse(desk: Desk, answer: letters.Queued) -> None:
    """Lets the lane come as far as a refusal; what goes out before it, arrives."""
    ask = parts.Ask(lane=answer.lane, worker="w")
    while True:
        step = await desk.act(parts.advance, ask)
        if step.render is not None:
            draft = parts.Draft(recipient=step.render.recipient, payload={"method": "sendMessage", "text": "x"})
            ask = parts.Ask(lane=answer.lane, worker="w", letter=step.render.id, drafts=[draft])
            continue
        ask = parts.Ask(lane=answer.lane, worker="w")
        mine = step.part.letter == answer.id
        outcome = parts.Outcome(
            part=step.part, outcome="refused" if mine else "sent", reason=str(Refused("bot was blocked"))
        )
        await desk.act(delivery.report, delivery.Report(outcome=outcome, policy=desk.policy))
        if mine:
            return


async def states(desk: Desk) -> list[str]:
    return [one.state for one in await desk.letters(kind="answer")]


def test_nothing_parked_is_nothing_to_tell(office: Office) -> None:
    assert office.okno("parked", "--json").out == ""
    assert office.okno("parked").out == "Nothing is parked.\n"


def test_it_lists_arrivals_that_could_not_be_understood(office: Office) -> None:
    office.story(garbage)

    one = office.okno("parked", "--json").object

    assert one.keys() == KEYS
    assert (one["id"], one["kind"], one["state"], one["what"]) == ("j1", "journal", "parked", "update")
    assert (one["account"], one["other"], one["reason"]) == ("bot", "77", "KeyError: 'chat'")


def test_it_lists_letters_that_were_refused(office: Office) -> None:
    office.story(refused)

    one = office.okno("parked", "--json").object

    assert (one["kind"], one["state"], one["what"], one["ticket"]) == ("letter", "refused", "answer", 1)
    assert (one["other"], one["reason"]) == ("501", "bot was blocked")
    assert office.okno("ticket", "1", "--json").object["messages"][1]["delivery"] == "refused"


def test_a_refused_answer_that_was_sent_again_since_is_not_listed(on_sqlite: Office) -> None:
    async def told(desk: Desk) -> None:
        await refused(desk)
        (old,) = await desk.letters(kind="answer")
        again = letters.Letter(
            key="again", kind="answer", channel="telegram", account=old.account, recipient="501", template="answer",
            language="ru", identity=old.identity, ticket=1, message=old.message,
        )  # fmt: skip
        await desk.act(letters.write, again)

    on_sqlite.story(told)

    assert on_sqlite.okno("parked", "--json").out == ""


def test_an_arrival_tried_again_waits_for_the_drain(office: Office) -> None:
    office.story(garbage)

    said = office.okno("retry", "j1")

    async def waiting(desk: Desk) -> list[str]:
        return [row.state for row in await desk.rows("journal")]

    assert (said.code, said.out) == (0, "j1: is tried again\n")
    assert office.story(waiting) == ["waiting"]


def test_a_bare_number_is_the_journals(on_sqlite: Office) -> None:
    on_sqlite.story(garbage)

    assert on_sqlite.okno("retry", "1").code == 0


def test_a_letter_tried_again_leaves_with_the_same_parts(office: Office) -> None:
    office.story(refused)
    name = office.okno("parked", "--json").object["id"]

    said = office.okno("retry", name)

    async def due(desk: Desk) -> list[tuple[str, int]]:
        return [(row.state, row.tries) for row in await desk.rows("part", letter=int(name[1:]))]

    assert said.code == 0
    assert office.story(states) == ["leaving"]
    assert office.story(due) == [("queued", 0)]
    assert office.okno("parked", "--json").out == ""


def test_the_history_tells_that_an_answer_was_sent_again(on_sqlite: Office) -> None:
    on_sqlite.story(refused)

    on_sqlite.okno("retry", on_sqlite.okno("parked", "--json").object["id"])

    assert on_sqlite.okno("ticket", "1", "--json").object["events"][-1]["kind"] == "resent"


def test_a_letter_that_could_not_be_made_is_made_anew(on_sqlite: Office) -> None:
    async def impossible(desk: Desk) -> None:
        await refused(desk)
        change = sa.update(tables.part).where(tables.part.c.state == "refused")
        await desk.act(lambda tx, row, _now: tx.run(change.values(payload=row)), {"impossible": "no such template"})

    on_sqlite.story(impossible)

    on_sqlite.okno("retry", on_sqlite.okno("parked", "--json").object["id"])

    async def left(desk: Desk) -> int:
        return len(await desk.rows("part", state="refused"))

    assert on_sqlite.story(states) == ["queued"]
    assert on_sqlite.story(left) == 0


def test_what_is_discarded_is_kept_with_the_reason(office: Office) -> None:
    office.story(garbage)
    office.story(refused)
    names = [one["id"] for one in office.okno("parked", "--json").objects]

    said = office.okno("discard", *names, "--why", "the client called")

    async def reasons(desk: Desk) -> list[str]:
        rows = [row.reason for row in await desk.rows("journal", state="discarded")]
        return rows + [one.data["discarded"] for one in await desk.letters(kind="answer")]

    assert said.code == 0
    assert office.story(reasons) == ["the client called"] * 2
    assert office.okno("parked", "--json").out == ""
    assert office.okno("ticket", "1", "--json").object["messages"][1]["delivery"] == "refused"


def test_a_reason_is_needed(on_sqlite: Office) -> None:
    assert on_sqlite.okno("discard", "j1").code == 2
    assert on_sqlite.okno("discard", "j1", "--why", "  ").code == 2


@pytest.mark.parametrize("arguments", [(), ("x9",), ("j1", "--held")])
def test_an_id_that_is_none_is_wrong_usage(on_sqlite: Office, arguments: tuple[str, ...]) -> None:
    assert on_sqlite.okno("retry", *arguments).code == 2


def test_one_that_is_gone_does_not_stop_the_others(on_sqlite: Office) -> None:
    on_sqlite.story(garbage)

    said = on_sqlite.okno("retry", "j99", "j1")

    assert said.code == 1
    assert said.out == "j1: is tried again\n"
    assert "nothing parked has the id j99" in said.err


async def test_a_running_service_does_it(on_sqlite: Office) -> None:
    await asyncio.to_thread(on_sqlite.story, garbage)

    async with service(on_sqlite) as store:
        done = await asyncio.to_thread(on_sqlite.okno, "discard", "j1", "--why", "noise")
        again = await asyncio.to_thread(on_sqlite.okno, "retry", "j1")
        left = await store.read(parked.listed, 10)

    assert (done.code, done.out) == (0, "j1: is given up\n")
    assert again.code == 1
    assert left == []


async def test_letters_held_back_leave_when_released(on_sqlite: Office) -> None:
    def told() -> int:
        on_sqlite.story(refused)

        async def hold(desk: Desk) -> int:
            await desk.mails()
            count: int = await desk.act(parked.hold, None)
            return count

        return on_sqlite.story(hold)

    count = await asyncio.to_thread(told)
    listed = await asyncio.to_thread(on_sqlite.okno, "parked", "--json")
    async with service(on_sqlite):
        said = await asyncio.to_thread(on_sqlite.okno, "retry", "--held")

    assert count == len(said.out.splitlines()) > 0
    assert sum(one["state"] == "held" for one in listed.objects) == count


def test_a_part_in_flight_when_it_was_held_back_may_have_arrived(on_sqlite: Office) -> None:
    async def flying(desk: Desk) -> int:
        await desk.mails()
        (receipt,) = await desk.letters(kind="receipt")
        draft = parts.Draft(recipient=receipt.recipient, payload={})
        ask = parts.Ask(lane=receipt.lane, worker="w", letter=receipt.id, drafts=[draft])
        await desk.act(parts.advance, ask)
        await desk.act(parked.hold, None)
        await desk.act(parked.retry, Name(kind="letter", id=receipt.id))
        (part,) = await desk.rows("part", letter=receipt.id)
        assert part.state == "queued"
        return int(part.unknowns)

    assert on_sqlite.story(flying) == 1
