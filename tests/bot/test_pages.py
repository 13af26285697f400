"""A request's history over pages: nothing is lost, nothing outgrows a message, and old pages stay as they were."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from okno.bot.history import paged

SIZES = st.lists(st.integers(1, 3300), max_size=60)


def sized(sizes: list[int]) -> list[dict[str, Any]]:
    return [{"number": number, "size": size} for number, size in enumerate(sizes)]


def pages(sizes: list[int]) -> list[list[dict[str, Any]]]:
    return paged(sized(sizes), lambda one: int(one["size"]))


@given(SIZES)
def test_every_entry_stands_on_one_page_in_order(sizes: list[int]) -> None:
    assert [one for page in pages(sizes) for one in page] == sized(sizes)


@given(SIZES)
def test_no_page_outgrows_a_message_or_is_empty(sizes: list[int]) -> None:
    assert all(page and sum(one["size"] for one in page) <= 3300 and len(page) <= 8 for page in pages(sizes))


@given(SIZES, st.integers(1, 3300))
def test_what_is_said_later_changes_only_the_last_page(sizes: list[int], later: int) -> None:
    before, after = pages(sizes), pages([*sizes, later])

    assert after[: len(before) - 1] == before[:-1]
    assert len(after) - len(before) in (0, 1)


def test_a_request_without_words_has_no_pages() -> None:
    assert pages([]) == []
