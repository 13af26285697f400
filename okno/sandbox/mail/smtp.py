"""aiosmtpd as the SMTP side of the mail host: takes mail for the mailboxes here, fails on request, relays nothing."""

import asyncio
from datetime import UTC, datetime
from email.utils import format_datetime
from secrets import token_hex
from typing import Any, AnyStr, Protocol, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from okno.sandbox.mail.faults import Fault, Faults
from okno.sandbox.mail.mailboxes import Mailboxes

HOSTNAME = "mail.sandbox"
MAX_MAIL = 64 * 1024 * 1024
OK = "250 2.0.0 OK"


class _Cut(Protocol):
    def abort(self) -> None: ...


class _Talk(SMTP):
    # Real relays take longer lines than RFC 5321 allows, and real mails have them.
    line_length_limit = 1024 * 1024

    def __init__(self, handler: "_Handler", open_now: set["_Talk"]) -> None:
        super().__init__(
            handler,
            hostname=HOSTNAME,
            ident="ESMTP Okno sandbox",
            data_size_limit=MAX_MAIL,
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=handler.authenticate,
            loop=asyncio.get_running_loop(),
        )
        self._handler = handler
        self._open_now = open_now

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._open_now.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._open_now.discard(self)
        super().connection_lost(error)

    @property
    def task(self) -> asyncio.Task[None] | None:
        return self._handler_coroutine

    def cut(self) -> None:
        if self.transport:
            cast("_Cut", self.transport).abort()

    async def push(self, status: AnyStr) -> None:
        await super().push(status)
        if status[:3] in ("421", b"421") and self.transport:
            # RFC 5321 section 3.8: after 421 the server closes the channel.
            self.transport.close()

    async def _handle_client(self) -> None:
        fault = self._handler.faults.take("connect")
        if fault:
            await self.push(await suffer(self, fault))
            self._writer.close()
            return
        await super()._handle_client()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the name aiosmtpd looks for
        recipients = self.envelope.rcpt_tos if self.envelope else []
        fault = self._handler.faults.take("data", recipients) if recipients else None
        if fault:
            await self.push(await suffer(self, fault))
            return
        await super().smtp_DATA(arg)


async def suffer(talk: _Talk, fault: Fault) -> str:
    """The answer to give; silence and cut never come back, aiosmtpd cancels the talk when the line is gone."""
    if fault.does == "cut":
        talk.cut()
    if fault.does != "answer":
        await asyncio.Event().wait()
    return f"{fault.code} {fault.text}"


class _Handler:
    def __init__(self, mailboxes: Mailboxes, faults: Faults, *, auth_required: bool) -> None:
        self._mailboxes = mailboxes
        self._auth_required = auth_required
        self.faults = faults

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, data: Any) -> AuthResult:
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        good = self._mailboxes.lets_in(data.login.decode(errors="replace"), data.password.decode(errors="replace"))
        return AuthResult(success=good, handled=False)

    async def handle_MAIL(  # noqa: N802 - the name aiosmtpd looks for
        self, server: _Talk, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._auth_required and not session.authenticated:
            return "530 5.7.0 Authentication required"
        fault = self.faults.take("mail")
        if fault:
            return await suffer(server, fault)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return OK

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd looks for
        self, server: _Talk, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self.faults.take("rcpt", [address])
        if fault:
            return await suffer(server, fault)
        if address not in self._mailboxes:
            return f"550 5.1.1 <{address}>: no such mailbox here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return OK

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd looks for
        self, server: _Talk, session: Session, envelope: Envelope
    ) -> str:
        fault = self.faults.take("dot", envelope.rcpt_tos)
        if fault is None or fault.delivered:
            self._deliver(session, envelope)
        return await suffer(server, fault) if fault else OK

    def _deliver(self, session: Session, envelope: Envelope) -> None:
        now = datetime.now(UTC)
        raw = envelope.original_content or b""
        for recipient in dict.fromkeys(envelope.rcpt_tos):
            top = trace(session, envelope.mail_from or "", recipient, now)
            self._mailboxes.inbox(recipient).put(top + raw, at=now)


def trace(session: Session, sender: str, recipient: str, now: datetime) -> bytes:
    """What a mail server writes on top of a mail at delivery (RFC 5321 section 4.4)."""
    sender = sender.strip("<>")
    peer = session.peer[0] if session.peer else "unknown"
    lines = (
        f"Return-Path: <{sender}>",
        f"Delivered-To: {recipient}",
        f"Received: from {session.host_name} ([{peer}])",
        f"\tby {HOSTNAME} with ESMTP id {token_hex(6)}",
        f"\tfor <{recipient}>; {format_datetime(now)}",
    )
    return "".join(line + "\r\n" for line in lines).encode("utf-8", "surrogateescape")


class Smtp:
    """The listening side."""

    def __init__(self, mailboxes: Mailboxes, faults: Faults, *, auth_required: bool = False) -> None:
        self._handler = _Handler(mailboxes, faults, auth_required=auth_required)
        self._server: asyncio.Server | None = None
        self._open: set[_Talk] = set()

    async def start(self, host: str, port: int = 0) -> int:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Talk(self._handler, self._open), host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._server is None:
            return
        self._server.close()
        talks = list(self._open)
        for talk in talks:
            talk.cut()
        await asyncio.gather(*[talk.task for talk in talks if talk.task], return_exceptions=True)
        await self._server.wait_closed()
        self._server = None
