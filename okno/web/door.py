"""A door for the command line into a running service that holds the store's lock: one line of JSON asks, one answers.

A unix socket of its owner alone, in a short folder (its address may have a hundred bytes), which data_dir names.
"""

import asyncio
import base64
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import structlog

from okno.errors import OknoError
from okno.intake.drain import Mails
from okno.intake.imports import Importer, Raw
from okno.queue import roster
from okno.queue.actions import parked
from okno.queue.actions.policy import Policy
from okno.queue.store import Store

log: Final = structlog.stdlib.get_logger()
ADDRESS: Final = "okno.sock-address"
# A batch of mails; larger ones come as the names of kept files.
_LONGEST: Final = 16 * 1024 * 1024

Json = dict[str, Any]


class Door:
    """`start` and `close` once each. `data_dir` is where the command line looks for the address."""

    def __init__(
        self, store: Store, data_dir: Path, policy: Callable[[], Policy], mails: Mails, now: Callable[[], datetime]
    ) -> None:  # fmt: skip
        self._store = store
        self._address = data_dir / ADDRESS
        self._importer = Importer(store, policy, mails, now)
        self._now = now
        self._folder: Path | None = None
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        await self._clear()
        # systemd's PrivateTmp would hide a folder in /tmp from everybody else.
        home = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0] or None
        self._folder = Path(tempfile.mkdtemp(prefix="okno-", dir=home))
        socket = self._folder / "door"
        self._server = await asyncio.start_unix_server(self._welcome, socket, limit=_LONGEST)
        socket.chmod(0o600)
        fresh = self._address.with_suffix(".new")
        fresh.write_text(str(socket), encoding="utf-8")
        fresh.chmod(0o600)
        fresh.replace(self._address)

    async def _clear(self) -> None:
        """A life that was killed has left its folder behind; where somebody answers, it is another worker's."""
        try:
            old = Path(self._address.read_text(encoding="utf-8"))
            _, writer = await asyncio.open_unix_connection(old)
        except ConnectionRefusedError:
            if old.parent.name.startswith("okno-"):
                await asyncio.to_thread(shutil.rmtree, old.parent, ignore_errors=True)
        except OSError:
            return
        else:
            writer.close()

    async def close(self) -> None:
        """What is being done for somebody is finished by its transaction or not at all."""
        self._address.unlink(missing_ok=True)
        if self._server is not None:
            self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            while line := await reader.readline():
                answer = await self._answered(line)
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except (OSError, ValueError) as error:  # ValueError: a line longer than the limit
            log.warning("the command line went away", error=str(error))
        except asyncio.CancelledError:
            # The service stops: the caller sees the line end. asyncio's own report of it would be a traceback.
            pass
        finally:
            self._talks.discard(task)
            writer.close()

    async def _answered(self, line: bytes) -> Json:
        try:
            return {"ok": True, **await self._do(json.loads(line))}
        except OknoError as error:
            return {"ok": False, "error": str(error)}
        except (KeyError, TypeError, ValueError) as error:
            # Another version of the command line may ask for what this one does not know.
            return {"ok": False, "error": f"The service does not understand this ({error!r}); is it of this version?"}
        except Exception as error:
            log.exception("the command line asked for what failed")
            return {
                "ok": False,
                "error": f"It failed in the service ({type(error).__name__}); its log has the details.",
            }

    async def _do(self, asked: Json) -> Json:
        match asked["do"]:
            case "retry":
                return {"found": await self._store.write(parked.retry, _name(asked), self._now())}
            case "discard":
                command = parked.Discard(name=_name(asked), why=str(asked["why"]))
                return {"found": await self._store.write(parked.discard, command, self._now())}
            case "import":
                return {"mails": await self._import(asked)}
            case other:
                raise ValueError(other)

    async def _import(self, asked: Json) -> list[Json]:
        accounts = await self._store.read(roster.accounts, None)
        account = next((one.id for one in accounts if (one.kind, one.name) == ("email", asked["mailbox"])), None)
        if account is None:
            raise OknoError(f"The running service has no mailbox {asked['mailbox']!r}; restart it if it is new.")
        taken = await self._importer.take(account, [_raw(one) for one in asked["mails"]], receipts=asked["receipts"])
        return [{"outcome": one.outcome, "ticket": one.ticket, "rule": one.rule} for one in taken]


def _name(asked: Json) -> parked.Name:
    found = parked.Name.of(asked["id"])
    if found is None:
        raise ValueError(asked["id"])
    return found


def _raw(one: Json) -> Raw:
    return Raw(blob=one["blob"]) if "blob" in one else Raw(payload=base64.b64decode(one["payload"], validate=True))
