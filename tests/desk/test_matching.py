"""Which ticket a message belongs to: the rules one by one, and what goes before what."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from okno.desk.matching import RULES, Evidence, Match, Thread, match
from okno.desk.message import Proof

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


def own(number: int, **more: Any) -> Thread:
    return Thread(**{"ticket": number, "status": "open", "participant": True, **more})


def anothers(number: int, **more: Any) -> Thread:
    return own(number, participant=False, **more)


def closed(number: int, ago: timedelta, **more: Any) -> Thread:
    return own(number, status="closed", closed_at=NOW - ago, **more)


def judged(**evidence: Any) -> Match:
    return match(Evidence(**evidence), NOW, WEEK)


def test_without_any_evidence_it_is_a_new_ticket() -> None:
    assert judged() == Match(rule="new")


def test_a_token_held_by_a_participant_is_strong_by_itself() -> None:
    assert judged(token=own(7), proof="fail") == Match(rule="token", ticket=7)


def test_a_token_held_by_somebody_else_opens_a_ticket_of_its_own() -> None:
    assert judged(token=anothers(7), proof="pass") == Match(rule="token_of_another", maybe=7)


def test_a_token_goes_before_everything_but_a_wish_for_a_new_request() -> None:
    found = judged(token=own(1), reply=own(2), references=(own(3),), number=own(4), open=(own(5),), proof="pass")

    assert (found.rule, found.ticket) == ("token", 1)


def test_a_wish_for_a_new_request_goes_before_the_conversation_but_not_before_a_reply() -> None:
    assert judged(fresh=True, open=(own(5),)) == Match(rule="asked_for_new")
    assert judged(fresh=True, reply=own(2), open=(own(5),)) == Match(rule="reply", ticket=2)


def test_a_reply_joins_only_where_its_sender_takes_part() -> None:
    assert judged(reply=own(2), open=(own(5),)) == Match(rule="reply", ticket=2)
    assert judged(reply=anothers(2), open=(own(5),)) == Match(rule="conversation", ticket=5)


@pytest.mark.parametrize(
    ("proof", "expected"),
    [
        ("pass", Match(rule="reference", ticket=3)),
        ("none", Match(rule="reference", ticket=3, unverified=True)),
        ("fail", Match(rule="reference_denied", maybe=3)),
    ],
)
def test_a_known_reference_joins_as_far_as_its_sender_is_vouched_for(proof: Proof, expected: Match) -> None:
    assert judged(references=(own(3),), proof=proof) == expected


def test_a_reference_to_ones_own_ticket_is_taken_from_among_foreign_ones() -> None:
    assert judged(references=(anothers(8), own(3)), proof="pass").ticket == 3
    assert judged(references=(anothers(8), anothers(9)), proof="pass") == Match(rule="reference_of_another", maybe=8)


def test_a_number_in_a_subject_joins_only_an_authenticated_participant() -> None:
    assert judged(number=own(4), proof="pass") == Match(rule="number", ticket=4)
    for number, proof in ((own(4), "none"), (own(4), "fail"), (anothers(4), "pass")):
        assert judged(number=number, proof=proof) == Match(rule="number_unproved", maybe=4)


def test_the_one_open_conversation_is_continued() -> None:
    assert judged(open=(own(5),)) == Match(rule="conversation", ticket=5)


def test_among_several_open_ones_the_liveliest_is_guessed_and_the_client_asked() -> None:
    assert judged(open=(own(6), own(5))) == Match(rule="conversation_guess", ticket=6, choices=(6, 5))


def test_thanks_go_to_the_ticket_closed_last_however_long_ago_unless_one_is_open() -> None:
    last = closed(9, timedelta(days=30))

    assert judged(thanks=True, closed=last) == Match(rule="thanks", ticket=9)
    assert judged(thanks=True, closed=last, open=(own(5),)).ticket == 5


def test_plain_words_bring_back_what_was_closed_within_the_grace_and_the_client_is_asked() -> None:
    assert judged(closed=closed(9, WEEK)) == Match(rule="ended_guess", ticket=9, choices=(9,))
    assert judged(closed=closed(9, WEEK + timedelta(milliseconds=1))) == Match(rule="new")
    assert judged(closed=closed(9, WEEK), open=(own(5),)).ticket == 5
    assert judged(closed=closed(9, WEEK), fresh=True) == Match(rule="asked_for_new")


@pytest.mark.parametrize("evidence", ["token", "reply", "number"])
def test_a_ticket_closed_within_the_grace_is_joined_and_later_continued(evidence: str) -> None:
    on_time, late = closed(7, WEEK), closed(7, WEEK + timedelta(milliseconds=1))

    assert judged(**{evidence: on_time}, proof="pass").ticket == 7
    assert judged(**{evidence: late}, proof="pass") == Match(rule=evidence, continues=7)


def test_a_late_reference_keeps_its_mark_of_doubt() -> None:
    late = (closed(3, timedelta(days=8)),)

    assert judged(references=late, proof="none") == Match(rule="reference", continues=3, unverified=True)


@pytest.mark.parametrize("mark", ["thanks", "quiet"])
def test_thanks_and_machine_mail_never_open_a_ticket_after_the_grace(mark: str) -> None:
    late = (closed(3, timedelta(days=30)),)

    assert judged(references=late, proof="pass", **{mark: True}) == Match(rule="reference", ticket=3)


def test_done_and_spam_have_no_grace() -> None:
    for status in ("done", "spam"):
        old = (own(3, status=status, closed_at=NOW - timedelta(days=99)),)
        assert judged(references=old, proof="pass").ticket == 3


def test_no_rule_ever_joins_a_ticket_its_sender_takes_no_part_in() -> None:
    foreign = anothers(8)
    for proof in ("pass", "none", "fail"):
        for evidence in ({"token": foreign}, {"reply": foreign}, {"references": (foreign,)}, {"number": foreign}):
            assert judged(**evidence, proof=proof).ticket is None


def test_the_last_rule_always_answers() -> None:
    assert RULES[-1](Evidence()) == Match(rule="new")
