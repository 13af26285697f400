"""The line to one SMTP server: a few connections shared by all senders. When to try again is not decided here."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable

from okno.config.values import SmtpServer
from okno.notifier.mail.envelope import Envelope, enveloped
from okno.notifier.mail.opening import opened
from okno.notifier.mail.session import Session, Stale, Timeouts

Phase = Callable[[str], Awaitable[None]]


class SmtpLine:
    """Delivers mails to one SMTP server over at most `concurrency` connections.

    `hello` is what EHLO says; the default tells nothing about this machine. `tls` replaces the system's certificates.
    """

    def __init__(
        self,
        server: SmtpServer,
        *,
        concurrency: int = 4,
        timeouts: Timeouts | None = None,
        hello: str = "[127.0.0.1]",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._server = server
        self._timeouts = timeouts or Timeouts()
        self._hello = hello
        self._tls = tls
        self._room = asyncio.Semaphore(concurrency)
        self._resting: list[Session] = []

    async def deliver(self, envelope_from: str, recipient: str, raw: bytes, *, phase: Phase) -> str:
        """Hands one mail to the server for one recipient and returns the server's final reply.

        `phase("data")` is awaited when the server waits for the mail and not a byte of it is out: what is committed
        there tells a restart that the outcome is unknown. Before that nothing was sent, whatever is raised. After it,
        Unknown means that it may have arrived; Refused and Postponed are the server's word that it did not.
        `envelope_from` "" is the null return path of automatic mail.
        """
        envelope = enveloped(envelope_from, recipient, raw)
        async with self._room:
            while True:
                session = await self._rested() or await self._fresh()
                try:
                    return await self._carried(session, envelope, phase)
                except Stale:
                    continue

    async def check(self) -> None:
        """Connects, secures and logs in as a delivery would; ChannelDown says what is wrong."""
        session = await self._fresh()
        await session.quit()

    async def close(self) -> None:
        """Says goodbye on every resting connection; deliveries under way end by themselves."""
        resting, self._resting = self._resting, []
        await asyncio.gather(*(session.quit() for session in resting))

    async def _carried(self, session: Session, envelope: Envelope, phase: Phase) -> str:
        try:
            await session.offer(envelope)
            await phase("data")
            return await session.hand_over(envelope)
        finally:
            if session.usable:
                session.rest()
                self._resting.append(session)
            else:
                session.drop()

    async def _rested(self) -> Session | None:
        """The connection used last, so that those not needed grow old and are let go."""
        for old in [each for each in self._resting if each.idle() > self._timeouts.idle_limit or not each.usable]:
            self._resting.remove(old)
            old.drop()
        while self._resting:
            session = self._resting.pop()
            if session.idle() < self._timeouts.probe_after or await session.probe():
                return session
        return None

    async def _fresh(self) -> Session:
        if self._tls is None and self._server.security != "plain":
            # Reading the system's certificates takes tens of milliseconds: once, and off the loop.
            self._tls = await asyncio.to_thread(ssl.create_default_context)
        client = await opened(self._server, timeout=self._timeouts.connect, hello=self._hello, tls=self._tls)
        return Session(client, self._timeouts)
