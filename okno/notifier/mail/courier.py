"""Carries one part of a letter to an SMTP server; the point of no return is committed before the content leaves."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping

from okno.errors import ChannelDown, Refused
from okno.notifier.mail.smtp import SmtpLine
from okno.notifier.telegram.courier import Delivered
from okno.queue.files import Files
from okno.queue.parts import InFlight

Phase = Callable[[str], Awaitable[None]]


class MailCourier:
    """`lines` by account; a part's lane names its account."""

    def __init__(self, lines: Mapping[int, SmtpLine], files: Files) -> None:
        self._lines = lines
        self._files = files

    async def send(self, part: InFlight, phase: Phase) -> Delivered:
        line = self._lines.get(int(part.lane.partition(":")[0]))
        if line is None:
            raise ChannelDown("this mailbox has no SMTP server in config.toml; add one")
        raw = await self._raw(part)
        reply = await line.deliver(str(part.payload["from"]), part.recipient, raw, phase=phase)
        return Delivered(remote=reply[:200])

    async def _raw(self, part: InFlight) -> bytes:
        if part.blob is None:
            return base64.b64decode(part.payload["raw"])
        try:
            return await asyncio.to_thread(self._files.read, part.blob)
        except FileNotFoundError as error:
            raise Refused("the mail to send is not kept any more") from error

    async def close(self) -> None:
        await asyncio.gather(*(line.close() for line in self._lines.values()))
