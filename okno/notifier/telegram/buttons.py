"""Buttons: what stands in callback_data and which buttons a ticket shows. Who may press is decided by the actions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from okno.desk.ticket import Status

# Bot API, InlineKeyboardButton.callback_data: 1-64 bytes.
_LONGEST: Final = 64
Word = Callable[..., str]
Row = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Press:
    """A button's meaning: `verb:number[:more]`. Anybody can send any of these; they prove nothing."""

    verb: str
    number: int = 0
    more: str = ""

    def pack(self) -> str:
        data = f"{self.verb}:{self.number}" + (f":{self.more}" if self.more else "")
        if len(data.encode()) > _LONGEST:
            raise ValueError(f"callback data too long: {data}")
        return data


def unpack(data: str) -> Press | None:
    """None for what no button of ours says."""
    verb, _, rest = data.partition(":")
    number, _, more = rest.partition(":")
    if not verb.isidentifier() or not number.isdecimal() or len(number) > 15:  # noqa: PLR2004 - ids are 64 bits
        return None
    return Press(verb=verb, number=int(number), more=more)


def button(label: str, verb: str, number: int = 0, more: str = "") -> dict[str, Any]:
    return {"text": label, "callback_data": Press(verb=verb, number=number, more=more).pack()}


def keyboard(*rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": [list(row) for row in rows if row]}


def staff(ticket: int, status: Status, word: Word, *, assigned: bool, maybe: int | None = None) -> dict[str, Any]:
    """A ticket's buttons for staff, by its state; the same on the card and on a private alert."""

    def of(*verbs: str) -> Row:
        return [button(word(verb), verb, ticket) for verb in verbs]

    extra: Row = [button(word("join", number=maybe), "join", ticket)] if maybe else []
    if status == "merged":
        return keyboard(of("unmerge"))
    if status == "spam":
        return keyboard(of("not_spam"))
    if status == "closed":
        return keyboard(of("reopen"))
    if status == "new":
        return keyboard(of("take", "answer"), of("postpone", "pass_on"), of("spam", "close"), extra)
    if status == "done":
        return keyboard(of("answer"), [button(word("resume"), "undone", ticket), *of("close")], extra)
    rows = [of("answer", "ask"), of("done", "pass_on"), of("postpone", "more")]
    if not assigned:
        rows.insert(0, of("take"))
    return keyboard(*rows, extra)


def more(ticket: int, status: Status, word: Word) -> dict[str, Any]:
    """What is needed seldom, behind one more press."""
    waiting = status.startswith("waiting")
    return keyboard(
        [button(word("priority"), "priority", ticket), button(word("assign"), "assign", ticket)],
        [
            button(word("resume"), "resume", ticket) if waiting else button(word("hand_out"), "hand_out", ticket),
            button(word("close"), "close", ticket),
        ],
        [button(word("spam"), "spam", ticket), button(word("back"), "card", ticket)],
    )


def undelivered(message: int, word: Word, *, other: bool) -> dict[str, Any]:
    row = [button(word("retry"), "retry", message)]
    return keyboard(row, [button(word("other_channel"), "other_channel", message)] if other else [])


def recall(message: int, word: Word) -> dict[str, Any]:
    return keyboard([button(word("recall"), "recall", message), button(word("send_now"), "send_now", message)])


def acceptance(ticket: int, word: Word) -> dict[str, Any]:
    return keyboard([button(word("accept"), "accept", ticket), button(word("not_yet"), "not_yet", ticket)])


def which(message: int, choices: Sequence[int], word: Word) -> dict[str, Any]:
    found = [button(f"#{number}", "route", message, str(number)) for number in choices]
    rows = [found[at : at + 3] for at in range(0, len(found), 3)]
    return keyboard(*rows, [button(word("new_one"), "route", message, "0")])
