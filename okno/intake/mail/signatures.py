"""Signatures below the new words, and the warnings that mail systems put above them. A farewell ("С уважением, …") is
the person's own.
"""

import re

# What a letter is sent from; "Отправлено с ошибкой" is no signature.
_WITH = (
    "(?:мо[ей]\\w*|мобильн\\w*|защищ[её]нной|устройств\\w*|смартфон\\w*|телефон\\w*|планшет\\w*|приложени\\w*"
    "|помощью|почт\\w*|мого|мобільн\\w*"
    "|яндекс\\S*|рамблер\\S*|i(?:phone|pad|pod|os)|android|samsung|galaxy|huawei|honor|xiaomi|redmi|poco|mi|realme"
    "|oppo|vivo|nokia|sony|lg|htc"
    "|my?mail|mail(?:\\.ru)?|e-?mail|outlook|gmail|google|yahoo|yandex|windows|microsoft|ms|proton|tutanota|bluemail"
    "|blue|spark|edison"
    "|superhuman|hey|k-9|aquamail|nine|airmail|mailbox|blackberry|aol|postbox|thunderbird|acompli|handy|my|min|mijn"
    "|mein\\w*|mon|ma|mi|meu|mio|mojego"
    "|a|the|mobile)\\b"
)
_SENT_FROM = re.compile(
    rf"[\s<(\[*>—–-]*(?:"
    rf"отправлено (?:с|со|из|через|в) {_WITH}|отправлено (?:мобильной|моим)|посла(?:но|на) (?:с|из) {_WITH}"
    rf"|(?:надіслано|відправлено) (?:з|із|за|через) (?:допомогою )?{_WITH}"
    rf"|sent (?:from|via|with|by|using) {_WITH}"
    r"|(?:get|download) \[?outlook for\b|(?:скачать|загрузить|получить|получите|завантажити|отримати) \[?outlook для\b"
    rf"|envoyé (?:de|depuis|à partir de|avec|via) {_WITH}|(?:obtenez|télécharger|téléchargez) outlook"
    rf"|(?:von|vom) {_WITH}.{{0,60}} gesendet|gesendet (?:von|mit|aus|über) {_WITH}|outlook für \S+ (?:beziehen"
    rf"|herunter)"
    r"|diese nachricht wurde von mein"
    rf"|enviado (?:desde|do|da|de|a partir do|pelo|via) {_WITH}|(?:obtener|obter(?: o)?|baixe o) outlook"
    rf"|inviato (?:da|dal|con|tramite) {_WITH}|(?:scarica|ottieni) outlook"
    rf"|wysłan[eoa] (?:z|ze|za pomocą|przy użyciu) {_WITH}|pobierz (?:program )?outlook"
    rf"|verzonden (?:vanaf|met|via) {_WITH}|skickat från {_WITH}|sendt fra {_WITH}|odesláno z {_WITH}"
    r")",
    re.IGNORECASE,
)
_MOST_WORDS = 14
_LONGEST_SENT_FROM = 160
_MARK = re.compile(r"--\s*")
_LONGEST_SIGNATURE = 12  # lines below "--"
_MOST_SIGNATURES = 4  # one under the other: the person's, the phone's, the provider's
_LONGEST_LINE = 200
_ORNAMENT = re.compile(r"[\s\-_=+~#*ᐧ—–]+")
_NOTICE = re.compile(
    r"[\s*\[(!⚠\ufe0f]*(?:caution|warning|external|attention|achtung|vorsicht|внимание|осторожно|увага|внешн\w+"
    r"|you don't often get email from|some people who received this message don't|вы (?:нечасто|редко) получаете"
    r"|this message|this e-?mail|это письмо)\b",
    re.IGNORECASE,
)
_NOTICE_SAYS = re.compile(
    r"(?:e-?mail|message|sender)\b.{0,60}\b(?:outside|external)|external (?:e-?mail|sender|message)"
    r"|(?:do not|don't) click|don't often get email|unless you (?:recogni|know|trust|expect)"
    r"|внешн\w+ (?:отправител|адрес|почт|источник|домен|письм)"
    r"|(?:письмо|сообщение|лист)\b.{0,60}\b(?:извне|внешн|зовнішн)"
    r"|за пределами (?:организации|компании|вашей)|получаете (?:письма|электронную почту|сообщения) от"
    r"|extern\w* (?:absender|e-?mail|nachricht)",
    re.IGNORECASE,
)
_NOTICE_ROWS = 6


def below(lines: list[str], *, longest: int = _LONGEST_SIGNATURE) -> list[str]:
    """The lines without a signature at their end."""
    kept = _without_ornament(lines)
    for _ in range(_MOST_SIGNATURES):
        shorter = _without_mark(_without_ornament(_without_sent_from(kept)), longest)
        if len(shorter) == len(kept):
            break
        kept = shorter
    return kept


def above(lines: list[str]) -> list[str]:
    """The lines without a mail system's warning at their beginning."""
    first = next((place for place, line in enumerate(lines) if line.strip()), len(lines))
    start = " ".join(lines[first : first + 2])[:400]
    if not _NOTICE.match(start) or not _NOTICE_SAYS.search(start):
        return lines
    end = next(
        (place for place in range(first, min(len(lines), first + _NOTICE_ROWS)) if not lines[place].strip()), None
    )
    return lines if end is None else lines[end:]


def _without_sent_from(lines: list[str]) -> list[str]:
    """The last paragraph may be "Sent from my iPhone", with a link to the program in or below it."""
    start = len(lines)
    while start and lines[start - 1].strip() and len(lines) - start < 3:  # noqa: PLR2004 - three lines at most
        start -= 1
        short = len(lines[start]) <= _LONGEST_SENT_FROM and len(lines[start].split()) <= _MOST_WORDS
        if short and _SENT_FROM.match(lines[start]):
            return lines[:start]
    return lines


def _without_mark(lines: list[str], longest: int) -> list[str]:
    """What stands below "--": the sign of RFC 3676, whose space at the end clients lose."""
    for place in range(len(lines) - 1, max(-1, len(lines) - 2 - longest), -1):
        if _MARK.fullmatch(lines[place]) and all(len(line) <= _LONGEST_LINE for line in lines[place:]):
            return lines[:place]
    return lines


def _without_ornament(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and (not lines[end - 1].strip() or _ORNAMENT.fullmatch(lines[end - 1])):
        end -= 1
    return lines[:end]
