"""One IMAP session, step by step and blocking, for one thread; a step raises what imaplib, sockets and TLS raise.

Deadlines, closing and most of the words are the link's business.
"""

import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from imapclient.exceptions import IMAPClientError, IMAPClientReadOnlyError

from okno.config.values import ImapServer
from okno.errors import ChannelDown
from okno.intake.imap.login import log_in, secure
from okno.intake.imap.values import Fetched, Folder
from okno.intake.imap.wire import Client, Cord

# A command line stays far below the 8,000 bytes that RFC 7162 section 4 tells servers to take.
UIDS_A_COMMAND = 200


class Session:
    def __init__(self, server: ImapServer, cord: Cord, tls: ssl.SSLContext | None, timeout: float) -> None:
        self._server = server
        self._cord = cord
        self._tls = tls
        self._timeout = timeout
        self._opened: Client | None = None

    def open(self) -> Folder:
        # Made here because reading the machine's authorities takes a tenth of a second.
        tls = self._tls or (None if self._server.security == "plain" else ssl.create_default_context())
        self._opened = client = Client(self._server, self._cord, tls, self._timeout)
        if self._server.security == "starttls":
            secure(client)
        log_in(client, self._server)
        return self._select(client)

    def _select(self, client: Client) -> Folder:
        name, writable = self._server.folder, True
        try:
            told = client.select_folder(name)
        except IMAPClientReadOnlyError:
            told, writable = client.select_folder(name, readonly=True), False
        except IMAPClientError as error:
            raise ChannelDown(f"the folder {name} cannot be opened: {error}; check imap.folder") from error
        if not told.get(b"UIDVALIDITY"):
            raise ChannelDown(f"the server keeps no lasting numbers for the mails in {name}; it cannot be an intake")
        return Folder(
            uidvalidity=told[b"UIDVALIDITY"],
            uidnext=told.get(b"UIDNEXT", 0),
            exists=told[b"EXISTS"],
            idle=client.has_capability("IDLE"),
            writable=writable,
        )

    def uids(self, after: int) -> list[int]:
        """RFC 3501 section 6.4.8: `n:*` always names the last mail too, even below n."""
        wire = self._client.wire
        wire.forget_news()
        state, lines = wire.uid("SEARCH", "UID", f"{after + 1}:*")
        if state != "OK":
            raise IMAPClientError(f"SEARCH failed: {lines!r}")
        # Some servers answer in several lines, some add (MODSEQ n).
        words = [word for line in lines if line for word in line.partition(b"(")[0].split()]
        return sorted({uid for uid in map(int, words) if uid > after})

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        told: dict[int, dict[bytes, Any]] = {}
        for part in _parts(uids):
            told |= self._client.fetch(part, ["RFC822.SIZE"])
        return {uid: int(facts[b"RFC822.SIZE"]) for uid, facts in told.items() if b"RFC822.SIZE" in facts}

    def fetch(self, uids: Sequence[int]) -> list[Fetched]:
        """One command; PEEK because a mail that was only looked at must not become read."""
        told = self._client.fetch(uids, ["INTERNALDATE", "RFC822.SIZE", "BODY.PEEK[]"])
        return [_fetched(uid, told.get(uid)) for uid in uids]

    def add_flags(self, uids: Sequence[int], flags: Sequence[bytes]) -> None:
        for part in _parts(uids):
            self._client.add_flags(part, flags, silent=True)

    def move(self, uids: Sequence[int], folder: str) -> None:
        client = self._client
        if not client.folder_exists(folder):
            client.create_folder(folder)
        for part in _parts(uids):
            if client.has_capability("MOVE"):
                client.move(part, folder)
            else:
                client.copy(part, folder)
                self.delete(part)

    def delete(self, uids: Sequence[int]) -> None:
        """Without UIDPLUS they are only marked: a plain EXPUNGE would also remove what others have marked."""
        for part in _parts(uids):
            self._client.delete_messages(part, silent=True)
            if self._client.has_capability("UIDPLUS"):
                self._client.uid_expunge(part)

    def idle(self, seconds: float) -> bool:
        wire = self._client.wire
        if wire.has_news():
            return True
        until = time.monotonic() + seconds
        tag = wire._command("IDLE")
        while wire._get_response() is not None:
            if wire.tagged_commands[tag]:
                raise IMAPClientError(f"the server refused IDLE: {wire.tagged_commands[tag]!r}")
        while not wire.has_news() and wire.line_ready(until):
            wire._get_response()
            wire._check_bye()
        wire.send(b"DONE\r\n")
        wire._command_complete("IDLE", tag)
        return wire.has_news()

    def noop(self) -> bool:
        self._client.wire.noop()
        return self._client.wire.has_news()

    def log_out(self) -> None:
        self._client.logout()

    def shut(self) -> None:
        """Gives the socket back; whatever state it is in."""
        if self._opened:
            # Closing what is broken breaks too.
            with suppress(OSError, ValueError):
                self._opened.shutdown()
            self._opened = None

    @property
    def _client(self) -> Client:
        if self._opened is None:
            raise ChannelDown("the link is not open")
        return self._opened


def _parts(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), UIDS_A_COMMAND):
        yield uids[start : start + UIDS_A_COMMAND]


def _fetched(uid: int, facts: dict[bytes, Any] | None) -> Fetched:
    if facts is None:
        return Fetched(uid=uid, internaldate=datetime.now(UTC), size=0, raw=None)
    if b"BODY[]" not in facts:
        raise IMAPClientError(f"the server gave no content for mail {uid}")
    # An empty mail comes as NIL.
    raw = facts[b"BODY[]"] or b""
    # A server without a usable INTERNALDATE leaves only the instant of fetching.
    at = facts.get(b"INTERNALDATE") or datetime.now(UTC)
    return Fetched(uid=uid, internaldate=at.astimezone(UTC), size=len(raw), raw=raw)
