"""Who may do what: the whole of it is one table. Reading: clients their own tickets, active staff every ticket."""

from dataclasses import dataclass
from typing import Final, Literal

from okno.errors import NotAllowed, NotFound

ActorKind = Literal["client", "staff", "robot", "system"]
Role = Literal["agent", "lead", "admin"]
Deed = Literal[
    "take", "assign", "pass_on", "answer", "note", "ask", "finish", "accept", "return", "close", "reopen", "spam",
    "merge", "unmerge", "change", "postpone", "enter", "write_first", "retry", "join", "read", "hand_out", "resume",
]  # fmt: skip
# mine: the assignee or somebody of the ticket's line; staff: any active member; client: a participant.
Who = Literal["client", "mine", "staff", "robot"]

TABLE: Final[dict[Deed, frozenset[Who]]] = {
    "accept": frozenset({"client", "robot"}),
    "return": frozenset({"client", "mine"}),
    "read": frozenset({"client", "staff", "robot"}),
    "note": frozenset({"staff", "robot"}),
    "enter": frozenset({"staff"}),
    "write_first": frozenset({"staff"}),
    "assign": frozenset({"mine", "robot"}),
    "close": frozenset({"mine", "robot"}),
    "reopen": frozenset({"mine", "robot"}),
    **dict.fromkeys(
        (
            "take", "pass_on", "answer", "ask", "finish", "spam", "merge", "unmerge", "change", "postpone", "retry",
            "join", "hand_out", "resume",
        ),
        frozenset[Who]({"mine"}),
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts. `id` is a person's for a client, a staff member's for staff, None for robot and system."""

    kind: ActorKind
    id: int | None = None
    role: Role = "agent"
    lines: frozenset[int] = frozenset()


ROBOT: Final = Actor(kind="robot")
SYSTEM: Final = Actor(kind="system")


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What of a ticket decides about rights."""

    assignee: int | None
    line: int
    participants: frozenset[int] = frozenset()


def may(actor: Actor, deed: Deed, scope: Scope) -> bool:
    return bool(_hats(actor, scope) & TABLE[deed])


def require(actor: Actor, deed: Deed, scope: Scope) -> None:
    """Raises NotFound where the actor may not even read it, so that "no such" and "not yours" read the same."""
    if may(actor, deed, scope):
        return
    if not may(actor, "read", scope):
        raise NotFound("not_found")
    raise NotAllowed("not_allowed", deed=deed)


def _hats(actor: Actor, scope: Scope) -> frozenset[Who]:
    if actor.kind == "client":
        return frozenset({"client"}) if actor.id in scope.participants else frozenset()
    if actor.kind == "staff":
        if actor.id is None:
            return frozenset()
        mine = actor.role != "agent" or scope.assignee == actor.id or scope.line in actor.lines
        return frozenset({"staff", "mine"}) if mine else frozenset({"staff"})
    return frozenset({"robot"})
