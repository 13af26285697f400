"""What left: every answer came to its client; what came twice was of unknown outcome, once for a kill and a lane."""

from collections import Counter
from typing import Final

from tests.faults.crash.evidence import Evidence, Row, grouped
from tests.faults.crash.ledger import Reply
from tests.faults.crash.tally import Faults, Five, Kind

Key = tuple[str, str]
# What the reactions on staff's own messages say (notifier.views.mark).
NOTED: Final = "✍"
SENT: Final = "👌"


def reckoned(evidence: Evidence, faults: Faults) -> list[Five]:
    _doubts(evidence, faults)
    lines = {
        (kind, channel): Five(name=f"{kind}s by {channel}")
        for kind in ("answer", "receipt", "alert")
        for channel in ("telegram", "email")
    }
    for (kind, channel), line in lines.items():
        _letters(evidence, kind, channel, line, faults)
    for reply in evidence.ledger.replies.values():
        _answer(evidence, reply, lines["answer", evidence.ledger.words[reply.to].channel], faults)
    _receipts(evidence, faults)
    return [line for line in lines.values() if line.attempted]


def _answer(evidence: Evidence, reply: Reply, line: Five, faults: Faults) -> None:
    """From the staff member's own words to the client's eyes, whatever the store thinks of it."""
    line.attempted += 1
    rows = evidence.rows_with(reply.marker, "out")
    if not rows:
        _not_said(evidence, reply, line, faults)
        return
    line.acknowledged += 1
    faults.once(len(rows), f"the answer {reply.marker} was said")
    who = evidence.ledger.words[reply.to].who
    copies = evidence.copies(reply.marker)
    if set(copies) - {who}:
        faults.add("wrong", f"the answer {reply.marker} for {who} came to {set(copies) - {who}}")
    if not copies.get(who):
        line.lost += 1
        faults.add("lost", f"the answer {reply.marker} never came to {who}")
    elif evidence.marks.get(reply.place[1]) != SENT:
        faults.add("wrong", f"the answer {reply.marker} came, its author sees {evidence.marks.get(reply.place[1])}")


def _not_said(evidence: Evidence, reply: Reply, line: Five, faults: Faults) -> None:
    """A reply to a message whose sending a crash cut off may be a note, if its author is told so."""
    kept = evidence.rows_with(reply.marker, "note")
    told = evidence.marks.get(reply.place[1]) == NOTED or reply.place[1] in evidence.replied
    if len(kept) == 1 and told:
        line.turned_note += 1
        return
    line.lost += 1
    what = "a note that does not say so" if kept else "nowhere"
    faults.add("lost", f"the answer {reply.marker} is {what}")


def _letters(evidence: Evidence, kind: str, channel: str, line: Five, faults: Faults) -> None:
    """Each part arrived as often as its attempts allow: once if sent, once more at most for each unknown outcome."""
    letters = {row.id: row for row in evidence.letters if (row.kind, row.channel) == (kind, channel)}
    for row in letters.values():
        if row.state != "sent":
            faults.add("lost", f"the {kind} {row.key} is {row.state}")
    parts: dict[Key, list[Row]] = {}
    for row in evidence.parts:
        if row.letter in letters:
            parts.setdefault(_key(row, letters[row.letter]), []).append(row)
    attempts = grouped(evidence.attempts, "part")
    came = _by_mail(evidence) if channel == "email" else _by_telegram(evidence)
    if kind != "answer":
        line.attempted = line.acknowledged = len(letters)
    for key, same in parts.items():
        outcomes = Counter(one.outcome for row in same for one in attempts[row.id])
        line.in_doubt += outcomes["unknown"]
        line.duplicated += max(0, came[key] - len(same))
        line.recovered += max(0, came[key] - outcomes["sent"])
        if kind != "answer":
            line.lost += max(0, len(same) - came[key])
        if not outcomes["sent"] <= came[key] <= outcomes["sent"] + outcomes["unknown"]:
            how: Kind = "lost" if came[key] < outcomes["sent"] else "twice"
            faults.add(how, f"the {kind} {key} came {came[key]} times after {dict(outcomes)}")


def _key(part: Row, letter: Row) -> Key:
    return (part.recipient, letter.header_id or part.payload["text"])


def _by_telegram(evidence: Evidence) -> Counter[Key]:
    """As the calls said it: an alert's words may be edited later."""
    calls = (row["params"] for row in evidence.sends if row["method"] == "sendMessage")
    return Counter((str(params["chat_id"]), params["text"]) for params in calls)


def _by_mail(evidence: Evidence) -> Counter[Key]:
    return Counter((address, mail.id) for address, mails in evidence.inboxes.items() for mail in mails)


def _receipts(evidence: Evidence, faults: Faults) -> None:
    letters = [row for row in evidence.letters if row.kind == "receipt"]
    for ticket, rows in grouped(letters, "ticket").items():
        faults.once(len(rows), f"#{ticket} has a receipt")


def _doubts(evidence: Evidence, faults: Faults) -> None:
    """An outcome is unknown only where a kill fell between the attempt and its end, once in a lane for each kill."""
    lanes = {row.id: row.lane for row in evidence.parts}
    seen: Counter[tuple[str, object]] = Counter()
    for row in evidence.attempts:
        if row.outcome in {"unknown", "died_before"}:
            seen[lanes[row.part], _kill(evidence, row)] += 1
        elif row.outcome != "sent":
            faults.add("wrong", f"attempt {row.id} of part {row.part} ended {row.outcome}: {row.reason}")
    for (lane, kill), number in seen.items():
        if kill is None:
            faults.add("wrong", f"lane {lane} was in doubt with no kill")
        elif number > 1:
            faults.add("wrong", f"lane {lane} had {number} in flight at one kill")


def _kill(evidence: Evidence, attempt: Row) -> object:
    return next((kill for kill in evidence.kills if attempt.started_at <= kill < attempt.ended_at), None)
