import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okno.config.positions import Key, positions
from okno.config.quoting import name, quote

NASTY = '''# a comment with = and [brackets]
plain = 1
"quoted key" = "a # that is no comment, and = too"
'literal.key' = 'C:\\path'
dotted . "with space" = 1979-05-27 07:32:00
number = 3.141_5e-1

[one."two.three"] # a table
text = """
not_a_key = 1
[not.a.table]
ends with quotes"""""
raw = \'\'\'
[[nor this]]
\'\'\'
after = true

[[list]]
name = "first"
inline = { a = 1, b.c = [ { d = 2 } ], e = "}" }

  [list.below]
  key = [
    "one", # a comment with ]
    ["two", 2],
    { three = "]" },
  ]

[[list]]
name = "second"

[list.below]
key = 1

[[list.deeper]]
key = 2

[[list.deeper]]
key = 3
'''

CASES: list[tuple[Key, int]] = [
    (("plain",), 2),
    (("quoted key",), 3),
    (("literal.key",), 4),
    (("dotted",), 5),
    (("dotted", "with space"), 5),
    (("number",), 6),
    (("one", "two.three"), 8),
    (("one", "two.three", "text"), 9),
    (("one", "two.three", "raw"), 13),
    (("one", "two.three", "after"), 16),
    (("list",), 18),
    (("list", 0), 18),
    (("list", 0, "inline", "e"), 20),
    (("list", 0, "inline", "b", "c", 0, "d"), 20),
    (("list", 0, "below"), 22),
    (("list", 0, "below", "key", 0), 24),
    (("list", 0, "below", "key", 1, 1), 25),
    (("list", 0, "below", "key", 2, "three"), 26),
    (("list", 1, "name"), 30),
    (("list", 1, "below", "key"), 33),
    (("list", 1, "deeper", 0, "key"), 36),
    (("list", 1, "deeper", 1), 38),
    (("list", 1, "deeper", 1, "key"), 39),
]


def keys(tree: Any, above: Key = ()) -> set[Key]:
    """Every key that tomllib sees in a document."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    found: set[Key] = set()
    for part, below in pairs:
        found |= {(*above, part)} | keys(below, (*above, part))
    return found


@pytest.mark.parametrize(("key", "line"), CASES)
def test_it_finds_the_line_of_a_key(key: Key, line: int) -> None:
    assert positions(NASTY)[key] == line


def test_it_finds_the_keys_that_the_parser_finds_and_no_others() -> None:
    assert set(positions(NASTY)) == keys(tomllib.loads(NASTY))


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
scalars = st.one_of(
    texts.map(quote),
    st.integers(-(2**53), 2**53).map(str),
    st.booleans().map(lambda value: "true" if value else "false"),
    st.sampled_from(["'[x]'", "'''\n]'''", '"""\n[x] = {"""', "07:32:00", "-1.5e3"]),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: "[\n" + ",\n".join(parts) + "\n]"),
        st.dictionaries(texts.map(name), inner, max_size=3).map(
            lambda pairs: "{ " + ", ".join(f"{key} = {value}" for key, value in pairs.items()) + " }"
        ),
    ),
    max_leaves=8,
)
tables = st.dictionaries(texts.map(name), values, max_size=4).map(
    lambda pairs: "".join(f"{key} = {value} # {key}\n" for key, value in pairs.items())
)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["[[list]]", "[[ list . below ]]", "[[list.'o.o']]"]), tables), max_size=5))
def test_it_agrees_with_the_parser_on_any_document(parts: list[tuple[str, str]]) -> None:
    text = "\n".join(f"{header}\n{body}" for header, body in [("[[list]]", ""), *parts])
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # a comment or a key that clashes; the walk is only for what the parser takes

    assert set(positions(text)) == keys(tree)
