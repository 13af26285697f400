"""Clients' words: each is in exactly one message of exactly one ticket, the right one, and stands in its topic."""

from tests.faults.crash.evidence import Evidence, Row
from tests.faults.crash.ledger import Word
from tests.faults.crash.tally import Faults, Five
from tests.faults.crash.town import said


def reckoned(evidence: Evidence, faults: Faults) -> list[Five]:
    homes = {marker: evidence.rows_with(marker, "in") for marker in evidence.ledger.words}
    _tickets(evidence, homes, faults)
    _edits(evidence, homes, faults)
    _journal(evidence, faults)
    lines = [_channel(evidence, name, homes, faults) for name in ("telegram", "email")]
    return [*lines, _shown(evidence, homes, faults), _topics(evidence, faults)]


def _channel(evidence: Evidence, name: str, homes: dict[str, list[Row]], faults: Faults) -> Five:
    line = Five(name=f"clients' words by {name}")
    fetched = {row.id: row.recorded_at for row in evidence.journal}
    for word in evidence.ledger.words.values():
        if word.channel != name:
            continue
        line.attempted += 1
        line.acknowledged += 1
        found = homes[word.marker]
        if not found:
            line.lost += 1
            faults.add("lost", f"{word.marker} by {name} is in no ticket")
            continue
        if len(found) > 1:
            line.duplicated += len(found) - 1
            faults.add("twice", f"{word.marker} by {name} is in {len(found)} messages of {_named(found)}")
        first = found[0]
        if any(fetched[first.journal] <= kill < first.recorded_at for kill in evidence.kills):
            line.recovered += 1
        _once(evidence, word, first, faults)
    return line


def _named(rows: list[Row]) -> str:
    return ", ".join(f"#{row.ticket}" for row in rows)


def _once(evidence: Evidence, word: Word, row: Row, faults: Faults) -> None:
    """A request is created once, and more words move their ticket once."""
    if word.root == word.marker:
        events = [one for one in evidence.events if one.kind == "created" and one.ticket == row.ticket]
    else:
        events = evidence.events_of("client_wrote", row.id)
    faults.once(len(events), f"{word.marker} moved its ticket")


def _tickets(evidence: Evidence, homes: dict[str, list[Row]], faults: Faults) -> None:
    """One ticket for each request, and no other ticket."""
    roots = {word.root for word in evidence.ledger.words.values()}
    if len(evidence.tickets) != len(roots):
        faults.add("wrong", f"{len(roots)} requests became {len(evidence.tickets)} tickets")
    for word in evidence.ledger.words.values():
        where = {row.ticket for row in homes[word.marker]}
        wanted = {row.ticket for row in homes[word.root]}
        if where and wanted and where != wanted:
            faults.add("wrong", f"{word.marker} is in {where}, its request {word.root} in {wanted}")


def _edits(evidence: Evidence, homes: dict[str, list[Row]], faults: Faults) -> None:
    for edit in evidence.ledger.edits:
        row = next(iter(homes[edit.of]), None)
        if row is None:
            continue
        versions = [one for one in evidence.versions if one.message == row.id]
        events = evidence.events_of("edited", row.id)
        faults.once(len(versions), f"the edit {edit.marker} kept the words before it")
        faults.once(len(events), f"the edit {edit.marker} was recorded")
        if edit.marker not in row.text:
            faults.add("lost", f"the edit {edit.marker} of {edit.of}, now {row.text!r}")


def _journal(evidence: Evidence, faults: Faults) -> None:
    for row in evidence.journal:
        if row.state != "done":
            faults.add("wrong", f"journal row {row.id} is {row.state}: {row.reason}")


def _shown(evidence: Evidence, homes: dict[str, list[Row]], faults: Faults) -> Five:
    """Staff see every word in its ticket's topic. Cards quote words too, and do not count."""
    threads = {row.subject: row.remote for row in evidence.views if row.surface == "topic"}
    edits = {one.of for one in evidence.ledger.edits}
    line = Five(name="clients' words into topics")
    texts = [
        (one.get("message_thread_id"), said(one)) for one in evidence.room
        if "inline_keyboard" not in one.get("reply_markup", {})
    ]  # fmt: skip
    for marker, rows in homes.items():
        line.attempted += 1
        line.acknowledged += bool(rows)
        if not rows:
            continue
        copies = sum(marker in text for thread, text in texts if thread == threads.get(rows[0].ticket))
        # An edit shows the message again under its first copy, or instead of it when it came before.
        line.duplicated += max(0, copies - 1 - (marker in edits))
        if not copies:
            line.lost += 1
            faults.add("lost", f"{marker} is not in the topic of #{rows[0].ticket}")
    return line


def _topics(evidence: Evidence, faults: Faults) -> Five:
    """A topic made by a call whose answer a kill cut off stays behind empty: one for each kill at most."""
    line = Five(name="topics", attempted=len(evidence.tickets), acknowledged=len(evidence.tickets))
    line.duplicated = len(evidence.topics) - len(evidence.tickets)
    line.lost = sum(row.remote is None for row in evidence.views if row.surface == "topic")
    if line.lost:
        faults.add("lost", f"{line.lost} tickets have no topic")
    if line.duplicated > len(evidence.kills):
        faults.add("twice", f"{line.duplicated} topics too many")
    return line
