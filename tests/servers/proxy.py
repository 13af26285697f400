"""A TCP line between a client and a real server that breaks on request: cut, silence, drip, words of its own."""

import asyncio
from types import TracebackType
from typing import Self


class Proxy:
    """Used as an async context manager. What is set holds for lines that open later too, until `mend`."""

    host = "127.0.0.1"

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._server: asyncio.Server | None = None
        self._lines: set[_Line] = set()
        self.port = 0
        self.opened = 0
        self.cut_after: int | None = None
        self.drip = 0.0
        self.slip_in = (b"", b"")
        self._speaks = asyncio.Event()
        self._speaks.set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self.host, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server
        self._server.close()
        await self.cut()
        await self._server.wait_closed()

    def mend(self) -> None:
        self.cut_after, self.drip = None, 0.0
        self._speaks.set()

    def hush(self) -> None:
        """From now on nothing passes, either way, and no line ends."""
        self._speaks.clear()

    async def speaks(self) -> None:
        await self._speaks.wait()

    def say(self, words: bytes) -> None:
        """To every client, as if the server had said it."""
        for line in self._lines:
            line.client.write(words)

    async def cut(self) -> None:
        """Ends every line now."""
        tasks = [line.task for line in self._lines]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def open_lines(self) -> int:
        return len(self._lines)

    async def _serve(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self.opened += 1
        line = _Line(self, reader, client, task)
        self._lines.add(line)
        try:
            await line.run(*self._target)
        except (OSError, asyncio.CancelledError):
            # Ending a line is what this proxy is for.
            pass
        finally:
            self._lines.discard(line)
            client.transport.abort()


class _Line:
    def __init__(
        self, proxy: Proxy, reader: asyncio.StreamReader, client: asyncio.StreamWriter, task: "asyncio.Task[None]"
    ) -> None:
        self._proxy = proxy
        self._reader = reader
        self._told = 0
        self.client = client
        self.task = task

    async def run(self, host: str, port: int) -> None:
        reader, server = await asyncio.open_connection(host, port)
        ways = {asyncio.create_task(self._up(server)), asyncio.create_task(self._down(reader))}
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            server.transport.abort()
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _up(self, server: asyncio.StreamWriter) -> None:
        while data := await self._reader.read(65536):
            await self._proxy.speaks()
            server.write(data)
            await server.drain()

    async def _down(self, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(65536):
            await self._proxy.speaks()
            after, words = self._proxy.slip_in
            if after:
                data = data.replace(after, after + words)
            if self._proxy.drip:
                await self._drop_by_drop(data)
                continue
            limit = self._proxy.cut_after
            if limit is not None and self._told + len(data) >= limit:
                self.client.write(data[: max(0, limit - self._told)])
                await self.client.drain()
                return
            self._told += len(data)
            self.client.write(data)
            await self.client.drain()

    async def _drop_by_drop(self, data: bytes) -> None:
        for place in range(len(data)):
            self.client.write(data[place : place + 1])
            await self.client.drain()
            await asyncio.sleep(self._proxy.drip)
