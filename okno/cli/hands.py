"""Who does what a command asks: this process, when the store is free, or else the service that holds it."""

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

from okno.cli import door
from okno.cli.sources import Letter
from okno.config.values import Config
from okno.errors import StoreLocked
from okno.intake.imap import LARGEST
from okno.intake.imports import Importer, Raw, Taken
from okno.queue.actions import parked
from okno.queue.files import Files
from okno.queue.journal import ROW_LIMIT
from okno.queue.opening import opened
from okno.queue.store import Store


class Hands(Protocol):
    async def retry(self, name: parked.Name) -> bool:
        """False when nothing of that name stands still; so with discard."""

    async def discard(self, name: parked.Name, why: str) -> bool: ...

    async def take(self, mailbox: str, letters: Sequence[Letter], *, receipts: bool) -> list[Taken]: ...


@asynccontextmanager
async def hands(config: Config) -> AsyncIterator[Hands]:
    """Raises StoreLocked when the store is held by somebody who does not answer."""
    async with AsyncExitStack() as stack:
        try:
            store = await stack.enter_async_context(opened(config.data_dir, config.database_url.reveal()))
        except StoreLocked:
            line = await stack.enter_async_context(door.opened(config.data_dir))
            files = await asyncio.to_thread(Files, config.data_dir / "files")
            yield _Theirs(line, files)
        else:
            ours = _Ours(config, store)
            stack.push_async_callback(ours.close)
            yield ours


class _Theirs:
    def __init__(self, line: door.Line, files: Files) -> None:
        self._line = line
        self._files = files

    async def retry(self, name: parked.Name) -> bool:
        answer = await self._line.ask("retry", id=str(name))
        return bool(answer["found"])

    async def discard(self, name: parked.Name, why: str) -> bool:
        answer = await self._line.ask("discard", id=str(name), why=why)
        return bool(answer["found"])

    async def take(self, mailbox: str, letters: Sequence[Letter], *, receipts: bool) -> list[Taken]:
        raws = await asyncio.to_thread(_raws, self._files, letters)
        mails = [_told(raw) for raw in raws]
        answer = await self._line.ask("import", mailbox=mailbox, mails=mails, receipts=receipts)
        return [Taken(**one) for one in answer["mails"]]


class _Ours:
    def __init__(self, config: Config, store: Store) -> None:
        self._config = config
        self._store = store
        self._accounts: dict[tuple[str, str], int] = {}
        self._importer: Importer | None = None
        self._stack = AsyncExitStack()

    async def retry(self, name: parked.Name) -> bool:
        return await self._store.write(parked.retry, name, _now())

    async def discard(self, name: parked.Name, why: str) -> bool:
        return await self._store.write(parked.discard, parked.Discard(name=name, why=why), _now())

    async def take(self, mailbox: str, letters: Sequence[Letter], *, receipts: bool) -> list[Taken]:
        importer = self._importer = self._importer or await self._made()
        raws = await asyncio.to_thread(_raws, self._store.files, letters)
        return await importer.take(self._accounts["email", mailbox], raws, receipts=receipts)

    async def close(self) -> None:
        await self._stack.aclose()

    async def _made(self) -> Importer:
        """Only now: this imports everything."""
        from okno.intake.mail.worker import Reader
        from okno.intake.mails import MailReader
        from okno.queue.founding import prepare

        policy, self._accounts = await prepare(self._store, self._config, _now())
        reader = Reader(spool=self._store.files.coming)
        self._stack.push_async_callback(reader.close)
        boxes = {self._accounts["email", box.name]: box for box in self._config.mailboxes}
        return Importer(self._store, lambda: policy, MailReader(reader, self._store.files, boxes), _now)


def _raws(files: Files, letters: Sequence[Letter]) -> list[Raw]:
    return [_raw(files, letter) for letter in letters]


def _raw(files: Files, letter: Letter) -> Raw:
    """Large ones are kept in the store's files at once, so that no more than one of them is in memory."""
    if letter.size > LARGEST:
        place = files.coming / secrets.token_hex(16)
        with place.open("xb") as file:
            letter.copy(file)
        return Raw(blob=files.adopt(place))
    raw = letter.read(LARGEST)
    return Raw(payload=raw) if len(raw) <= ROW_LIMIT else Raw(blob=files.keep(raw))


def _told(raw: Raw) -> dict[str, Any]:
    return {"blob": raw.blob} if raw.blob else {"payload": base64.b64encode(raw.payload or b"").decode()}


def _now() -> datetime:
    return datetime.now(UTC)
