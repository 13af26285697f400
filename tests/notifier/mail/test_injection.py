"""T38: strings made to forge headers, in every place where somebody else's words stand."""

import base64
import email
import re
from email import policy
from email.message import EmailMessage
from itertools import product

import pytest

from okno.errors import Refused
from okno.notifier.mail.addresses import Addressee
from okno.notifier.mail.compose import compose
from okno.notifier.mail.parts import Attachment
from okno.notifier.mail.words import file_name, one_line, valid
from tests.notifier.mail.letters import PLAIN_HEADERS, body, leaves, letter, sent, words

BREAKS = (
    "\r\n", "\n", "\r", "\r\n ", "\n\t", "\n\r", "\r\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x00", "\x85",
    "\u2028", "\u2029", "\udcff", "\x7f", "\u202e", "?=\r\n =?utf-8?q?",
)  # fmt: skip
PAYLOADS = (
    "Bcc: evil@example.net", "\r\n\r\n<b>body</b>", "Content-Type: text/html", ".\r\nMAIL FROM:<evil@example.net>",
    "--=_okno_1_0000\r\nX: y", ": x",
)  # fmt: skip


def _hidden(text: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(valid(text).encode()).decode()}?="


def _percent(text: str) -> str:
    return "=?utf-8?q?hi" + "".join(f"={byte:02X}" for byte in valid(text).encode()) + "?="


def _corpus() -> list[str]:
    made = []
    for end, payload in product(BREAKS, PAYLOADS):
        forged = end + payload
        made += [
            f"Re: hi{forged}",
            forged + end,
            _hidden("hi" + forged),
            f"x {_percent(forged)} y",
            f'"{forged}" <a@b>',
        ]
    return made


CORPUS = _corpus()
THREADED = ["In-Reply-To", "References", "Thread-Topic", "Thread-Index", "Content-Language"]


def test_the_corpus_is_large() -> None:
    assert len(set(CORPUS)) >= 500


def test_nothing_in_subject_or_names_becomes_a_header_and_all_arrives() -> None:
    for nasty in CORPUS:
        mail = sent(
            subject=nasty, from_name=nasty, to=(Addressee(address="anna@example.org", name=nasty),), thread_topic=nasty
        )

        assert [name for name in mail if name != "Thread-Topic"] == PLAIN_HEADERS, nasty
        assert words(mail, "Subject") == one_line(nasty)
        assert words(mail, "Thread-Topic") == one_line(nasty)
        assert mail["To"].rstrip().endswith("<anna@example.org>")


def test_nothing_in_ids_becomes_a_header_and_no_bad_id_gets_through() -> None:
    for nasty in CORPUS:
        for id_like in (nasty, f"<{nasty}@example.net>", f"<a@{nasty}>"):
            mail = sent(
                in_reply_to=id_like, references=(id_like, "<good@example.net>"), thread_index=id_like, language=id_like
            )

            assert [name for name in mail if name not in THREADED] == PLAIN_HEADERS
            assert mail["References"] == "<good@example.net>"
            assert mail["In-Reply-To"] is None


def test_nothing_in_file_names_or_types_becomes_a_header_and_the_name_arrives() -> None:
    for nasty in CORPUS:
        text, part = leaves(sent(attachments=(Attachment(name=nasty, type=nasty, content=b"x"),)))

        assert part.keys() == ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition"], nasty
        assert part.get_filename() == file_name(nasty)
        assert text.keys() == ["Content-Type", "Content-Transfer-Encoding"]


def test_nothing_in_the_text_becomes_a_header_or_a_part_and_all_arrives() -> None:
    for nasty in CORPUS:
        plain, html, _ = leaves(
            sent(
                text=nasty,
                html=nasty,
                attachments=(Attachment(name="a", type="", content=nasty.encode("utf-8", "replace")),),
            )
        )

        arrived = re.sub(r"\r\n?|\n", "\r\n", valid(nasty)).removesuffix("\r\n") + "\r\n"
        assert body(plain) == body(html) == arrived


@pytest.mark.parametrize("place", ["from_address", "reply_to", "message_id"])
def test_nothing_nasty_passes_for_an_address_or_an_id_of_ours(place: str) -> None:
    for nasty in CORPUS:
        for value in (nasty, f"a@{nasty}", f"{nasty}@example.net"):
            with pytest.raises(Refused):
                compose(letter(**{place: value}))


def test_the_bug_of_this_pythons_own_library_does_not_reach_us() -> None:
    hidden = "Re: =?utf-8?q?hi=0D=0ABcc:_evil@example.net?="
    by_library = EmailMessage(policy=policy.SMTP)
    by_library["Subject"] = hidden

    for read in (policy.compat32, policy.default):
        mail = email.message_from_bytes(compose(letter(subject=hidden, from_name=hidden)), policy=read)
        assert mail.keys() == PLAIN_HEADERS
    assert words(sent(subject=hidden), "Subject") == hidden
    # Where Python is mended (3.11.10 and later) the library refuses, before that it forges: either way we differ.
    try:
        forged = email.message_from_bytes(by_library.as_bytes()).keys()
    except ValueError:
        forged = []
    assert forged in (["Subject", "Bcc"], [])
