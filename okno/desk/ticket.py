"""The life of a ticket as one table: what is not in it raises and changes nothing."""

from typing import Final, Literal, get_args

from okno.errors import BadMove

Status = Literal[
    "new", "open", "waiting_client", "waiting_approval", "waiting_other", "done", "closed", "merged", "spam"
]
Move = Literal[
    "taken", "answered", "asked", "handed_out", "finished", "resumed", "silence", "accepted", "acceptance_passed",
    "returned", "closed", "client_wrote", "thanked", "reopened", "answer_failed", "marked_spam", "not_spam", "merged",
    "unmerged",
]  # fmt: skip
Priority = Literal["low", "normal", "high", "urgent"]
PRIORITIES: Final[tuple[Priority, ...]] = get_args(Priority)
STATUSES: Final[tuple[Status, ...]] = get_args(Status)

WAITING: Final[frozenset[Status]] = frozenset({"waiting_client", "waiting_approval", "waiting_other"})
LIVE: Final[frozenset[Status]] = WAITING | {"open"}
UNFINISHED: Final[frozenset[Status]] = LIVE | {"new"}
ENDED: Final[frozenset[Status]] = frozenset({"closed", "merged", "spam"})

# "=" keeps the state; "<" goes back to the state before spam or merge.
_RULES: Final[tuple[tuple[tuple[Move, ...], frozenset[Status], str], ...]] = (
    (("taken", "answered"), frozenset({"new"}), "open"),
    (("taken",), LIVE, "="),
    (("answered",), LIVE | {"done"}, "="),
    (("asked",), UNFINISHED, "waiting_client"),
    (("handed_out",), UNFINISHED, "waiting_other"),
    (("finished",), UNFINISHED, "done"),
    (("resumed",), WAITING, "open"),
    (("silence",), frozenset({"waiting_client"}), "closed"),
    (("accepted", "acceptance_passed"), frozenset({"done"}), "closed"),
    (("returned",), frozenset({"done"}), "open"),
    (("closed",), UNFINISHED | {"done"}, "closed"),
    (("client_wrote",), LIVE | {"done", "closed"}, "open"),
    (("client_wrote",), frozenset({"new", "spam"}), "="),
    (("thanked",), UNFINISHED | {"done", "closed"}, "="),
    (("reopened",), frozenset({"closed"}), "open"),
    (("answer_failed",), WAITING | {"done", "closed"}, "open"),
    (("answer_failed",), frozenset({"new", "open"}), "="),
    (("marked_spam",), frozenset(STATUSES) - {"merged"}, "spam"),
    (("not_spam",), frozenset({"spam"}), "<"),
    (("merged",), frozenset(STATUSES) - {"merged"}, "merged"),
    (("unmerged",), frozenset({"merged"}), "<"),
)
TABLE: Final[dict[tuple[Status, Move], str]] = {
    (status, move): goal for moves, statuses, goal in _RULES for move in moves for status in statuses
}


def can(status: Status, move: Move) -> bool:
    return (status, move) in TABLE


def after(status: Status, move: Move, before: Status | None = None) -> Status:
    """The state that follows; `before` is the state that spam or merge put aside. Raises BadMove."""
    goal = TABLE.get((status, move))
    if goal is None:
        raise BadMove("bad_move", status=status, move=move)
    if goal == "=":
        return status
    if goal == "<":
        return before or "open"
    return next(known for known in STATUSES if known == goal)
