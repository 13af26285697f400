"""The block of headers that a client writes into the body before the letter it quotes or forwards, in the languages of
Europe.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LABELS = {
    "from": "from|от|от кого|отправитель|від|від кого|von|de|expéditeur|da|mittente|od|van|fra|från|lähettäjä|feladó"
    "|kimden|gönderen|de la|remitente|remetente|nadawca|afzender|avsändare|šalje|expeditor|发件人",
    "date": "date|sent|sent on|дата|отправлено|отправлен|дата отправки|надіслано|відправлено|gesendet|datum"
    "|date d'envoi|envoyé|envoyé le|le|enviado|enviado el|fecha|data|inviato|data invio|enviada em|enviado em"
    "|wysłano|data wysłania|verzonden|sendt|dato|skickat|lähetetty|päiväys|päivämäärä|elküldve|dátum|tarih"
    "|gönderildi|gönderme tarihi|odesláno|odoslané|trimis|poslano|message du|dată|发送时间",
    "to": "to|кому|pour|adresat|an|à|destinataire|para|a|destinatario|do|aan|til|till|vastaanottaja|címzett|kime|komu"
    "|către|za|prima|收件人",
    "cc": "cc|копия|копія|kopie|kopia|copie à|copie|copia|bcc|скрытая копия|kopi|kopio|másolatot kap|bilgi",
    "subject": "subject|sujet|тема|betreff|objet|asunto|oggetto|assunto|temat|onderwerp|emne|ämne|aihe|tárgy|konu"
    "|předmět|predmet|subiect|主题",
    "reply": "reply-to|reply to|ответить|кому ответить|відповісти|antwort an|répondre à|responder a|rispondi a"
    "|odpowiedz do|antwoord aan|risposta",
}
_KIND = {label: kind for kind, labels in _LABELS.items() for label in labels.split("|")}
_LINE = re.compile(r"[\s>*_|\u200e\u200f\ufeff]*([^\W\d_][\w '’\-]{0,24}?)[ \t\xa0\u200e*]*[:：][ \t*]*(.*)")
_CONTINUED = re.compile(r"\s|[^<]{0,200}<[^<>@\s]{1,64}@[^<>@\s]{1,255}>|[\w.+-]{1,64}@[\w.-]{1,255}[;,]?\s*$")
_LONGEST_LINE = 300
_LONGEST_BLOCK = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    start: int
    end: int  # the first line after it
    values: dict[str, str]  # by kind: from, date, to, cc, subject, reply

    @property
    def certain(self) -> bool:
        """Enough of a client's hand to be no list of a person's own making or a contact form's."""
        return "from" in self.values and "date" in self.values and len(self.values) > 2  # noqa: PLR2004


def label(line: str) -> tuple[str, str] | None:
    """The kind of a "Label: value" line, and the value."""
    if ":" not in line[:60] and "：" not in line[:60]:
        return None
    found = _LINE.match(line[:_LONGEST_LINE])
    kind = _KIND.get(found[1].lower().replace("’", "'")) if found else None
    return (kind, found[2].strip(" \t*\u200e\u200f")) if found and kind else None


def read(lines: Sequence[str], start: int) -> Block | None:
    """The block whose first label stands at `start`; None when no label stands there."""
    values: dict[str, str] = {}
    end = place = start
    last = ""
    while place < min(len(lines), start + _LONGEST_BLOCK):
        found = label(lines[place])
        if found and (found[0] not in values or found[0] == "cc"):
            last = found[0]
            values.setdefault(last, found[1])
            end = place + 1
        elif _bare(lines[place]):
            if place - end > 0 or _complete(values):
                break
        elif not (last and place == end and _goes_on(last, values[last], lines[place : place + 2])):
            break
        else:
            values[last] = f"{values[last]} {lines[place].strip(' >')}".strip()
            end = place + 1
        place += 1
    return Block(start=start, end=end, values=values) if values else None


def _bare(line: str) -> bool:
    return not line.strip("> \t\xa0")


def _complete(values: dict[str, str]) -> bool:
    """Whether an empty line ends the block: Outlook's HTML has one after each label, so a lone label goes on."""
    return "from" in values and len(values) > 2  # noqa: PLR2004


def _goes_on(kind: str, value: str, lines: Sequence[str]) -> bool:
    """Whether a line carries on the value above: a long list of recipients, a wrapped subject, or a value put below its
    label.
    """
    if not value or value.count("<") > value.count(">") or value.count("[") > value.count("]"):
        return True
    if kind == "subject":
        return len(lines) > 1 and label(lines[1]) is not None
    return kind in {"to", "cc", "from"} and (
        value.endswith((",", ";")) or bool(_CONTINUED.match(lines[0].lstrip("> ")))
    )
