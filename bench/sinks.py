"""Where letters go: the least a Bot API and an SMTP server can be, so that the client is what is measured.

They count what came for whom; they check nothing.
"""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

_CHAT: Final = re.compile(rb'chat_id["=\s]+(-?\d+)')
_LOOK: Final = 0.002


class Sinks:
    """Both, in one process. A letter is known by whom it is for: each goes to somebody else."""

    def __init__(self) -> None:
        self._came: Counter[bytes] = Counter()
        self._number = 0
        self._runner = web.ServerRunner(web.Server(self._call))

    async def start(self) -> tuple[str, int]:
        """The Bot API's address and the SMTP port."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        loop = asyncio.get_running_loop()
        smtp = await loop.create_server(lambda: _Talk(self._keep), "127.0.0.1", 0)
        port: int = smtp.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}", port

    async def came(self) -> tuple[int, int]:
        """How many letters, and for how many different people."""
        return self._came.total(), len(self._came)

    async def forget(self) -> None:
        self._came.clear()

    async def until(self, different: int) -> None:
        while len(self._came) < different:  # noqa: ASYNC110 - a bell for each letter would cost more than a look
            await asyncio.sleep(_LOOK)

    def _keep(self, recipient: bytes) -> None:
        self._came[recipient] += 1

    async def _call(self, request: web.BaseRequest) -> web.StreamResponse:
        method = request.rel_url.path.rpartition("/")[2]
        if method == "getUpdates":
            await asyncio.sleep(5)
            return _json([])
        if method != "sendMessage":
            return _json(True)
        chat = _CHAT.search(await request.read())
        assert chat
        self._keep(chat[1])
        self._number += 1
        return _json({"message_id": self._number, "date": 1, "chat": {"id": int(chat[1]), "type": "private"}})


def _json(result: Any) -> web.Response:
    return web.Response(text=json.dumps({"ok": True, "result": result}), content_type="application/json")


class _Talk(asyncio.Protocol):
    """One SMTP conversation."""

    def __init__(self, keep: Callable[[bytes], None]) -> None:
        self._keep = keep
        self._buffer = bytearray()
        self._recipient = b""
        self._writing = False
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._mail() if self._writing else self._line():
            pass

    def _mail(self) -> bool:
        end = self._buffer.find(b"\r\n.\r\n")
        if end < 0:
            return False
        del self._buffer[: end + 5]
        self._writing = False
        self._keep(self._recipient)
        self._transport.write(b"250 OK\r\n")
        return True

    def _line(self) -> bool:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return False
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        match line[:4].upper():
            case b"EHLO":
                self._transport.write(b"250-sink\r\n250-SIZE 52428800\r\n250 8BITMIME\r\n")
            case b"DATA":
                self._writing = True
                self._transport.write(b"354 go on\r\n")
            case b"QUIT":
                self._transport.write(b"221 bye\r\n")
                self._transport.close()
            case b"RCPT":
                self._recipient = line.partition(b":")[2]
                self._transport.write(b"250 OK\r\n")
            case _:
                self._transport.write(b"250 OK\r\n")
        return True
