"""Signed tokens: what we made is known again, anything else is not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okno.desk.tokens import Signed, message_id, plus_address, sign, tokens_at, tokens_in, verify

KEY = bytes(range(32))
OLD_KEY = bytes(range(32, 64))
KEYS = {1: OLD_KEY, 2: KEY}
NONCES = st.text(alphabet=st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=12)

# What SpamAssassin's rules take for the work of spam tools (MSGID_RANDY, _SPAM_LETTERS, _SPAM_ALPHA_NUM, _4NUMS_DOLLAR,
# __VISTA_MSGID and __IMS_MSGID, which are forgeries unless Outlook made them).
RATWARE = (
    r"<[a-z\d][a-z\d\$-]{10,29}[a-z\d]\@[a-z\d][a-z\d.]{3,12}[a-z\d]>",
    r"<[a-z]{5,}\@(\S+\.)+\S+>",
    r"<[A-Z]{7}-000[0-9]{10}\@[a-z]*>",
    r"^<?\d{4}\$\w+\@",
    r"^<[A-F\d]{32,40}\@\S+>$",
)


@given(ticket=st.integers(1, 2**40), nonce=NONCES, key_id=st.integers(0, 200))
def test_it_knows_its_own_token_again(ticket: int, nonce: str, key_id: int) -> None:
    token = sign(ticket, nonce, key_id, KEY)

    signed = verify(token, {key_id: KEY})

    assert signed == Signed(ticket=ticket, nonce=nonce, key_id=key_id)
    assert re.fullmatch("[a-z2-7]{20,58}", token)


def test_tokens_of_a_retired_key_are_still_known_while_it_is_kept() -> None:
    token = sign(41, "a1", 1, OLD_KEY)

    assert verify(token, KEYS) == Signed(ticket=41, nonce="a1", key_id=1)
    assert verify(token, {2: KEY}) is None


def test_no_change_of_one_letter_is_accepted() -> None:
    token = sign(123, "kw82nd01", 2, KEY)
    changed = [
        token[:place] + letter + token[place + 1 :]
        for place in range(len(token))
        for letter in "abcdefghijklmnopqrstuvwxyz234567"
        if letter != token[place]
    ]

    assert not [forged for forged in changed if verify(forged, KEYS)]


@given(st.text(max_size=80))
def test_no_foreign_text_is_accepted_or_breaks_it(text: str) -> None:
    assert verify(text, KEYS) is None


@pytest.mark.parametrize("spoilt", ["", "a", "a" * 59, "K" * 40, "ſ" * 40, "=" * 8, "mzxw6===", "\x00" * 40])
def test_spoilt_tokens_are_not_accepted(spoilt: str) -> None:
    assert verify(spoilt, KEYS) is None


def test_a_token_is_known_in_capitals_but_not_with_anything_added() -> None:
    token = sign(7, "n", 2, KEY)

    assert verify(token.upper(), KEYS)
    assert verify(token + "a", KEYS) is None
    assert verify(token + "=", KEYS) is None


def test_a_token_signed_for_one_ticket_does_not_open_another() -> None:
    ours, other = sign(300, "n", 2, KEY), sign(301, "n", 2, KEY)

    assert verify(ours[:10] + other[10:], KEYS) != verify(other, KEYS)
    assert ours[-16:] != other[-16:]


@pytest.mark.parametrize(
    ("ticket", "nonce", "key_id", "key"),
    [
        (0, "", 1, KEY),
        (-5, "", 1, KEY),
        (1, "", -1, KEY),
        (1, "x" * 13, 1, KEY),
        (1, "ж", 1, KEY),
        (1, "\n", 1, KEY),
        (1, "", 1, b"short"),
        (2**63, "x" * 12, 2**62, KEY),
    ],
)
def test_what_cannot_be_signed_is_said(ticket: int, nonce: str, key_id: int, key: bytes) -> None:
    with pytest.raises(ValueError, match=r"token|nonce|key"):
        sign(ticket, nonce, key_id, key)


@given(ticket=st.integers(1, 2**62), nonce=NONCES)
def test_a_message_id_looks_like_nothing_a_spam_tool_makes(ticket: int, nonce: str) -> None:
    made = message_id(sign(ticket, nonce, 3, KEY), "acme.ru")

    assert not [rule for rule in RATWARE if re.search(rule, made)]
    assert len(made.partition("@")[0].lstrip("<")) <= 64
    assert made.isascii()


def test_a_message_id_takes_a_domain_outside_ascii_and_refuses_nonsense() -> None:
    assert message_id("t" * 30, "пример.рф").endswith("@xn--e1afmkfd.xn--p1ai>")
    for domain in ("", "a b", "x>\r\nBcc: y", "a..b"):
        with pytest.raises(ValueError, match=r"domain|label|idna|IDNA"):
            message_id("t" * 30, domain)


def test_tokens_are_found_among_the_ids_of_a_reply() -> None:
    one, two = sign(1, "a", 2, KEY), sign(2, "b", 2, KEY)
    ids = [
        "<CAF+1@mail.gmail.com>",
        message_id(one, "example.com"),
        f"okno.{two.upper()}@relay",
        message_id(one, "x.org"),
    ]

    assert tokens_in(ids) == (one, two)
    assert tokens_in(["<okno.short@example.com>", "<kokno." + one + "@x>", "", "<>"]) == ()


def test_tokens_are_found_in_the_recipients_addresses() -> None:
    token = sign(5, "", 2, KEY)
    address = plus_address("support@example.com", token)

    assert address == f"support+{token}@example.com"
    assert tokens_at(["anna@example.com", address.upper(), f"Support <{address}>"]) == (token,)
    assert tokens_at([f"{token}@example.com", f"+{token}@example.com"]) == ()


def test_a_plus_address_never_outgrows_what_servers_take() -> None:
    token = sign(999_999, "abcd1234", 2, KEY)

    assert len(plus_address("customer-support@example.com", token).partition("@")[0]) <= 64
    with pytest.raises(ValueError, match="plus_address = false"):
        plus_address("a-very-long-name-of-a-mailbox-indeed@example.com", token)
    with pytest.raises(ValueError, match="not a mail address"):
        plus_address("nobody", token)
