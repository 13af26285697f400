"""What a server's reply means for the letter: refused, postponed, or the channel itself at fault. No network here."""

import re
from typing import Final, Literal

from okno.errors import ChannelDown, DeliveryError, Postponed, Refused, Unknown

Stage = Literal["mail", "rcpt", "data", "content"]

MAX_WORDS: Final = 500
_STATUS: Final = re.compile(r"\s*[245]\.(\d{1,3}\.\d{1,3})\b", re.ASCII)
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
# The login is missing or too weak for this server: settings are wrong, not the letter.
_LOGIN_WANTED: Final = frozenset({530, 534, 535, 538})
# RFC 3463: the mailbox, its host or its spelling is wrong, it moved, or is switched off. 1.7 and 1.8 blame the sender.
_GONE: Final = frozenset({"1.0", "1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "2.1"})
_GONE_UNSAID: Final = frozenset({550, 551, 553})  # RFC 5321: mailbox unavailable, not here, not allowed
_DONE: Final = {
    "mail": "refused our sender address",
    "rcpt": "refused the recipient",
    "data": "refused the letter",
    "content": "refused the letter",
}


def said(code: int, message: str) -> str:
    """The reply on one line, without what could steer a terminal."""
    return f"{code} {_CONTROL.sub(' ', message)}".strip()[:MAX_WORDS]


def judged(stage: Stage, code: int, message: str) -> DeliveryError:
    """The error to raise for a reply that was not the one hoped for."""
    words = said(code, message)
    if code in _LOGIN_WANTED and stage != "content":
        return ChannelDown(f"The mail server wants another login before it takes mail: {words}. Check smtp.username.")
    if 400 <= code < 500:  # noqa: PLR2004 - RFC 5321 4.2.1: not now
        return Postponed(f"The mail server put the letter off: {words}")
    if 500 <= code < 600:  # noqa: PLR2004 - RFC 5321 4.2.1: never
        return Refused(f"The mail server {_DONE[stage]}: {words}", unreachable=_is_gone(stage, code, message))
    if stage == "content":
        return Unknown(f"The mail server's answer to the letter makes no sense, it may have arrived: {words}")
    return ChannelDown(f"The mail server does not keep to SMTP: {words}. Check smtp.host and smtp.port.")


def _is_gone(stage: Stage, code: int, message: str) -> bool:
    if stage == "mail":
        return False
    status = _STATUS.match(message)
    if status is None:
        return stage == "rcpt" and code in _GONE_UNSAID
    # 1.0 says no more than "address", which after the recipient's turn may be anybody's.
    return status[1] in _GONE and (stage == "rcpt" or status[1] != "1.0")
