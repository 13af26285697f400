"""The letter inside a forwarded one: who wrote it, about what, and its words. Only what a program wrote down is
believed.
"""

import re
from collections.abc import Sequence

from okno.intake.mail import addresses, attributions, blocks, charsets, separators
from okno.intake.mail.marked import Marked
from okno.intake.mail.values import Forwarded

_PREFIX = re.compile(
    r"\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|wg|tr|rv|enc|i|pd|vs|vl|vb|i̇lt|ilt|fs|videresend|redir\.?|doorst|пересл(?:ано)?|fwd\(\d+\)|перенапр)\s*[:：]\s*",
    re.IGNORECASE,
)
_MAILTO = re.compile(r"\[\s*mailto:\s*([^\]\s]{1,320})\s*\]|<\s*mailto:\s*([^>\s]{1,320})\s*>", re.IGNORECASE)
_END = re.compile(
    r"[\s>]*[-–—]{2,}\s*(?:завершение пересылаемого|конец пересылаемого|конец переадресованного|кінець пересланого"
    r"|end (?:of )?forwarded)",
    re.IGNORECASE,
)
# Yahoo writes the block on one line, its labels glued to what stands before; a short one counts only after a sign.
_LABELS = re.compile(
    r"(?=(?:От кого|Кому|Копия|Копія|Отправлено|Відправлено|Тема|From|Sent|Date|Subject|Gesendet|Betreff|Para|Envoyé"
    r"|Objet|Enviado"
    r"|Enviada em|Asunto|Assunto|Inviato|Oggetto|Wysłano|Temat)\s?:)"
    r"|(?<=[>\s;\"])(?=(?:От|Від|To|Cc|CC|Von|An|De|À|A|Da|Od|Do|DW)\s?:)"
)
_QUOTED_NAME = re.compile(r'"([^"]{1,100})"')
_SEARCHED = 20_000  # lines
_FORWARD_STARTS = 500  # lines that a forwarder writes above, at most


def is_forward(subject: str) -> bool:
    return _PREFIX.match(subject) is not None


def read(body: Marked, subject: str) -> Forwarded | None:
    """None when the text is no forward, or does not say whose letter it was."""
    lines = body.lines[:_SEARCHED]
    by_subject = is_forward(subject)
    for place, line in enumerate(lines):
        announced = separators.read(line)
        if announced and (announced[0] == "forwarded" or by_subject):
            return _after(announced[1], lines, place + 1, subject)
        if by_subject and not announced and place < _FORWARD_STARTS and (found := _unannounced(lines, place, subject)):
            return found
    return None


def _after(same_line: str, lines: Sequence[str], start: int, subject: str) -> Forwarded | None:
    """The letter after a line that announces it."""
    if same_line:
        own = [part.strip() for part in _LABELS.split(same_line) if part.strip()]
        return _from_block([*own, "", *lines[start:]], 0, subject)
    while start < len(lines) and not lines[start].strip("> \t"):
        start += 1
    return _from_block(lines, start, subject) or _from_attribution(lines, start, subject)


def _unannounced(lines: Sequence[str], place: int, subject: str) -> Forwarded | None:
    block = blocks.read(lines, place) if blocks.label(lines[place]) else None
    if block is not None:
        return _from_block(lines, place, subject) if block.certain else None
    return _from_attribution(lines, place, subject)


def _from_block(lines: Sequence[str], start: int, subject: str) -> Forwarded | None:
    block = blocks.read(lines, start) if start < len(lines) and blocks.label(lines[start]) else None
    if block is None or not block.values.get("from"):
        return None
    return _forwarded(block.values["from"], block.values.get("subject") or _PREFIX.sub("", subject), lines, block.end)


def _from_attribution(lines: Sequence[str], start: int, subject: str) -> Forwarded | None:
    for end in range(start, min(len(lines), start + 2)):
        plain = [line.lstrip("> ") for line in lines[start : end + 1]]
        if attributions.read(plain, end - start, quoted_next=False) == 0:
            return _forwarded(_writer(" ".join(plain)), _PREFIX.sub("", subject), lines, end + 1)
    return None


def _writer(text: str) -> str:
    """The name and address out of "21.11.2026, 14:05, "Ann" <ann@example.com>:"."""
    text = _MAILTO.sub(lambda found: f"<{found[1] or found[2]}>", text)
    name = _QUOTED_NAME.search(text)
    address = addresses.find(text)
    return f'"{name[1]}" <{address}>' if name and address else address


def _forwarded(writer: str, subject: str, lines: Sequence[str], start: int) -> Forwarded | None:
    writer = _MAILTO.sub(lambda found: f"<{found[1]}>" if found[1] else "", writer)
    address = addresses.find(writer).strip("*")
    name = writer.partition("<")[0].replace(address, "") if address else writer
    name = charsets.line(name).strip("\"'* []")
    return (
        Forwarded(address=address, name=name, subject=subject, text=_words(lines[start:])) if address or name else None
    )


def _words(lines: Sequence[str]) -> str:
    """What follows, without the forwarder's own signs of quotation when every line has one."""
    end = next((place for place, line in enumerate(lines) if _END.match(line)), len(lines))
    kept = list(lines[:end])
    if all(line.startswith(">") for line in kept if line.strip()):
        kept = [line[1:].removeprefix(" ") for line in kept]
    return "\n".join(kept).strip("\n")
