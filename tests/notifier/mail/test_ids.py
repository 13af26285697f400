"""Which ids of others may stand in our headers, and how much of a thread."""

import pytest

from okno.notifier.mail.ids import known_id, thread, thread_index


@pytest.mark.parametrize(
    "real",
    [
        "<CAF+Kq7=abc_D.e-1@mail.gmail.com>",
        "<DB9PR08MB7179A1B2@DB9PR08MB7179.eurprd08.prod.outlook.com>",
        "<1234567890.1.1700000000000.JavaMail.root@host>",
        "<000001d8c0d1$5a3f2b10$0ebd8130$@example.com>",
        "<[6A5B4C3D]@[192.0.2.1]>",
        "<2/1%7Ea!b#c&d'e*f@x.y>",
        "<a@b@c>",
    ],
)
def test_real_ids_are_known(real: str) -> None:
    assert known_id(real) == real
    assert known_id(f"  {real.strip('<>')}  ") == real


@pytest.mark.parametrize(
    "bad",
    ["", "<>", "<@>", "<a>", "<a@>", "<@b>", "a b@c", "<a@b> <c@d>", "<a@b", "<a@b>x", "<a@b\n>", "<ж@b>", '<"a"@b>',
     "<a(b)@c>", "<=?utf-8?q?a?=@b>", "<" + "a" * 248 + "@b>"],
)  # fmt: skip
def test_what_is_not_surely_an_id_is_left_out(bad: str) -> None:
    assert known_id(bad) is None


def test_a_long_thread_keeps_its_first_and_last_ids_within_the_limit() -> None:
    chain = [f"<{number}.{'x' * 60}@example.com>" for number in range(60)]

    kept = thread(chain, chain[-1])

    assert kept[0] == chain[0]
    assert kept[1:] == tuple(chain[-10:])
    assert len(thread([f"<{n}{'y' * 200}@example.com>" for n in range(30)], "<p@x>")) < 11
    assert sum(len(each) + 1 for each in thread([f"<{n}{'y' * 200}@example.com>" for n in range(30)], "<p@x>")) <= 1500


def test_the_parent_is_last_and_nothing_stands_twice() -> None:
    assert thread(["<a@x>", "<b@x>", "<a@x>", "nonsense", "<c@x>"], "<b@x>") == ("<a@x>", "<c@x>", "<b@x>")
    assert thread(["<a@x>"], None) == ("<a@x>",)
    assert thread([], "<b@x>") == ("<b@x>",)
    assert thread(["bad"], None) == ()


def test_only_a_thread_index_passes_for_one() -> None:
    assert thread_index(" AdJq0YyJ1a2b3c4d== ") == "AdJq0YyJ1a2b3c4d=="
    for bad in ("", "short", "a b" * 9, "AdJq0YyJ\r\nBcc: x", "A" * 600):
        assert thread_index(bad) is None
