"""An IMAP server that says what a test tells it to: for servers that do not exist as a package."""

import asyncio
import re
from types import TracebackType
from typing import Self

CAPABILITIES = "IMAP4rev1 IDLE LITERAL+ UIDPLUS MOVE"
SELECTED = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 4] ok\r\n{tag} OK [READ-WRITE] done\r\n"


class Script:
    """Used as an async context manager. `answers`: a pattern for the client's line, and what is said to it.

    {tag} becomes the command's tag; after an answer with "+" the next line belongs to the same command. An answer of
    None ends the line. The first pattern that fits is used; behind them stand ordinary answers, so that a test names
    only what is odd. `heard` keeps every line of the client.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        *answers: tuple[str, bytes | None],
        greeting: bytes = b"* OK hello\r\n",
        capabilities: str = CAPABILITIES,
    ) -> None:
        self._greeting = greeting
        self._answers: tuple[tuple[str, bytes | None], ...] = (
            *answers,
            (r"CAPABILITY", f"* CAPABILITY {capabilities}\r\n{{tag}} OK done\r\n".encode()),
            (r"SELECT", SELECTED),
            (r"LOGOUT", b"* BYE bye\r\n{tag} OK done\r\n"),
            (r".*", b"{tag} OK done\r\n"),
        )
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self._continued = b""
        self.heard: list[bytes] = []
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self.host, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server
        self._server.close()
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._lines.add(task)
        try:
            writer.write(self._greeting)
            while line := await reader.readline():
                self.heard.append(line.strip())
                answer = self._answer(line)
                if answer is None:
                    return
                writer.write(answer)
                await writer.drain()
        except (OSError, asyncio.CancelledError):
            # The client went away, or the test is over.
            pass
        finally:
            self._lines.discard(task)
            writer.transport.abort()

    def _answer(self, line: bytes) -> bytes | None:
        tag, _, command = line.strip().partition(b" ")
        if self._continued:
            tag, command = self._continued, line.strip()
        for pattern, answer in self._answers:
            if re.match(pattern.encode(), command, re.IGNORECASE):
                self._continued = tag if answer and b"\r\n+" in b"\r\n" + answer else b""
                return answer and answer.replace(b"{tag}", tag)
        raise AssertionError("the last pattern fits everything")
