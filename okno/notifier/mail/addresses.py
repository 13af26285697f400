"""Mail addresses fit for an SMTP command and a header; not whose they are."""

import re
from dataclasses import dataclass
from typing import Final

import idna

from okno.errors import Refused

MAX_ADDRESS: Final = 254  # RFC 5321 4.5.3.1.3, without the angle brackets
# Wider than RFC 5321 where real mailboxes are: docomo's have dots in a row, GitHub's left parts are longer than 64.
_LOCAL: Final = re.compile(r'[^\s"(),:;<>@\[\\\]\x00-\x20\x7f-\x9f]+|"(?:[ !#-\[\]-~]|\\[ -~])*"')
_DOMAIN: Final = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?", re.IGNORECASE | re.ASCII)
_LITERAL: Final = re.compile(r"\[(IPv6:)?[0-9a-f.:]{2,45}\]", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """An address with the name shown beside it."""

    address: str
    name: str = ""


def wire(address: str) -> str:
    """The address with its domain in ASCII; the left part may be UTF-8. Refused when it is no address at all."""
    local, at, domain = address.rpartition("@")
    # An encoded word may stand in no address, but some readers would unpack one there.
    if not at or not _LOCAL.fullmatch(local) or not local.isprintable() or "=?" in local:
        raise Refused(f"{_shown(address)} is not a mail address; correct it in the client's card.")
    ready = f"{local}@{_domain(domain, address)}"
    if len(ready.encode()) > MAX_ADDRESS:
        raise Refused(f"{_shown(address)} is longer than a mail address may be.")
    return ready


def _domain(domain: str, address: str) -> str:
    try:
        ready = domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise Refused(f"The domain of {_shown(address)} is not a valid name: {error}.") from error
    if not _DOMAIN.fullmatch(ready) and not _LITERAL.fullmatch(ready):
        raise Refused(f"The domain of {_shown(address)} is not a valid name.")
    return ready


def _shown(address: str) -> str:
    return repr(address if len(address) <= MAX_ADDRESS else address[:MAX_ADDRESS] + "…")
