"""The meeting in a calendar part (RFC 5545): its first event, read line by line. No recurrence, no zones: what is shown
is what was written.
"""

import re

from okno.intake.mail.values import Invitation

_LONGEST = 200_000  # characters of a calendar looked at
_MOST_ATTENDEES = 100
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_ESCAPED = re.compile(r"\\([nN,;\\])")
_INVITING = {"REQUEST", "CANCEL", "REPLY", "COUNTER", "DECLINECOUNTER", "ADD", "REFRESH"}


def invites(found: Invitation) -> bool:
    """Whether it asks for or gives an answer (RFC 5546); a calendar merely attached does not."""
    return found.method in _INVITING


def words(found: Invitation) -> str:
    """What it says, without words of ours: for a mail that says nothing else."""
    when = " – ".join(time for time in (found.starts, found.ends) if time)
    return "\n".join(line for line in (found.summary, when, found.location, found.organizer, found.description) if line)


def read(text: str, method: str = "") -> Invitation | None:
    """None when there is no event in it. `method` is the parameter of the part's Content-Type."""
    facts: dict[str, str] = {}
    attendees: list[str] = []
    where = ""
    for line in _unfolded(text[:_LONGEST]):
        name, about, value = _property(line)
        if name == "BEGIN":
            where = value.upper()
        elif name == "END":
            if where == "VEVENT" or value.upper() == "VEVENT":
                break
            where = ""
        elif name == "METHOD":
            method = method or value
        elif where == "VEVENT" and name == "ATTENDEE" and len(attendees) < _MOST_ATTENDEES:
            attendees.append(_who(about, value))
        elif where == "VEVENT":
            facts.setdefault(name, _fact(name, about, value))
    return _invitation(facts, attendees, method) if where == "VEVENT" else None


def _invitation(facts: dict[str, str], attendees: list[str], method: str) -> Invitation:
    return Invitation(
        method=method.strip().upper()[:20],
        summary=facts.get("SUMMARY", ""),
        starts=facts.get("DTSTART", ""),
        ends=facts.get("DTEND", ""),
        location=facts.get("LOCATION", ""),
        organizer=facts.get("ORGANIZER", ""),
        attendees=tuple(attendees),
        description=facts.get("DESCRIPTION", ""),
    )


def _unfolded(text: str) -> list[str]:
    return text.replace("\n ", "").replace("\n\t", "").split("\n")


def _property(line: str) -> tuple[str, str, str]:
    """Name in capitals, parameters as written, value. A colon inside quotes parts nothing."""
    quoted = False
    for place, sign in enumerate(line[:2_000]):
        if sign == '"':
            quoted = not quoted
        elif sign == ":" and not quoted:
            name, _, about = line[:place].partition(";")
            return name.strip().upper(), about, line[place + 1 :].strip()
    return "", "", ""


def _fact(name: str, about: str, value: str) -> str:
    if name in {"DTSTART", "DTEND"}:
        return _time(about, value)
    if name == "ORGANIZER":
        return _who(about, value)
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def _time(about: str, value: str) -> str:
    found = _STAMP.match(value)
    if not found:
        return value
    year, month, day, hour, minute, universal = found.groups()
    zone = "UTC" if universal else _parameter(about, "TZID")
    return " ".join(part for part in (f"{year}-{month}-{day}", f"{hour}:{minute}" if hour else "", zone) if part)


def _who(about: str, value: str) -> str:
    address = value.partition(":")[2] if value.lower().startswith("mailto:") else value
    name = _parameter(about, "CN")
    return f"{name} <{address}>" if name and name != address else address


def _parameter(about: str, name: str) -> str:
    found = re.search(rf'(?:^|;){name}=(?:"([^"]*)"|([^;]*))', about, re.IGNORECASE)
    return ((found[1] or found[2]) if found else "").strip()
