"""Each letter in tests/letters is one real oddity; what `okno mail read --json` must say of it stands beside it."""

import json
from pathlib import Path

import pytest

from okno.intake.mail import as_json, read

LETTERS = sorted((Path(__file__).parents[2] / "letters").glob("*.eml"))
WHATEVER_THE_LINE_END = [letter for letter in LETTERS if letter.stem != "old-mac"]


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.stem)
def test_it_reads_the_letter_as_expected(letter: Path) -> None:
    expected = json.loads(letter.with_suffix(".json").read_text(encoding="utf-8"))

    assert as_json(read(letter.read_bytes())) == expected


@pytest.mark.parametrize("letter", WHATEVER_THE_LINE_END, ids=lambda letter: letter.stem)
def test_it_reads_the_same_words_whatever_the_line_ends(letter: Path) -> None:
    with_lf = read(letter.read_bytes())
    with_crlf = read(letter.read_bytes().replace(b"\n", b"\r\n"))

    assert (with_crlf.full_text, with_crlf.text) == (with_lf.full_text, with_lf.text)
    assert (with_crlf.kind, with_crlf.subject, with_crlf.warnings) == (with_lf.kind, with_lf.subject, with_lf.warnings)
    assert [found.name for found in with_crlf.attachments] == [found.name for found in with_lf.attachments]


def test_each_letter_has_its_expected_reading() -> None:
    assert len(LETTERS) > 30
    assert {path.stem for path in LETTERS[0].parent.glob("*.json")} == {letter.stem for letter in LETTERS}
