"""The parts of a mail: the same as the standard library finds where it can, and more where it cannot."""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from okno.intake.mail import parts
from okno.intake.mail.parts import Part
from tests.intake.mail.writing import joined, letter, multipart, part

LETTERS = sorted((Path(__file__).parents[2] / "letters").glob("*.eml"))
# There the standard library keeps the damage: a lone CR, base64 that is none, a transfer encoding nobody knows.
BETTER = {"old-mac", "base64-that-is-none"}


@pytest.mark.parametrize("path", [path for path in LETTERS if path.stem not in BETTER], ids=lambda path: path.stem)
def test_it_finds_the_parts_the_standard_library_finds(path: Path) -> None:
    raw = path.read_bytes()

    theirs = [(found.get_content_type(), _content(found)) for found in _their_leaves(message_from_bytes(raw))]
    ours = [(found.type, _trimmed(found)) for found in _leaves(parts.split(raw)[0])]

    assert ours == theirs


def test_the_delimiter_of_an_outer_part_ends_the_inner_ones() -> None:
    inner = b'Content-Type: multipart/mixed; boundary="b2"\n\n--b2\n\nnever closed'

    root, _ = parts.split(multipart("mixed", inner, part("text/plain", "after")))

    assert [_trimmed(leaf) for leaf in _leaves(root)] == [b"never closed", b"after"]


def test_a_part_may_lack_its_empty_line() -> None:
    root, _ = parts.split(multipart("mixed", b"Content-Type: text/html", part("text/plain", "after")))

    assert [(leaf.type, _trimmed(leaf)) for leaf in _leaves(root)] == [("text/html", b""), ("text/plain", b"after")]


def test_an_inner_part_may_use_the_same_boundary() -> None:
    inner = b'Content-Type: multipart/mixed; boundary="b1"\n\n' + joined(part("text/plain", "inner"))

    root, _ = parts.split(multipart("mixed", inner, part("text/plain", "after")))

    assert [_trimmed(leaf) for leaf in _leaves(root)] == [b"inner", b"after"]


def test_a_line_that_only_begins_like_a_delimiter_parts_nothing() -> None:
    root, _ = parts.split(multipart("mixed", part("text/plain", "--b10\n--b\n-- \n---b1"), boundary="b1"))

    assert [_trimmed(leaf) for leaf in _leaves(root)] == [b"--b10\n--b\n--\x20\n---b1"]


def test_a_multipart_without_parts_keeps_its_words() -> None:
    root, _ = parts.split(letter("no delimiter here", Content_Type='multipart/mixed; boundary="b1"'))

    assert not root.children
    assert root.body == b"no delimiter here"


def _leaves(found: Part) -> Iterator[Part]:
    if not found.children:
        yield found
    for child in found.children:
        yield from _leaves(child)


def _their_leaves(message: Message) -> Iterator[Message]:
    """Without opening enclosed mails, as ours."""
    if message.get_content_maintype() == "message" or not message.is_multipart():
        yield message
        return
    for child in message.get_payload():
        assert isinstance(child, Message)
        yield from _their_leaves(child)


def _content(message: Message) -> bytes:
    if message.get_content_maintype() == "message":
        return b""
    content = message.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.strip()


def _trimmed(found: Part) -> bytes:
    return b"" if found.type.startswith("message/") else found.content()[0].strip()
