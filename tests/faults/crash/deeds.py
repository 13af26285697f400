"""What staff did: every press acted once, every note was taken down once, and nobody outside ever read one."""

from collections import Counter

from tests.faults.crash.evidence import Evidence
from tests.faults.crash.five import Five


def reckoned(evidence: Evidence, faults: list[str]) -> list[Five]:
    _answered(evidence, faults)
    return [_notes(evidence, faults), _priorities(evidence, faults), _takes(evidence, faults)]


def _notes(evidence: Evidence, faults: list[str]) -> Five:
    line = Five(name="notes")
    for marker in evidence.ledger.notes:
        rows = evidence.rows_with(marker, "note")
        line.attempted += 1
        line.acknowledged += bool(rows)
        line.lost += not rows
        line.duplicated += max(0, len(rows) - 1)
        events = [one for row in rows for one in evidence.events_of("noted", row.id)]
        if (len(rows), len(events)) != (1, 1):
            faults.append(f"the note {marker} is {len(rows)} messages with {len(events)} events")
        leaked = evidence.copies(marker)
        if leaked:
            faults.append(f"the note {marker} came to {leaked}")
    return line


def _answered(evidence: Evidence, faults: list[str]) -> None:
    for row in evidence.messages:
        if row.direction != "out":
            continue
        for kind in ("answered", "delivered"):
            number = len(evidence.events_of(kind, row.id))
            if number != 1:
                faults.append(f"answer {row.id} of #{row.ticket} has {number} events {kind}")


def _priorities(evidence: Evidence, faults: list[str]) -> Five:
    """Each press changes the priority once: the same press again would be one more event."""
    pressed = Counter(one.ticket for one in evidence.ledger.presses if one.verb == "set")
    changed = Counter(one.ticket for one in evidence.events if one.kind == "changed")
    line = Five(name="presses of priority", attempted=pressed.total(), acknowledged=changed.total())
    line.lost, line.duplicated = (pressed - changed).total(), (changed - pressed).total()
    faults += [
        f"#{ticket}: {pressed[ticket]} presses changed the priority {changed[ticket]} times"
        for ticket in pressed | changed
        if pressed[ticket] != changed[ticket]
    ]
    return line


def _takes(evidence: Evidence, faults: list[str]) -> Five:
    """A press may take nothing (it is theirs already, or a colleague's), but never twice."""
    pressed = Counter(one.ticket for one in evidence.ledger.presses if one.verb == "take")
    taken = Counter(one.ticket for one in evidence.events if one.kind == "taken")
    line = Five(name="presses of take", attempted=pressed.total(), acknowledged=pressed.total())
    line.duplicated = (taken - pressed).total()
    faults += [f"#{ticket} was taken more often than anybody pressed" for ticket in taken - pressed]
    return line
