"""What staff did: every press acted once, every note was taken down once, and nobody outside ever read one."""

from collections import Counter

from tests.faults.crash.evidence import Evidence
from tests.faults.crash.tally import Faults, Five, Kind


def reckoned(evidence: Evidence, faults: Faults) -> list[Five]:
    _answered(evidence, faults)
    return [_notes(evidence, faults), _priorities(evidence, faults), _takes(evidence, faults)]


def _notes(evidence: Evidence, faults: Faults) -> Five:
    line = Five(name="notes")
    for marker in evidence.ledger.notes:
        rows = evidence.rows_with(marker, "note")
        line.attempted += 1
        line.acknowledged += bool(rows)
        line.lost += not rows
        line.duplicated += max(0, len(rows) - 1)
        events = [one for row in rows for one in evidence.events_of("noted", row.id)]
        faults.once(len(rows), f"the note {marker} was taken down")
        faults.once(len(events), f"the note {marker} was recorded")
        leaked = evidence.copies(marker)
        if leaked:
            faults.add("wrong", f"the note {marker} came to {leaked}")
    return line


def _answered(evidence: Evidence, faults: Faults) -> None:
    for row in evidence.messages:
        if row.direction != "out":
            continue
        for kind in ("answered", "delivered"):
            faults.once(len(evidence.events_of(kind, row.id)), f"answer {row.id} of #{row.ticket} was {kind}")


def _priorities(evidence: Evidence, faults: Faults) -> Five:
    """Each press changes the priority once: the same press again would be one more event."""
    pressed = Counter(one.ticket for one in evidence.ledger.presses if one.verb == "set")
    changed = Counter(one.ticket for one in evidence.events if one.kind == "changed")
    line = Five(name="presses of priority", attempted=pressed.total(), acknowledged=changed.total())
    line.lost, line.duplicated = (pressed - changed).total(), (changed - pressed).total()
    for ticket in pressed | changed:
        if pressed[ticket] != changed[ticket]:
            how: Kind = "lost" if pressed[ticket] > changed[ticket] else "twice"
            faults.add(how, f"#{ticket}: {pressed[ticket]} presses changed the priority {changed[ticket]} times")
    return line


def _takes(evidence: Evidence, faults: Faults) -> Five:
    """A press may take nothing (it is theirs already, or a colleague's), but never twice."""
    pressed = Counter(one.ticket for one in evidence.ledger.presses if one.verb == "take")
    taken = Counter(one.ticket for one in evidence.events if one.kind == "taken")
    line = Five(name="presses of take", attempted=pressed.total(), acknowledged=pressed.total())
    line.duplicated = (taken - pressed).total()
    for ticket in taken - pressed:
        faults.add("twice", f"#{ticket} was taken more often than anybody pressed")
    return line
