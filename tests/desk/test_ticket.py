"""The life of a ticket: every pair of state and move against a table written by hand from the design."""

from typing import get_args

import pytest

from okno.desk.ticket import ENDED, LIVE, STATUSES, TABLE, UNFINISHED, WAITING, Move, Status, after, can
from okno.errors import BadMove

MOVES: tuple[Move, ...] = get_args(Move)
# One line a state: "move goal". "=" stays; "before" is what spam or merge put aside. What is not here must raise.
GOLDEN = {
    "new": """
        taken open, answered open, asked waiting_client, handed_out waiting_other, finished done, closed closed,
        client_wrote =, thanked =, answer_failed =, marked_spam spam, merged merged""",
    "open": """
        taken =, answered =, asked waiting_client, handed_out waiting_other, finished done, closed closed,
        client_wrote =, thanked =, answer_failed =, marked_spam spam, merged merged""",
    "waiting_client": """
        taken =, answered =, asked =, handed_out waiting_other, finished done, resumed open, silence closed,
        closed closed, client_wrote open, thanked =, answer_failed open, marked_spam spam, merged merged""",
    "waiting_approval": """
        taken =, answered =, asked waiting_client, handed_out waiting_other, finished done, resumed open,
        closed closed, client_wrote open, thanked =, answer_failed open, marked_spam spam, merged merged""",
    "waiting_other": """
        taken =, answered =, asked waiting_client, handed_out =, finished done, resumed open,
        closed closed, client_wrote open, thanked =, answer_failed open, marked_spam spam, merged merged""",
    "done": """
        answered =, accepted closed, acceptance_passed closed, returned open, closed closed, client_wrote open,
        thanked =, answer_failed open, marked_spam spam, merged merged""",
    "closed": "client_wrote open, thanked =, reopened open, answer_failed open, marked_spam spam, merged merged",
    "merged": "unmerged before",
    "spam": "client_wrote =, marked_spam =, not_spam before, merged merged",
}


def goals(status: str) -> dict[str, str]:
    pairs = [line.split() for line in GOLDEN[status].split(",")]
    return {move: status if goal == "=" else goal for move, goal in pairs}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("move", MOVES)
def test_every_move_leads_where_the_design_says_or_raises(status: Status, move: Move) -> None:
    goal = goals(status).get(move)

    assert can(status, move) == (goal is not None)
    if goal is None:
        with pytest.raises(BadMove) as refusal:
            after(status, move, "done")
        assert (refusal.value.reason, refusal.value.facts) == ("bad_move", {"status": status, "move": move})
    else:
        assert after(status, move, "done") == ("done" if goal == "before" else goal)


def test_the_golden_table_and_the_code_hold_the_same_pairs() -> None:
    golden = {(status, move) for status in GOLDEN for move in goals(status)}

    assert set(GOLDEN) == set(STATUSES)
    assert golden == set(TABLE)
    assert {move for _, move in golden} == set(MOVES)


@pytest.mark.parametrize(("status", "move"), [("spam", "not_spam"), ("merged", "unmerged")])
def test_what_was_put_aside_comes_back_open_when_nobody_knows_its_state(status: Status, move: Move) -> None:
    assert after(status, move) == "open"
    assert after(status, move, "waiting_other") == "waiting_other"


def test_the_groups_of_states_do_not_overlap() -> None:
    assert WAITING < LIVE < UNFINISHED
    assert not UNFINISHED & ENDED
    assert set(STATUSES) - UNFINISHED - ENDED == {"done"}


def test_nothing_but_a_merge_leads_into_merged_and_nothing_leads_to_an_approval() -> None:
    reached = {goal: {move for (_, move), known in TABLE.items() if known == goal} for goal in TABLE.values()}

    assert reached["merged"] == {"merged"}
    assert "waiting_approval" not in reached
    assert "new" not in reached
