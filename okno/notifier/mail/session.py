"""One connection to an SMTP server, driven step by step so that it is always known how far a letter got."""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Final

from aiosmtplib import SMTP, SMTPException, SMTPResponse, SMTPResponseException
from aiosmtplib.protocol import SMTPProtocol

from okno.errors import ChannelDown, DeliveryError, Postponed, Unknown
from okno.notifier.mail.envelope import Envelope
from okno.notifier.mail.replies import Stage, judged, said

# A broken line, a wait that was too long (TimeoutError is an OSError), a reply that is none.
_FAILURES: Final = (SMTPException, OSError)
_WANTED: Final[dict[Stage, range]] = {"mail": range(250, 252), "rcpt": range(250, 253), "data": range(354, 355)}
_TOO_LATE: Final = frozenset({421, 503})  # closing, or it has forgotten us


class Stale(Exception):
    """A connection that had been waiting turned out dead before the letter was begun: take a fresh one."""


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """Seconds (RFC 5321 4.5.3.2). `end` is for the answer to the whole letter: giving up early makes duplicates.

    A connection that rested for `probe_after` is asked whether it is still there, after `idle_limit` it is not even
    asked: servers and NATs forget silently.
    """

    connect: float = 30
    command: float = 300
    data: float = 120
    block: float = 180
    end: float = 600
    probe: float = 10
    quit: float = 5
    probe_after: float = 5
    idle_limit: float = 60


class Session:
    """A connection that is logged in. One letter at a time: `offer`, then `hand_over`."""

    def __init__(self, client: SMTP, timeouts: Timeouts) -> None:
        self._client = client
        self._timeouts = timeouts
        self._served = False
        self._unfinished = False  # a MAIL was said that RSET must undo
        self._waiting = False  # for a reply; whoever stops waiting leaves it to be taken for the next one
        self._writing = False  # between 354 and the final reply nothing but the letter may be said
        self.idle_since = self._now()

    @property
    def usable(self) -> bool:
        return self._client.is_connected and not self._waiting and not self._writing

    def idle(self) -> float:
        """Seconds since it was last used."""
        return self._now() - self.idle_since

    def rest(self) -> None:
        self._served = True
        self.idle_since = self._now()

    async def probe(self) -> bool:
        """Whether the server still answers; whatever it remembered of an earlier letter is undone."""
        try:
            await self._client.rset(timeout=self._timeouts.probe)
        except _FAILURES:
            self.drop()
            return False
        except asyncio.CancelledError:
            self.drop()
            raise
        self._unfinished = False
        return True

    async def offer(self, envelope: Envelope) -> None:
        """MAIL, RCPT and DATA. Whatever is raised here, the letter was surely not sent."""
        options = envelope.options(self._client.esmtp_extensions)
        if self._unfinished and not await self.probe():
            raise Stale
        self._unfinished = True
        await self._say("mail", b"MAIL", b"FROM:<%b>" % envelope.sender.encode(), *options)
        await self._say("rcpt", b"RCPT", b"TO:<%b>" % envelope.recipient.encode())
        await self._say("data", b"DATA")
        self._writing = True

    async def hand_over(self, envelope: Envelope) -> str:
        """The letter itself. Returns the server's final reply; Unknown when there was none."""
        protocol = self._client.protocol
        if protocol is None or not protocol.is_connected:
            raise Postponed("The mail server closed the line before the letter was begun.")
        # Listening begins with the first byte: a server may refuse halfway (552, 421) and hang up.
        answer = asyncio.ensure_future(protocol.read_response())
        try:
            whole = await self._written(protocol, envelope, answer)
            async with asyncio.timeout(self._timeouts.end):
                response = await answer
        except _FAILURES as error:
            words = f"The line to the mail server broke after the letter was begun, it may have arrived: {_why(error)}"
            raise Unknown(words) from error
        finally:
            answer.cancel()
        return self._concluded(response, whole=whole)

    def drop(self) -> None:
        """Ends the line at once. Nothing that is still waiting to be written gets out any more."""
        if isinstance(self._client.transport, asyncio.WriteTransport):
            self._client.transport.abort()
        self._client.close()

    async def quit(self) -> None:
        # The letters are delivered already: however the goodbye goes, it changes nothing.
        with contextlib.suppress(*_FAILURES):
            await self._client.quit(timeout=self._timeouts.quit)
        self.drop()

    async def _say(self, stage: Stage, *words: bytes) -> None:
        timeout = self._timeouts.data if stage == "data" else self._timeouts.command
        self._waiting = True
        try:
            response = await self._client.execute_command(*words, timeout=timeout)
        except SMTPResponseException as error:
            self.drop()
            raise judged(stage, error.code, error.message) from error
        except _FAILURES as error:
            self.drop()
            if stage == "mail" and self._served:
                raise Stale from error
            raise _broken(stage, error) from error
        self._waiting = False
        if response.code in _WANTED[stage]:
            return
        if stage == "mail" and self._served and response.code in _TOO_LATE:
            self.drop()
            raise Stale
        verdict = judged(stage, response.code, response.message)
        if isinstance(verdict, ChannelDown):
            self.drop()  # no telling what its next replies would answer
        raise verdict

    async def _written(self, protocol: SMTPProtocol, envelope: Envelope, answer: asyncio.Future[SMTPResponse]) -> bool:
        """Writes until the end or until the server has spoken; False when it was not all."""
        try:
            for block in envelope.blocks():
                if answer.done():
                    return False
                protocol.write(block)
                async with asyncio.timeout(self._timeouts.block):
                    # Flow control as asyncio.StreamWriter does it: a large letter is never copied into the transport.
                    await protocol._drain_helper()
        except ConnectionError:
            return False  # what it said before it hung up, if anything, is in the answer
        except TimeoutError:
            if not answer.done():
                raise
            return False
        return True

    def _concluded(self, response: SMTPResponse, *, whole: bool) -> str:
        if whole and 200 <= response.code < 300:  # noqa: PLR2004 - RFC 5321 4.2.1: done
            self._writing = self._unfinished = False
            return said(response.code, response.message)
        self._writing = self._unfinished = not whole
        raise judged("content", response.code, response.message)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _broken(stage: Stage, error: Exception) -> DeliveryError:
    words = f"The mail server closed the line or fell silent before the letter was sent: {_why(error)}"
    # Once the recipient was named it may be about this letter: the attempt counts.
    return ChannelDown(words) if stage == "mail" else Postponed(words)


def _why(error: Exception) -> str:
    return str(error) or "no answer in time"
