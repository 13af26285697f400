"""Turns a letter into the parts that leave: once, at its first claim, so that every try sends the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from okno.config.values import Config
from okno.errors import NotFound
from okno.notifier import values
from okno.notifier.brief import brief, outline, said
from okno.notifier.envelope import Envelopes, mails
from okno.notifier.telegram import buttons, media
from okno.notifier.values import Material
from okno.queue import clocks, messages, roster, tables, tickets, worklist
from okno.queue.actions import tell
from okno.queue.actions.policy import Policy
from okno.queue.attachments import Attachment
from okno.queue.fixed import Fixed, listed
from okno.queue.letters import Queued
from okno.queue.parts import Draft
from okno.queue.store import Store
from okno.queue.transaction import Tx
from okno.texts import Rich, Texts

_LIMIT: Final = 4096
_AUTHOR: Final = Fixed(
    sa.select(tables.message.c.author, tables.message.c.author_kind, tables.line.c.name)
    .join_from(tables.message, tables.ticket, tables.ticket.c.id == tables.message.c.ticket)
    .join(tables.line, tables.line.c.id == tables.ticket.c.line)
    .where(tables.message.c.id == sa.bindparam("key"))
)
_UNDER: Final = Fixed(*(
    sa.select(tables.message.c.external_id)
    .where(
        tables.message.c.ticket.in_(listed("tickets", sa.BigInteger, postgres=postgres)),
        tables.message.c.direction == "in", tables.message.c.id < sa.bindparam("answer"),
        tables.message.c.chat == sa.bindparam("chat"), tables.message.c.external_id.is_not(None),
    )
    .order_by(sa.case((tables.message.c.id == sa.bindparam("aim"), 0), else_=1), tables.message.c.id.desc())
    .limit(1)
    for postgres in (False, True)
))  # fmt: skip
_BRINGING: Final = frozenset({"alert_assigned", "alert_client_wrote"})


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A letter with what is known for it: `material` None where it brings all its values along. `version`: which one of
    its message's words they are.
    """

    letter: Queued
    material: Material | None = None
    missing: NotFound | None = None
    version: int = 0


class Renderer:
    def __init__(
        self, store: Store, texts: Texts, config: Config, policy: Callable[[], Policy], now: Callable[[], datetime]
    ) -> None:  # fmt: skip
        self._store = store
        self._texts = texts
        self._config = config
        self._policy = policy
        self._now = now
        self._envelopes = Envelopes(store, texts, config)

    def ready(self, tx: Tx, look: worklist.Look) -> Ready | None:
        """The letter this lane has to render next, with what is read of the store for it; None when there is none."""
        letter = worklist.peek(tx, look)
        return None if letter is None else self.gather(tx, letter)

    def gather(self, tx: Tx, letter: Queued) -> Ready:
        """What is missing becomes known when the letter is made: only then can it be said whose letter it was."""
        if letter.template in values.WITHOUT_TICKET:
            return Ready(letter=letter)
        try:
            seen = messages.newest_version(tx, letter.message) if letter.message is not None else 0
            return Ready(letter=letter, material=self._material(tx, letter), version=seen)
        except NotFound as error:
            return Ready(letter=letter, missing=error)

    async def drafts(self, ready: Ready) -> list[Draft]:
        """Empty for a letter nobody needs any more. Raises DeliveryError when it cannot be made."""
        letter = ready.letter
        if letter.expires_at is not None and letter.expires_at <= self._now():
            return []
        if ready.missing is not None:
            raise ready.missing
        if ready.material is None:
            text = self._texts.render(letter.template, letter.language, **values.plain(letter))
            if letter.channel == "email":
                return await self._envelopes.about_nothing(letter, text)
            return [self._text(letter, piece, None) for piece in text.split()]
        if letter.channel == "email":
            return await self._envelopes.drafts(ready.material)
        return self._telegram(ready.material)

    def _material(self, tx: Tx, letter: Queued) -> Material:
        if letter.ticket is None:
            raise NotFound("not_found")
        ticket = tickets.followed(tx, letter.ticket)
        for_client = letter.staff is None and letter.identity is not None
        about = outline(tx, ticket) if for_client else brief(tx, ticket.id)
        policy = self._policy()
        tried = {ticket.channel} if letter.template == "alert_undelivered" else set()
        elsewhere = tell.elsewhere(tx, ticket, tried, policy) if tried else None
        return Material(
            letter=letter,
            brief=about,
            said=said(tx, letter.message) if letter.message else None,
            signed=self._signed(tx, letter),
            other=elsewhere.channel if elsewhere else None,
            choices=_choices(tx, letter.data.get("choices") or []),
            accepts_at=clocks.of(tx, ticket.id).get("acceptance") if ticket.status == "done" else None,
            policy=policy,
            line=self.line(about.line, letter.language) if about.line else "",
            now=self._now(),
            under=_under(tx, letter, ticket.id),
            thread=mails(tx, ticket.id) if letter.channel == "email" else (),
        )

    def line(self, name: str, language: str) -> str:
        spoken = self._texts.spoken(language)
        return next((line.titled(spoken) for line in self._config.lines if line.name == name), name)

    def _signed(self, tx: Tx, letter: Queued) -> str:
        """How the client sees the author: the person or the desk, as the line says."""
        row = None
        if letter.message is not None:
            row = tx.one(_AUTHOR, {"key": letter.message})
        desk = self._texts.label("people", "us", letter.language)
        if row is None or row.author is None or row.author_kind != "staff":
            return desk
        line = next((one for one in self._config.lines if one.name == row.name), None)
        return desk if line is not None and line.sign_as == "desk" else roster.get(tx, row.author).name

    def _telegram(self, material: Material) -> list[Draft]:
        letter = material.letter
        text = self._texts.render(letter.template, letter.language, **values.of(material))
        markup = self._markup(material)
        files = material.said.files if material.said and letter.kind == "answer" else _unseen(material)
        # An alert with buttons is one message, the first: they are redrawn there, and files may follow it.
        pieces = [text.cut(_LIMIT)] if letter.template in tell.WITH_BUTTONS else text.split()
        drafts = [
            self._text(
                letter, piece, markup if piece is pieces[-1] else None, material.under if piece is pieces[0] else None
            )
            for piece in pieces
        ]
        drafts += [
            Draft(recipient=letter.recipient, payload=call) for call in media.sends(files, chat=int(letter.recipient))
        ]
        return drafts

    def _text(
        self, letter: Queued, piece: Rich, markup: dict[str, Any] | None, under: int | None = None
    ) -> Draft:  # fmt: skip
        payload: dict[str, Any] = {
            "method": "sendMessage", "chat_id": int(letter.recipient), **piece.as_telegram(),
            "link_preview_options": {"is_disabled": True},
        }  # fmt: skip
        if under is not None:
            payload["reply_parameters"] = {"message_id": under, "allow_sending_without_reply": True}
        if markup and markup["inline_keyboard"]:
            payload["reply_markup"] = markup
        return Draft(recipient=letter.recipient, payload=payload)

    def _markup(self, material: Material) -> dict[str, Any] | None:
        letter, about = material.letter, material.brief

        def word(key: str, **facts: Any) -> str:
            return self._texts.label("buttons", key, letter.language, **facts)

        if letter.template in tell.WITH_BUTTONS and letter.staff is not None:
            assigned = about.ticket.assignee is not None
            return buttons.staff(about.number, about.status, word, assigned=assigned, maybe=about.ticket.maybe)
        if letter.template == "nudge_unassigned":
            return buttons.staff(about.number, about.status, word, assigned=False)
        if letter.template == "alert_undelivered" and letter.message is not None:
            return buttons.undelivered(letter.message, word, other=material.other is not None)
        if letter.template == "done_please_check":
            return buttons.acceptance(about.number, word)
        if letter.template == "which_ticket":
            return buttons.which(letter.data["message"], letter.data["choices"], word)
        return None


def _unseen(material: Material) -> Sequence[Attachment]:
    """Where there is no group, an alert brings the client's files along: staff see them nowhere else by themselves."""
    if material.policy.room is not None or material.letter.template not in _BRINGING:
        return ()
    said = material.said or material.brief.last
    return said.files if said is not None and said.message.direction == "in" else ()


def _under(tx: Tx, letter: Queued, ticket: int) -> int | None:
    """The client's message that an answer replies to, else the last of the ticket they wrote in this chat before it."""
    answer = messages.get(tx, letter.message) if letter.kind == "answer" and letter.message is not None else None
    if answer is None or letter.channel != "telegram":
        return None
    mine = {"tickets": tickets.merged(tx, ticket), "answer": answer.id, "chat": int(letter.recipient)}
    found = tx.value(_UNDER, {**mine, "aim": answer.reply_to or 0})
    return int(found) if found is not None else None


def _choices(tx: Tx, keys: list[int]) -> list[dict[str, Any]]:
    found = (tickets.find(tx, key) for key in keys)
    return [{"number": one.id, "subject": one.subject} for one in found if one]
