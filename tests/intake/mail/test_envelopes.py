"""Letters wrapped in what only one program understands: winmail.dat, compressed RTF, opaque S/MIME."""

import struct

import pytest

from okno.intake.mail import cms, lzfu, read, rtf, tnef
from tests.intake.mail.writing import file, letter, multipart, part

# The examples of MS-OXRTFCP, section 4.1.
HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232"
    "0af32068656c090020627705b06c647d0a800fa0"
)  # fmt: skip
CROSSING = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


@pytest.mark.parametrize(
    ("packed", "plain"),
    [
        (HELLO, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"),
        (CROSSING, b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"),
        (struct.pack("<IIII", 16, 4, 0x414C454D, 0) + b"{x}\n", b"{x}\n"),
        (b"", b""),
        (b"\0" * 40, b""),
    ],
)
def test_it_unpacks_compressed_rtf(packed: bytes, plain: bytes) -> None:
    assert lzfu.unpack(packed) == plain


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (rb"{\rtf1\ansi\ansicpg1252\pard hello\par world}", "hello\nworld"),
        (rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}\'cf\'f0\'e8\'e2\'e5\'f2}", "Привет"),
        (rb"{\rtf1\uc1\u1055 ?\u1088 ?\'3f}", "Пр?"),
        (rb"{\rtf1{\*\generator x}a\{b\}\~c{\pict 89504e47}}", "a{b}\xa0c"),
    ],
)
def test_it_reads_the_words_of_rtf(source: bytes, text: str) -> None:
    assert rtf.read(source) == (text, False)


def test_it_takes_out_the_html_that_outlook_wrapped_in_rtf() -> None:
    before = rb"{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}\htmlrtf \b\htmlrtf0 "
    source = before + rb"Hello{\*\htmltag84 &nbsp;}\htmlrtf \par\htmlrtf0{\*\htmltag72 </p>}}"

    assert rtf.read(source) == ("<p>Hello&nbsp;</p>", True)


def envelope(*properties: bytes) -> bytes:
    """A winmail.dat with these MAPI properties and one file."""
    block = struct.pack("<I", len(properties)) + b"".join(properties)
    objects = [
        (1, 0x9007, 6, struct.pack("<II", 1252, 0)),
        (1, 0x9003, 6, block),
        (2, 0x9002, 6, bytes(14)),
        (2, 0x8010, 2, b"list.txt\0"),
        (2, 0x800F, 6, b"one\ntwo\n"),
    ]
    packed = (
        struct.pack("<BHHI", level, name, kind, len(data)) + data + b"\0\0" for level, name, kind, data in objects
    )
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(packed)


def attribute(kind: int, name: int, value: bytes) -> bytes:
    return struct.pack("<HHII", kind, name, 1, len(value)) + value + bytes(-len(value) % 4)


def test_an_envelope_gives_its_words_and_its_files() -> None:
    rich = attribute(0x102, 0x1009, HELLO)

    mail = read(letter(envelope(rich), Content_Type="application/ms-tnef", Content_Transfer_Encoding="binary"))

    assert mail.full_text == "hello world"
    assert [(found.name, found.content) for found in mail.attachments] == [("list.txt", b"one\ntwo\n")]


def test_the_words_beside_an_envelope_are_enough() -> None:
    inside = attribute(0x1F, 0x1000, "the same words".encode("utf-16-le"))

    mail = read(multipart("mixed", part("text/plain", "the words"), file("application/ms-tnef", envelope(inside))))

    assert mail.full_text == "the words"
    assert [found.name for found in mail.attachments] == ["list.txt"]


def test_what_only_looks_like_an_envelope_is_kept_as_it_came() -> None:
    mail = read(multipart("mixed", part("text/plain", "x"), file("application/ms-tnef; name=winmail.dat", b"not one")))

    assert [(found.name, found.content) for found in mail.attachments] == [("winmail.dat", b"not one")]
    assert tnef.read(b"not one") is None


@pytest.mark.parametrize("kind", ["application/ms-tnef", 'application/ms-tnef; name="winmail.dat"'])
def test_a_damaged_envelope_in_which_nothing_is_found_is_kept(kind: str) -> None:
    damaged = envelope()[:6] + bytes(range(7, 250)) * 20

    mail = read(multipart("mixed", part("text/plain", "see the files"), file(kind, damaged)))

    assert [(found.name, found.content) for found in mail.attachments] == [("winmail.dat", damaged)]
    assert any("winmail.dat" in words for words in mail.warnings)


def test_an_envelope_cut_short_is_kept_beside_what_it_gave() -> None:
    extra = struct.pack("<BHHI", 2, 0x9002, 6, 14) + bytes(16) + struct.pack("<BHHI", 2, 0x800F, 6, 5_000) + b"lost"
    cut = envelope() + extra

    mail = read(multipart("mixed", part("text/plain", "see the files"), file("application/ms-tnef", cut)))

    assert {"list.txt", "winmail.dat"} <= {found.name for found in mail.attachments}
    assert any("winmail.dat" in words for words in mail.warnings)


def test_a_whole_envelope_is_no_reason_to_warn() -> None:
    mail = read(multipart("mixed", part("text/plain", "x"), file("application/ms-tnef", envelope() + b"\0\0")))

    assert [found.name for found in mail.attachments] == ["list.txt"]
    assert mail.warnings == ()


def test_an_encrypted_letter_is_told_from_a_signed_one() -> None:
    enveloped = bytes.fromhex("308006092a864886f70d010703a080") + b"secret"

    mail = read(letter(enveloped, Content_Type="application/pkcs7-mime", Content_Transfer_Encoding="binary"))

    assert (mail.encrypted, mail.signed, mail.full_text) == (True, False, "")
    assert [(found.name, found.inline) for found in mail.attachments] == [("file-1.p7m", False)]
    assert cms.signed_content(enveloped) == b""


def test_a_signed_letter_is_read_in_either_form_of_length() -> None:
    words = b"Content-Type: text/plain\n\nsigned words"
    octets = bytes([0x04, len(words)]) + words
    content = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x80\x24\x80" + octets + bytes(6)
    endless = bytes.fromhex("308006092a864886f70d010702a0803080020101310f300d06096086480165030402010500") + content

    assert cms.signed_content(endless) == words
