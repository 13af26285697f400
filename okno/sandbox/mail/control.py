"""The mail host over HTTP, for the demo page and for tests in other processes; mount it at /sandbox/mail.

It has no password: whoever reaches it reads every mailbox. Loopback only.

    GET    /mailboxes                                      who has a mailbox, how many mails lie in it
    POST   /mailboxes                                      {address, password}
    GET    /mailboxes/{address}/messages                   short forms, oldest first; ?after=UID
    POST   /mailboxes/{address}/messages                   the body is a raw mail: straight into the inbox
    GET    /mailboxes/{address}/messages/{uid}             with text and names of attachments
    GET    /mailboxes/{address}/messages/{uid}/raw
    GET    /mailboxes/{address}/messages/{uid}/attachments/{place}
    POST   /mailboxes/{address}/renumber                   a new UIDVALIDITY
    POST   /compose                                        {from, name, to, cc, subject, text, in_reply_to, attachments}
    GET    /faults    POST /faults    DELETE /faults       SMTP rules, see faults.Fault
    POST   /hang-up                                        BYE on every IMAP connection
    GET    /changes?since=N&seconds=S                      what arrived after change N; waits up to S seconds
"""

import json
import smtplib
from base64 import b64decode
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from okno.sandbox.mail.faults import Fault
from okno.sandbox.mail.host import Mail, MailHost
from okno.sandbox.mail.letters import Draft
from okno.sandbox.mail.mailboxes import NoMailbox
from okno.sandbox.mail.reading import Attached, Reading, read

LARGEST = 64 * 1024 * 1024
LONGEST_WAIT = 60.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def control(host: MailHost) -> web.Application:
    """For `page.add_subapp("/sandbox/mail", …)`."""
    app = web.Application(client_max_size=LARGEST, middlewares=[_in_words])
    desk = _Control(host)
    mails = "/mailboxes/{address}/messages"
    app.add_routes(
        [
            web.get("/mailboxes", desk.mailboxes),
            web.post("/mailboxes", desk.add),
            web.get(mails, desk.messages),
            web.post(mails, desk.deliver),
            web.get(mails + r"/{uid:\d+}", desk.message),
            web.get(mails + r"/{uid:\d+}/raw", desk.raw),
            web.get(mails + r"/{uid:\d+}/attachments/{place:\d+}", desk.attachment),
            web.post("/mailboxes/{address}/renumber", desk.renumber),
            web.post("/compose", desk.compose),
            web.get("/faults", desk.faults),
            web.post("/faults", desk.add_faults),
            web.delete("/faults", desk.clear_faults),
            web.post("/hang-up", desk.hang_up),
            web.get("/changes", desk.changes),
        ]
    )
    return app


@web.middleware
async def _in_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Mistakes come back as {"error": …}: 404 what is not here, 400 what makes no sense, 502 what SMTP refused."""
    try:
        return await handler(request)
    except NoMailbox as error:
        return _refusal(404, str(error))
    except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        return _refusal(400, f"{type(error).__name__}: {error}")
    except (smtplib.SMTPException, OSError) as error:
        return _refusal(502, f"{type(error).__name__}: {error}")


def _refusal(status: int, words: str) -> web.Response:
    return web.json_response({"error": words}, status=status)


class _Control:
    def __init__(self, host: MailHost) -> None:
        self._host = host

    async def mailboxes(self, _request: web.Request) -> web.Response:
        rows = [
            {"address": account.address, "messages": len(account.folders.inbox.stored)}
            for account in self._host.mailboxes.all
        ]
        return web.json_response({"mailboxes": rows, "number": self._host.number})

    async def add(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self._host.add_mailbox(asked["address"], asked["password"])
        return web.json_response({"address": asked["address"]}, status=201)

    async def messages(self, request: web.Request) -> web.Response:
        after = int(request.query.get("after", "0"))
        mails = self._host.messages(request.match_info["address"])
        rows = [_short(mail, read(mail.raw)) for mail in mails if mail.uid > after]
        return web.json_response({"messages": rows})

    async def deliver(self, request: web.Request) -> web.Response:
        uid = self._host.deliver(request.match_info["address"], await request.read())
        return web.json_response({"uid": uid}, status=201)

    async def message(self, request: web.Request) -> web.Response:
        mail = self._mail(request)
        return web.json_response(_whole(mail, read(mail.raw)))

    async def raw(self, request: web.Request) -> web.Response:
        return web.Response(body=self._mail(request).raw, content_type="message/rfc822")

    async def attachment(self, request: web.Request) -> web.Response:
        found = read(self._mail(request).raw).attachments
        place = int(request.match_info["place"])
        if place >= len(found):
            return _refusal(404, f"this mail has {len(found)} attachments, counted from 0")
        # Never shown in place: a client's HTML would run with the page's rights.
        kept = web.Response(body=found[place].data, content_type="application/octet-stream")
        kept.headers["Content-Disposition"] = "attachment"
        kept.headers["X-Content-Type-Options"] = "nosniff"
        return kept

    async def renumber(self, request: web.Request) -> web.Response:
        fresh = self._host.mailboxes.renumber(request.match_info["address"])
        return web.json_response({"uid_validity": fresh})

    async def compose(self, request: web.Request) -> web.Response:
        message_id = await self._host.send(self._draft(await request.json()))
        return web.json_response({"message_id": message_id}, status=201)

    async def faults(self, _request: web.Request) -> web.Response:
        rows = [{**asdict(fault), "times": left} for fault, left in self._host.faults.left]
        return web.json_response({"faults": rows})

    async def add_faults(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self._host.faults.add(*[Fault(**rule) for rule in (asked if isinstance(asked, list) else [asked])])
        return await self.faults(request)

    async def clear_faults(self, request: web.Request) -> web.Response:
        self._host.faults.clear()
        return await self.faults(request)

    async def hang_up(self, _request: web.Request) -> web.Response:
        await self._host.hang_up()
        return web.json_response({})

    async def changes(self, request: web.Request) -> web.Response:
        since = int(request.query.get("since", "0"))
        seconds = min(float(request.query.get("seconds", "0")), LONGEST_WAIT)
        found = await self._host.changes(since, seconds=seconds)
        return web.json_response({"changes": [asdict(change) for change in found], "number": self._host.number})

    def _mail(self, request: web.Request) -> Mail:
        return self._numbered(request.match_info["address"], int(request.match_info["uid"]))

    def _numbered(self, address: str, uid: int) -> Mail:
        for mail in self._host.messages(address):
            if mail.uid == uid:
                return mail
        raise web.HTTPNotFound(text=f'{{"error": "no mail {uid} in this inbox"}}', content_type="application/json")

    def _draft(self, asked: dict[str, Any]) -> Draft:
        """`in_reply_to` is a UID in the sender's own inbox: one answers what one has received."""
        answered = asked.get("in_reply_to")
        draft = Draft(
            sender=asked["from"],
            name=asked.get("name", ""),
            to=_several(asked.get("to", [])),
            cc=_several(asked.get("cc", [])),
            subject=asked.get("subject", ""),
            text=asked.get("text", ""),
            answers=read(self._numbered(asked["from"], int(answered)).raw) if answered else None,
            attachments=tuple(_attached(one) for one in asked.get("attachments", [])),
        )
        if not draft.recipients:
            raise ValueError("nobody to send to: give `to`, or `in_reply_to` with the UID of a received mail")
        return draft


def _several(value: str | list[str]) -> tuple[str, ...]:
    one_or_more = [value] if isinstance(value, str) else value
    return tuple(one for one in one_or_more if one)


def _attached(asked: dict[str, Any]) -> Attached:
    return Attached(
        name=asked["name"],
        type=asked.get("type", "application/octet-stream"),
        inline=bool(asked.get("inline")),
        data=b64decode(asked["base64"], validate=True),
    )


def _short(mail: Mail, reading: Reading) -> dict[str, Any]:
    return {
        "uid": mail.uid,
        "at": mail.at.isoformat(),
        "seen": mail.seen,
        "from": reading.sender,
        "to": reading.to,
        "subject": reading.subject,
        "date": reading.date,
        "attachments": len(reading.attachments),
    }


def _whole(mail: Mail, reading: Reading) -> dict[str, Any]:
    attachments = [
        {"place": place, "name": one.name, "type": one.type, "inline": one.inline, "size": len(one.data)}
        for place, one in enumerate(reading.attachments)
    ]
    return {
        **_short(mail, reading),
        "cc": reading.cc,
        "reply_to": reading.reply_to,
        "message_id": reading.message_id,
        "references": reading.references,
        "text": reading.text,
        "attachments": attachments,
    }
