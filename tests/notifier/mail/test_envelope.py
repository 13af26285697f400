"""Framing for the wire: no mail can end early, none can smuggle another."""

import re

import pytest
from aiosmtplib.protocol import PERIOD_REGEX
from hypothesis import given, settings
from hypothesis import strategies as st

from okno.notifier.mail.envelope import BLOCK, enveloped

MAILS = st.lists(
    st.sampled_from([b".", b"..", b"\r", b"\n", b"\r\n", b"a", b" ", b".\r\n", b"\r\n.\r\n", b"\n.\n"])
).map(b"".join)


def framed(raw: bytes, size: int = BLOCK) -> bytes:
    return b"".join(enveloped("a@example.com", "b@example.com", raw).blocks(size))


def unframed(wire: bytes) -> bytes:
    assert wire.endswith(b"\r\n.\r\n")
    return re.sub(rb"(?m)^\.", b"", wire[:-3])


@settings(max_examples=300)
@given(MAILS)
def test_the_mail_comes_out_as_it_went_in_with_proper_line_ends(raw: bytes) -> None:
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    whole = lines if lines.endswith(b"\r\n") else lines + b"\r\n"

    assert unframed(framed(raw)) == whole


@settings(max_examples=300)
@given(MAILS)
def test_the_end_mark_stands_only_at_the_end(raw: bytes) -> None:
    wire = framed(raw)

    assert (b"\r\n" + wire).count(b"\r\n.\r\n") == 1
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", wire)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_wherever_a_block_is_cut_dots_are_doubled_the_same(size: int) -> None:
    for raw in (b".\r\n..\r\n.a\r\n", b"x.\r\n.\r\n.", b"a" * 10 + b"\r\n.b", b"", b"....", b"a.b\r\n\r\n.\r\n"):
        whole = enveloped("", "b@example.com", raw).raw

        assert framed(raw, size) == PERIOD_REGEX.sub(b"..", whole) + b".\r\n"


@pytest.mark.parametrize("end", [b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r.\r\n", b"\r\n\x00.\r\n"])
def test_no_known_smuggling_sequence_ends_the_mail(end: bytes) -> None:
    wire = framed(b"Subject: a\r\n\r\none" + end + b"MAIL FROM:<evil@example.com>\r\n")

    assert (b"\r\n" + wire).count(b"\r\n.\r\n") == 1
    assert wire.endswith(b"MAIL FROM:<evil@example.com>\r\n.\r\n")
