"""The lines that say outright where another letter begins: "-----Original Message-----" and its kin."""

import re

_ORIGINAL = (
    "original message|reply message|original appointment|исходное сообщение|оригинальное сообщение"
    "|исходное письмо|вихідне повідомлення|оригінальне повідомлення|початкове повідомлення"
    "|ursprüngliche nachricht|originalnachricht|original-nachricht|original nachricht|antwort nachricht"
    "|message d'origine|message original|mensaje original|messaggio originale|mensagem original"
    "|wiadomość oryginalna|oryginalna wiadomość|pierwotna wiadomość|oprindelig meddelelse|original besked"
    "|ursprungligt meddelande|originalmeddelande|opprinnelig melding|oorspronkelijk bericht|původní zpráva"
    "|pôvodná správa|alkuperäinen viesti|orijinal mesaj|eredeti üzenet|mesaj original|originalna poruka"
    "|original email|исходное сообщение от|原始邮件"
)
_FORWARDED = (
    "forwarded message|begin forwarded message|forwarded email|forward message|пересылаемое сообщение"
    "|пересланное сообщение|пересылаемое письмо|пересланное письмо|перенаправленное сообщение"
    "|перенаправленное письмо|переадресованное сообщение|переадресованное письмо"
    "|начало переадресованного сообщения|начало пересылаемого сообщения|начало пересланного сообщения"
    "|начало перенаправленного сообщения|переслане повідомлення|перенаправлене повідомлення"
    "|початок листа, що пересилається|початок пересланого повідомлення|пересланий лист|weitergeleitete nachricht"
    "|anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|message transféré|message transmis"
    "|message réexpédié|courriel transféré|début du message transféré|début du message réexpédié"
    "|mensaje reenviado|inicio del mensaje reenviado|messaggio inoltrato|inizio messaggio inoltrato"
    "|mensagem encaminhada|mensagem reencaminhada|início da mensagem encaminhada|início da mensagem reencaminhada"
    "|przekazana wiadomość|wiadomość przekazana|wiadomość przesłana dalej|początek przekazywanej wiadomości"
    "|przekazywana wiadomość|treść przekazanej wiadomości|doorgestuurd bericht|begin doorgestuurd bericht"
    "|vidarebefordrat meddelande|vidarebefordrat brev|börjar vidarebefordrat|videresendt meddelelse"
    "|videresendt besked|videresendt melding|start på videresendt besked|début du courriel transféré"
    "|přeposlaná zpráva|preposlaná správa|iletilmiş mesaj|továbbított üzenet|välitetty viesti|mesaj redirecționat"
    "|mesaj redirectionat|proslijeđena poruka"
)
_ORIGINALS = frozenset(_ORIGINAL.split("|"))
_FORWARDS = frozenset(_FORWARDED.split("|"))
_ALONE = tuple("begin нача поча anfang début inici inizi iníci pocz börj start forwarded".split())  # need no dashes
_DASHES = tuple("-–—_=")
_LONGEST = 2_000  # Yahoo's whole block on one line
_DASHED = re.compile(r"[\s>*]*([-–—_=*]{2,})[\s*]*([^\W\d_][^-–—_=*:<>@]{3,60}?)[\s*]*([-–—_=*]{2,}|:)[\s*]*(.*)")
_PLAIN = re.compile(r"[\s>*]*([^\W\d_][^-–—_=*:<>@]{3,60}?)\s*[:：][\s*]*")


def read(line: str) -> tuple[str, str] | None:
    """Which of the two it is, and what else stands on the line (Yahoo writes the whole block there); else None."""
    if len(line) > _LONGEST:
        return None
    if line.lstrip(" \t>*").startswith(_DASHES) and (found := _DASHED.match(line)):
        kind = _kind(found[2])
        return (kind, found[4]) if kind else None
    if line.rstrip().endswith((":", "：", ": *")) and (found := _PLAIN.fullmatch(line)):
        alone = found[1].lower().startswith(_ALONE) and _kind(found[1]) == "forwarded"
        return ("forwarded", "") if alone else None
    return None


def _kind(words: str) -> str:
    words = " ".join(words.lower().replace("’", "'").split())
    if words in _FORWARDS or words.startswith("forwarded by "):
        return "forwarded"
    return "original" if words in _ORIGINALS else ""
