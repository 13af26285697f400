"""The command line's side of the door into a running service (okno/web/door.py): asks in a line, gets a line."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from okno.errors import OknoError, StoreLocked
from okno.web.door import ADDRESS

Json = dict[str, Any]
_LONGEST: Final = 16 * 1024 * 1024


class Line:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def ask(self, what: str, **facts: Any) -> Json:
        """Raises OknoError in the service's words, or that it is gone."""
        try:
            self._writer.write(json.dumps({"do": what, **facts}).encode() + b"\n")
            await self._writer.drain()
            line = await self._reader.readline()
        except OSError:
            line = b""
        if not line:
            raise OknoError("the service stopped meanwhile; run this again, what is done already is not done twice")
        answer: Json = json.loads(line)
        if not answer["ok"]:
            raise OknoError(answer["error"])
        return answer


@asynccontextmanager
async def opened(data_dir: Path) -> AsyncIterator[Line]:
    """Raises StoreLocked when nobody opens: what holds the lock is no service, or one just starting or stopping."""
    try:
        socket = (data_dir / ADDRESS).read_text(encoding="utf-8")
        reader, writer = await asyncio.open_unix_connection(socket, limit=_LONGEST)
    except OSError as error:
        raise StoreLocked(
            "Another Okno process holds this store and does not answer; try again in a moment, or stop it first."
        ) from error
    try:
        yield Line(reader, writer)
    finally:
        writer.close()
