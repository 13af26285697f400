"""Mailboxes: logging in where mail is fetched and where it leaves; one mail to itself where replies depend on it."""

import asyncio
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from okno.cli.check.finding import Finding, cut, fine, note, wrong
from okno.config.values import Config, Mailbox
from okno.errors import ChannelDown, DeliveryError
from okno.intake.imap import Folder, ImapLink
from okno.notifier.mail.session import Timeouts
from okno.notifier.mail.smtp import SmtpLine

# A person waits for the answer; deliveries have all the time that RFC 5321 gives.
_TIMEOUTS: Final = Timeouts(connect=15, command=30, data=30, block=30, end=60)
_LOOK: Final = 1.0


async def mail(config: Config, wait: float) -> list[Finding]:
    """`wait`: seconds for a mail to itself to arrive."""
    found = await asyncio.gather(*(_mailbox(box, wait) for box in config.mailboxes))
    return [finding for findings in found for finding in findings]


async def _mailbox(box: Mailbox, wait: float) -> list[Finding]:
    imap, smtp = await asyncio.gather(_imap(box), _smtp(box))
    found = [*imap, *smtp]
    works = box.imap.host and box.smtp.host and all(one.ok for one in found)
    if box.plus_address and works:
        found.append(await _plus(box, wait))
    elif box.plus_address:
        advice = "mend imap and smtp first, then run this again"
        found.append(wrong(_what(box, "plus_address"), "it cannot be tried", advice))
    return found


async def _imap(box: Mailbox) -> list[Finding]:
    if not box.imap.host:
        return []
    what = _what(box, "imap")
    link = ImapLink(box.imap, timeout=15.0)
    try:
        folder = await link.open()
    except ChannelDown as error:
        return [wrong(what, *cut(str(error), "check the lines of imap in the configuration"))]
    finally:
        await link.close()
    return list(_folder(what, folder))


def _folder(what: str, folder: Folder) -> Iterator[Finding]:
    if not folder.writable:
        yield note(what, "the folder is read-only; mails cannot be marked as read", "nothing, if that is meant")
    else:
        yield fine(what)


async def _smtp(box: Mailbox) -> list[Finding]:
    if not box.smtp.host:
        return []
    what = _what(box, "smtp")
    line = SmtpLine(box.smtp, timeouts=_TIMEOUTS)
    try:
        await line.check()
    except DeliveryError as error:
        return [wrong(what, *cut(str(error), "check the lines of smtp in the configuration"))]
    finally:
        await line.close()
    return [fine(what)]


async def _plus(box: Mailbox, wait: float) -> Finding:
    """Sends one mail to the mailbox's own plus-address, and looks whether it comes."""
    what = _what(box, "plus_address")
    token = secrets.token_hex(8)
    local, _, domain = box.address.rpartition("@")
    address = f"{local}+okno-check-{token}@{domain}"
    link = ImapLink(box.imap, timeout=15.0)
    try:
        folder = await link.open()
        await _send(box, address, token)
        async with asyncio.timeout(wait):
            await _arrival(link, max(folder.uidnext - 1, 0), token)
    except TimeoutError:
        advice = "set plus_address = false: this server does not deliver such mail, or takes longer (--wait)"
        return wrong(what, f"a mail to {address} did not arrive within {wait:g} s", advice)
    except DeliveryError as error:
        return wrong(what, *cut(f"a mail to {address} failed: {error}", "set plus_address = false"))
    finally:
        await link.close()
    return fine(what)


async def _send(box: Mailbox, address: str, token: str) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"] = box.address, address
    letter["Subject"] = f"okno check {token}"
    letter["Date"] = format_datetime(datetime.now(UTC))
    letter["Message-ID"] = f"<okno-check.{token}@{box.address.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content("Okno tries whether mail to this address arrives. It removes this letter by itself.\n")
    line = SmtpLine(box.smtp, timeouts=_TIMEOUTS)
    try:
        await line.deliver(box.address, address, letter.as_bytes().replace(b"\n", b"\r\n"), phase=_phase)
    finally:
        await line.close()


async def _phase(_name: str) -> None:
    """Nothing is written down: this mail may come twice."""


async def _arrival(link: ImapLink, after: int, token: str) -> None:
    """Until it is there; it is taken away again. Other mails are left as they are."""
    while True:
        for uid in await link.uids(after):
            found = await link.fetch([uid])
            after = uid
            raw = found[0].raw or b""
            if f"okno-check.{token}@".encode() in raw:
                await link.delete([uid])
                return
        await asyncio.sleep(_LOOK)


def _what(box: Mailbox, part: str) -> str:
    return f"mailbox {box.name}: {part}"
