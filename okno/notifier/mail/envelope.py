"""What one delivery carries: sender, one recipient, and the bytes framed for the wire. No network here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from okno.errors import Refused
from okno.notifier.mail.addresses import wire

BLOCK: Final = 64 * 1024
END: Final = b".\r\n"
_STRAY: Final = re.compile(rb"\r(?!\n)|(?<!\r)\n")


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Addresses ready for the wire, and a mail whose every line ends in CRLF. `sender` "" is the null return path."""

    sender: str
    recipient: str
    raw: bytes

    def options(self, offered: Mapping[str, str]) -> list[bytes]:
        """The parameters of MAIL for a server that offers these extensions; Refused when it cannot take this mail."""
        found = []
        if "size" in offered:
            limit = int(offered["size"]) if offered["size"].isdigit() else 0
            if 0 < limit < len(self.raw):
                words = (
                    f"The letter is {len(self.raw)} bytes, the mail server takes {limit}: send fewer or smaller files."
                )
                raise Refused(words)
            found.append(b"SIZE=%d" % len(self.raw))
        if "8bitmime" in offered and not self.raw.isascii():
            found.append(b"BODY=8BITMIME")
        if self._needs_utf8():
            if "smtputf8" not in offered:
                raise Refused("An address has letters outside ASCII, which the mail server cannot carry (SMTPUTF8).")
            found.append(b"SMTPUTF8")
        return found

    def _needs_utf8(self) -> bool:
        head = self.raw[: self.raw.find(b"\r\n\r\n")]
        return not (self.sender.isascii() and self.recipient.isascii() and head.isascii())

    def blocks(self, size: int = BLOCK) -> Iterator[bytes]:
        """The mail as it follows DATA: dots at line starts doubled, its end marked (RFC 5321 4.5.2)."""
        start = 0
        while True:
            # Cut behind a line where possible; an endless line is cut anywhere.
            end = self.raw.rfind(b"\n", start, start + size) + 1 or start + size
            block = self.raw[start:end].replace(b"\n.", b"\n..")
            if block.startswith(b".") and self.raw[start - 1 : start] in (b"", b"\n"):
                block = b"." + block
            start = end
            if start >= len(self.raw):
                yield block + END
                return
            yield block


def enveloped(envelope_from: str, recipient: str, raw: bytes) -> Envelope:
    """Refused when an address is none, so that nothing in it can become a command.

    Line ends are made CRLF throughout: a bare LF or CR is how one mail smuggles another past a server.
    """
    sender = wire(envelope_from) if envelope_from else ""
    try:
        to = wire(recipient)
    except Refused as error:
        raise Refused(str(error), unreachable=True) from error
    # Counting first: on a large mail it is a hundred times quicker than the search, and composed mails are clean.
    clean = raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")
    lines = raw if clean else _STRAY.sub(b"\r\n", raw)
    return Envelope(sender=sender, recipient=to, raw=lines if lines.endswith(b"\r\n") else lines + b"\r\n")
