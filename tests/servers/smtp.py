"""An SMTP server on loopback that fails where it is told to; plain streams, so that each byte is ours to spoil."""

import asyncio
import base64
import ssl
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self, cast

FOLDER: Final = Path(__file__).parent
EXTENSIONS: Final = ("PIPELINING", "SIZE 52428800", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")
OK: Final = "250 2.0.0 OK"

Stage = Literal["connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "content", "after", "rset", "quit"]
Secured = Literal["", "implicit", "starttls"]


class Fault(Enum):
    """What happens instead of a reply."""

    CUT = "the line is cut"
    SILENT = "nothing is said any more"
    KEPT_AND_CUT = "the mail is kept, then the line is cut"
    KEPT_AND_SILENT = "the mail is kept, nothing is said"
    HALF = "some of the mail is read, then the line is cut"
    DEAF = "nothing of the mail is read"
    GARBAGE = "bytes that are no reply"


@dataclass(frozen=True, kw_only=True)
class Early:
    """A reply in the middle of the mail; then the line is cut, or the rest is read and not answered."""

    reply: str
    cut: bool = True


@dataclass(frozen=True, kw_only=True)
class Mail:
    sender: str
    recipients: tuple[str, ...]
    raw: bytes


@dataclass(kw_only=True)
class Talk:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    secure: bool
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)


Answer = Callable[[Talk, str], Awaitable[None]]


class _Over(Exception):
    """This conversation ends now."""


class SmtpServer:
    """Used as an async context manager. Takes every mail, except where a fault is next in the queue of its stage."""

    def __init__(
        self,
        *,
        extensions: tuple[str, ...] = EXTENSIONS,
        secured: Secured = "",
        login: tuple[str, str] | None = None,
        ways: str = "PLAIN LOGIN",
    ) -> None:
        self.received: list[Mail] = []
        self.lines: list[str] = []
        self.connections = 0
        self.stray = 0  # line ends that were not CRLF
        self.port = 0
        self._extensions = extensions
        self._secured = secured
        self._login = login
        self._ways = ways
        self._faults: dict[Stage, deque[Fault | Early | str]] = defaultdict(deque)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._talks: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()

    def fail(self, stage: Stage, *faults: Fault | Early | str, times: int = 1) -> None:
        self._faults[stage].extend(faults * times)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, limit=2**20, ssl=certificate() if self._secured == "implicit" else None
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server
        self._server.close()
        self._stopping.set()
        self.cut_all()
        await self.left()
        await self._server.wait_closed()

    async def left(self) -> None:
        """Waits until every client has hung up."""
        while self._talks:
            await asyncio.wait(self._talks)

    def cut_all(self) -> None:
        """Cuts every line that is open, as a restart of the server would."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        task = asyncio.current_task()
        assert task
        self._talks.add(task)
        talk = Talk(reader=reader, writer=writer, secure=self._secured == "implicit")
        try:
            await self._say(talk, "connect", "220 test ESMTP")
            while True:
                await self._turn(talk)
        except (_Over, OSError, EOFError, ssl.SSLError):
            writer.transport.abort()
        finally:
            self._writers.discard(writer)
            self._talks.discard(task)

    async def _turn(self, talk: Talk) -> None:
        line = await talk.reader.readline()
        if not line:
            raise _Over
        text = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
        self.lines.append(text)
        verb = text.split(" ", 1)[0].upper()
        answers: dict[str, Answer] = {
            "EHLO": self._ehlo, "HELO": self._helo, "STARTTLS": self._starttls, "AUTH": self._auth, "MAIL": self._mail,
            "RCPT": self._rcpt, "DATA": self._data, "RSET": self._rset, "QUIT": self._quit,
        }  # fmt: skip
        answer = answers.get(verb)
        if answer is None:
            await self._write(talk, "500 5.5.1 Unknown command")
        else:
            await answer(talk, text)

    async def _ehlo(self, talk: Talk, _text: str) -> None:
        offered = ["test", *self._extensions]
        if self._secured == "starttls" and not talk.secure:
            offered.append("STARTTLS")
        if self._login:
            offered.append(f"AUTH {self._ways}")
        whole = [f"250-{each}" for each in offered[:-1]] + [f"250 {offered[-1]}"]
        await self._say(talk, "ehlo", "\r\n".join(whole))

    async def _helo(self, talk: Talk, _text: str) -> None:
        await self._write(talk, "250 test")

    async def _starttls(self, talk: Talk, _text: str) -> None:
        await self._say(talk, "starttls", "220 2.0.0 Go ahead")
        before = talk.writer.transport
        try:
            await talk.writer.start_tls(certificate())
        except AttributeError as error:
            # Python 3.11 leaves the writer without a transport when the client hangs up at our certificate.
            talk.writer._transport = before  # type: ignore[attr-defined]
            raise _Over from error
        talk.secure = True

    async def _auth(self, talk: Talk, text: str) -> None:
        way, *initial = text.split(" ")[1:]
        if way == "PLAIN":
            _, user, password = base64.b64decode(initial[0]).decode().split("\0")
        else:
            user = base64.b64decode(initial[0]).decode()
            await self._write(talk, "334 UGFzc3dvcmQ6")
            password = base64.b64decode(await talk.reader.readline()).decode()
        right = (user, password) == self._login
        await self._say(talk, "auth", "235 2.7.0 Welcome" if right else "535 5.7.8 Authentication failed")

    async def _mail(self, talk: Talk, text: str) -> None:
        if talk.sender is not None:
            await self._write(talk, "503 5.5.1 Nested MAIL")
            return
        if await self._say(talk, "mail", OK):
            talk.sender = _between(text)

    async def _rcpt(self, talk: Talk, text: str) -> None:
        if await self._say(talk, "rcpt", OK):
            talk.recipients.append(_between(text))

    async def _data(self, talk: Talk, _text: str) -> None:
        if not talk.recipients:
            await self._write(talk, "503 5.5.1 No valid recipients")
            return
        if not await self._say(talk, "data", "354 Go on"):
            return
        fault = self._next("content")
        if fault in (Fault.HALF, Fault.DEAF) or isinstance(fault, Early):
            await self._interrupt(talk, fault)
            await self._content(talk)
            return
        raw = await self._content(talk)
        kept = fault is None or fault in (Fault.KEPT_AND_CUT, Fault.KEPT_AND_SILENT)
        if kept:
            self.received.append(Mail(sender=talk.sender or "", recipients=tuple(talk.recipients), raw=raw))
        talk.sender, talk.recipients = None, []
        await self._act(talk, fault, OK)
        if after := self._next("after"):
            await self._act(talk, after, "")

    async def _content(self, talk: Talk) -> bytes:
        lines = []
        while (line := await talk.reader.readline()) != b".\r\n":
            if not line:
                raise _Over
            self.stray += not line.endswith(b"\r\n") or b"\r" in line[:-2]
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    async def _interrupt(self, talk: Talk, fault: Fault | Early | str) -> None:
        if fault is Fault.DEAF:
            cast("asyncio.ReadTransport", talk.writer.transport).pause_reading()
            await self._stopping.wait()
        await talk.reader.readline()
        if isinstance(fault, Early):
            await self._write(talk, fault.reply)
            if not fault.cut:
                return
        raise _Over

    async def _rset(self, talk: Talk, _text: str) -> None:
        talk.sender, talk.recipients = None, []
        await self._say(talk, "rset", OK)

    async def _quit(self, talk: Talk, _text: str) -> None:
        await self._say(talk, "quit", "221 2.0.0 Bye")
        raise _Over

    def _next(self, stage: Stage) -> Fault | Early | str | None:
        return self._faults[stage].popleft() if self._faults[stage] else None

    async def _say(self, talk: Talk, stage: Stage, usual: str) -> bool:
        """Whether it went as usual."""
        fault = self._next(stage)
        await self._act(talk, fault, usual)
        return fault is None

    async def _act(self, talk: Talk, fault: Fault | Early | str | None, usual: str) -> None:
        if fault in (Fault.CUT, Fault.KEPT_AND_CUT):
            raise _Over
        if fault in (Fault.SILENT, Fault.KEPT_AND_SILENT):
            await talk.reader.read()
            raise _Over
        reply = fault if isinstance(fault, str) else usual
        await self._write(talk, "\x00\xff nonsense" if fault is Fault.GARBAGE else reply)
        if reply.startswith("421"):
            raise _Over

    async def _write(self, talk: Talk, reply: str) -> None:
        talk.writer.write(reply.encode("latin-1") + b"\r\n")
        await talk.writer.drain()
        if reply.startswith("421"):
            talk.writer.close()
            await talk.writer.wait_closed()


def certificate() -> ssl.SSLContext:
    """For the name localhost, by an authority that only `trusting` knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER / "localhost.pem")
    return context


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=FOLDER / "authority.pem")


def _between(text: str) -> str:
    return text[text.index("<") + 1 : text.index(">")]
