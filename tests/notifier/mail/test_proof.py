"""The last look at a mail before it is given out: it trusts nothing of how the mail was made."""

import pytest

from okno.errors import Refused
from okno.notifier.mail.compose import compose
from okno.notifier.mail.parts import Attachment
from okno.notifier.mail.proof import outline, prove
from tests.notifier.mail.letters import PLAIN_HEADERS, leaves, letter, sent

PLAIN = compose(letter())
WHOLE = compose(letter(html="<p>x</p>", attachments=(Attachment(name="a", type="image/png", content=b"x" * 500),)))


def test_it_sees_the_same_parts_as_the_standard_parser() -> None:
    mail = sent(html="<p>x</p>", attachments=(Attachment(name="a", type="image/png", content=b"x" * 500),))

    assert outline(WHOLE, 0, len(WHOLE)) == tuple(tuple(part.keys()) for part in mail.walk())
    assert len(leaves(mail)) == 3


@pytest.mark.parametrize(
    ("old", "new", "foreign"),
    [
        (b"\r\nDate:", b"\r\nBcc: evil@example.net\r\nDate:", "Bcc"),
        (b"Your question", b"Your\r\nX-Evil: question", "X-Evil"),
        (b"Your question", b"Your\nX-Evil: question", "damaged"),
        (b"Your question", b"Your\rX-Evil: question", "damaged"),
        (b"Your question", b"Your\x00question", "damaged"),
        (b"Your question", b"y" * 999, "damaged"),
        (b"Your question", b"Your\r\n\r\nquestion", "order or number"),
        (b"Subject:", b"Subject :", "damaged|order|Subject"),
        (b"\r\nDate:", b"\r\nno header\r\nDate:", "damaged"),
    ],
)
def test_a_mail_that_would_be_read_otherwise_is_refused(old: bytes, new: bytes, foreign: str) -> None:
    spoilt = PLAIN.replace(old, new, 1)
    assert spoilt != PLAIN

    with pytest.raises(Refused, match=foreign):
        prove(spoilt, (tuple(PLAIN_HEADERS),))


def test_composing_ends_with_this_look_so_that_a_value_of_a_wrong_type_forges_nothing() -> None:
    with pytest.raises(Refused, match="Bcc"):
        compose(letter(automatic="auto-replied\r\nBcc: evil@example.net"))


def test_a_part_too_many_is_refused() -> None:
    boundary = WHOLE[WHOLE.rindex(b"\r\n--=_okno_") : WHOLE.rindex(b"--\r\n")]
    spoilt = WHOLE.replace(boundary, boundary + b"\r\nContent-Type: text/html\r\n\r\nevil" + boundary, 1)

    with pytest.raises(Refused, match="another order or number of parts"):
        prove(spoilt, outline(WHOLE, 0, len(WHOLE)))
