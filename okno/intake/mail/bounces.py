"""Letters that came back: reports of RFC 3464, X-Failed-Recipients, and the plain words of mail servers. A person's
mail is never one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from okno.intake.mail import addresses, automatic, charsets, encoded, headers, ids
from okno.intake.mail.bodies import Contents
from okno.intake.mail.headers import Headers
from okno.intake.mail.values import Bounced

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.])([45])\d\d(?![\d.])")
_SAYS_SO = re.compile(
    r"undeliver|returned unopened|user unknown|mail failed|failure notice|mail (?:system )?error"
    r"|(?:not|n't) (?:be|been) delivered|not delivered|(?:not|n't|un)\s?able to deliver"
    r"|(?:cannot|could not|failed to) (?:deliver|send)|failed (?:delivery|recipient)"
    r"|delivery (?:has )?(?:failed|failure|status|report|problem|notification|delayed)|mail delivery|message delayed"
    r"|delivery to the following|returned (?:mail|to sender|message)|permanent(?:ly)? (?:fatal )?(?:error|failure)"
    r"|non[- ]?remis|unzustellbar|nicht zugestellt|no se (?:pudo|ha podido) entregar"
    r"|недостав|не доставлен|ошибка доставки"
    r"|не (?:было |может быть |удалось |уда[её]тся )?доставл?(?:ен|ить)",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"delay|will (?:be )?(?:retr|keep trying|continue)|still (?:being )?(?:retried|trying)|warning:|задерж|ещ[её] не"
    r" доставлен",
    re.IGNORECASE,
)
_COPY = re.compile(
    r"^(?:[-\s]*(?:this is a copy|below this line|original message|оригинальное сообщение|исходное сообщение|the"
    r" body of the message|your message"
    r"|message headers? follow|included is a copy|returned message|unsent message|start of (?:the )?(?:returned"
    r"|original))|return-path:|received: )",
    re.IGNORECASE,
)
_MESSAGE_ID = re.compile(r"^[> \t]*message-id:\s*(<[^<>\s]{1,500}>)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_MOST = 50  # recipients of one report
_TEXT_LINES = 400
_REASON_CHARS = 500
_REASON_LINES = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Returned:
    is_bounce: bool
    bounced: tuple[Bounced, ...]
    ids: tuple[str, ...]


def read(top: Headers, contents: Contents) -> Returned:
    reported = [report for kind, report in contents.reports if kind.endswith("delivery-status")]
    bounced = _unique(found for report in reported for found in _recipients(report))
    if not bounced and not _delivered(reported) and _is_from_a_server(top, contents):
        bounced = _unique(_by_words(top, contents.words.text[:100_000]))
    is_bounce = bool(bounced)
    return Returned(is_bounce=is_bounce, bounced=bounced, ids=_ids(contents) if is_bounce or reported else ())


def _unique(found: Iterable[Bounced]) -> tuple[Bounced, ...]:
    by_address: dict[str, Bounced] = {}
    for bounced in found:
        if len(by_address) < _MOST:
            by_address.setdefault(bounced.address.lower(), bounced)
    return tuple(by_address.values())


def _blocks(report: bytes) -> list[Headers]:
    """Fields parted by empty lines; the first block is about the message, each other about one recipient."""
    blocks = re.split(rb"\n[ \t]*\n", report.replace(b"\r\n", b"\n").strip(b"\n"))
    return [headers.parse(block, 0, len(block))[0] for block in blocks[: _MOST * 4]]


def _delivered(reports: list[bytes]) -> bool:
    """Whether reports are here and all of them say that the letter arrived."""
    actions = [action for report in reports for block in _blocks(report) if (action := _action(block))]
    return bool(actions) and not any(action in {"failed", "delayed"} for action in actions)


def _action(block: Headers) -> str:
    return block.raw("action").partition(" ")[0].partition(";")[0].strip().lower()


def _recipients(report: bytes) -> Iterator[Bounced]:
    for block in _blocks(report):
        named = [
            found
            for name in ("original-recipient", "final-recipient", "x-actual-recipient")
            if (found := _typed(block, name))
        ]
        address, *others = named or [""]
        reason = charsets.line(
            encoded.decode(block.raw("diagnostic-code")).partition(";")[2] or block.raw("diagnostic-code")
        )
        status = _best_status(block.raw("status"), reason)
        action = _action(block) or {"4": "delayed", "5": "failed"}.get(status[:1], "")
        if address and action in {"failed", "delayed"}:
            final = next((one for one in others if one.lower() != address.lower()), "")
            yield Bounced(
                address=address, status=status, permanent=action == "failed", reason=reason[:_REASON_CHARS], final=final
            )


def _typed(block: Headers, name: str) -> str:
    """The address of "rfc822; ann@example.com"."""
    value = block.words(name)
    found = _ADDRESS.search(value.rpartition(";")[2] or value)
    return found[0] if found else ""


def _best_status(field: str, reason: str) -> str:
    """The status of the report, or the one its reason names when the first says only "failed"."""
    named, given = _STATUS.search(reason), _STATUS.search(field)
    if given is None:
        return named[1] if named else ""
    vague = given[1].endswith(".0.0")
    return named[1] if vague and named and named[1][0] == given[1][0] else given[1]


def _is_from_a_server(top: Headers, contents: Contents) -> bool:
    """A postmaster who writes in person has a return path, and encloses at most what servers wrote to them."""
    if automatic.is_server(top):
        return True
    if "return-path" in top or not automatic.SERVER.search(top.words("from")):
        return False
    enclosed = [headers.parse(letter, 0, len(letter))[0] for letter in contents.letters]
    if enclosed:
        return not any(automatic.SERVER.search(letter.words("from")) for letter in enclosed)
    return _MESSAGE_ID.search(contents.words.text[:100_000]) is not None


def _by_words(top: Headers, text: str) -> Iterator[Bounced]:
    """What a server wrote in its own words: believed only from a server, and where it names a recipient."""
    failed = [found.address for found in addresses.parse(top.raw("x-failed-recipients")) if found.address]
    lines = _own_lines(text)
    if failed:
        yield from (_bounced(address, lines) for address in failed)
        return
    told = _SAYS_SO.search(top.words("subject")) or _SAYS_SO.search("\n".join(lines[:40]))
    if told and not automatic.is_away(top):
        ours = {found.address.lower() for found in addresses.parse(top.raw("to"))}
        for address in _named(lines):
            if address.lower() not in ours and not automatic.SERVER.search(address):
                yield _bounced(address, lines)


def own_words(text: str) -> str:
    """What the server wrote, without the copy of the letter below it; all of it when it wrote nothing."""
    return "\n".join(_own_lines(text)).strip("\n") or text


def _own_lines(text: str) -> list[str]:
    """The server's words, without the copy of the letter below them."""
    lines = text.split("\n")[:_TEXT_LINES]
    end = next((place for place, line in enumerate(lines) if place > 1 and _COPY.match(line)), len(lines))
    return lines[:end]


def _named(lines: list[str]) -> Iterator[str]:
    """Addresses that stand where servers put recipients: at the beginning of a line, or in brackets."""
    for line in lines:
        for found in _ADDRESS.finditer(line[:1_000]):
            before = line[: found.start()].strip().lower()
            if not before.strip("<>*-•:\"'([") or before.endswith(("<", ":", " to", "user", "address", "for")):
                yield found[0]


def _bounced(address: str, lines: list[str]) -> Bounced:
    """The reason stands with the address or right below it; failing that, anywhere."""
    place = next((place for place, line in enumerate(lines) if address.lower() in line.lower()), 0)
    near = charsets.line(" ".join(lines[place : place + _REASON_LINES]))
    whole = "\n".join(lines)
    status = _STATUS.search(near) or _STATUS.search(whole)
    code = _CODE.search(near) or _CODE.search(whole)
    grade = status[1][0] if status else code[1] if code else "4" if _DELAY.search(whole) else "5"
    return Bounced(
        address=address, status=status[1] if status else "", permanent=grade == "5", reason=near[:_REASON_CHARS]
    )


def _ids(contents: Contents) -> tuple[str, ...]:
    """Message-IDs of the letters that came back, from what the report encloses."""
    enclosed = [*contents.letters, *(report for kind, report in contents.reports if kind.endswith("headers"))]
    found = [
        one for letter in enclosed for one in ids.parse(headers.parse(letter, 0, len(letter))[0].raw("message-id"))
    ]
    return tuple(dict.fromkeys(found or _MESSAGE_ID.findall(contents.words.text)))[:_MOST]
