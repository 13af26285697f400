"""Signed tokens that tie a mail to its ticket: in the Message-ID of what we send and in a plus-address.

One verifier for every path. A token proves only that we made it, never who holds it; the store keeps the keys.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

KEY_BYTES: Final = 16  # the least a key may have; 32 random bytes are what to make
LOCAL_PART: Final = 64  # RFC 5321 4.5.3.1.1
_MAC_BYTES: Final = 10  # 80 bits: 2**79 mails to guess one
_NONCE_CHARS: Final = 12
_TOKEN_CHARS: Final = 58  # with "okno." before it, no longer than a local part may be
_PURPOSE: Final = b"okno ticket token 1\0"
# One label before the token, because SpamAssassin's MSGID_RANDY takes an undivided random left part for a spam tool's.
_IN_ID: Final = re.compile(rf"(?:^|<)\s*okno\.([a-z2-7]{{20,{_TOKEN_CHARS}}})@", re.IGNORECASE | re.ASCII)
_IN_ADDRESS: Final = re.compile(rf"[^+@<>\s]\+([a-z2-7]{{20,{_TOKEN_CHARS}}})@", re.IGNORECASE | re.ASCII)
_DOMAIN: Final = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What a token says: which ticket, which sending of it, by which key."""

    ticket: int
    nonce: str
    key_id: int


def sign(ticket: int, nonce: str, key_id: int, key: bytes) -> str:
    """A token of lower-case letters and the digits 2 to 7. `nonce` is up to 12 ASCII characters; it may be empty."""
    if len(key) < KEY_BYTES:
        raise ValueError(f"a signing key needs at least {KEY_BYTES} bytes")
    if ticket < 1 or key_id < 0:
        raise ValueError("a token needs a ticket number and the id of a key")
    if len(nonce) > _NONCE_CHARS or not nonce.isascii() or not nonce.isprintable():
        raise ValueError(f"a nonce is at most {_NONCE_CHARS} printable ASCII characters")
    payload = _packed(key_id) + _packed(ticket) + nonce.encode("ascii")
    token = _encoded(payload + _mac(payload, key))
    if len(token) > _TOKEN_CHARS:
        raise ValueError("ticket number, key id and nonce are too long together for a token")
    return token


def verify(token: str, keys: Mapping[int, bytes]) -> Signed | None:
    """None for whatever we did not sign with one of these keys. Letter case does not count: relays change it."""
    raw = _decoded(token)
    if raw is None or len(raw) <= _MAC_BYTES:
        return None
    payload, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    key_id, rest = _unpacked(payload)
    key = keys.get(key_id)
    if key is None or not hmac.compare_digest(mac, _mac(payload, key)):
        return None
    ticket, nonce = _unpacked(rest)
    return Signed(ticket=ticket, nonce=nonce.decode("ascii"), key_id=key_id)


def message_id(token: str, domain: str) -> str:
    """The Message-ID that carries a token; `domain` is the mailbox's own (names outside ASCII become punycode)."""
    ascii_domain = domain.encode("idna").decode("ascii")
    if not _DOMAIN.fullmatch(ascii_domain):
        raise ValueError(f"{domain!r} is not a domain that can stand in a Message-ID")
    return f"<okno.{token}@{ascii_domain}>"


def tokens_in(header_ids: Iterable[str]) -> tuple[str, ...]:
    """What looks like our tokens among ids of Message-ID, In-Reply-To and References; each must still be verified."""
    return _found(_IN_ID, header_ids)


def plus_address(address: str, token: str) -> str:
    """`support@example.com` becomes `support+<token>@example.com`; ValueError when the left part grows past 64."""
    local, at, domain = address.rpartition("@")
    if not (local and at and domain):
        raise ValueError(f"{address!r} is not a mail address")
    if len(f"{local}+{token}".encode()) > LOCAL_PART:
        raise ValueError(f"{local!r} is too long a name for plus-addresses; set plus_address = false for this mailbox")
    return f"{local}+{token}@{domain}"


def tokens_at(addresses: Iterable[str]) -> tuple[str, ...]:
    """What looks like our tokens in the recipients' plus-addresses; each must still be verified."""
    return _found(_IN_ADDRESS, addresses)


def _found(pattern: re.Pattern[str], values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hit[1].lower() for value in values if (hit := pattern.search(value))))


def _mac(payload: bytes, key: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE + payload, hashlib.sha256)[:_MAC_BYTES]


def _encoded(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=").lower()


def _decoded(token: str) -> bytes | None:
    # ASCII is asked first: some letters outside it turn into ASCII ones when their case is changed.
    if len(token) > _TOKEN_CHARS or not token.isascii():
        return None
    try:
        raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except binascii.Error:
        return None
    # The last letter has bits to spare: only one spelling of a token is a token.
    return raw if _encoded(raw) == token.lower() else None


def _packed(number: int) -> bytes:
    """Seven bits a byte, the lowest first, the high bit says that more follows."""
    packed = bytearray()
    while number > 0x7F:  # noqa: PLR2004 - seven bits
        packed.append(number & 0x7F | 0x80)
        number >>= 7
    packed.append(number)
    return bytes(packed)


def _unpacked(raw: bytes) -> tuple[int, bytes]:
    number = 0
    for place, byte in enumerate(raw):
        number |= (byte & 0x7F) << 7 * place
        if not byte & 0x80:
            return number, raw[place + 1 :]
    return -1, b""
