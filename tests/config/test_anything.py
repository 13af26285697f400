"""Whatever stands in the file or the variables, it loads or is told as mistakes; no other error comes out."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from okno.config.document import parse
from okno.config.loading import settle
from okno.config.quoting import name, quote
from okno.config.shape import leaves, root
from okno.errors import ConfigError

OPTIONS = [path for path, _ in leaves(root())]
LISTS = ("mailbox", "line", "staff")

texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        [
            *("", "x", "~", "..", "/", "/dev/null", "a" * 5000, "[", "[::1", "a@b", "@", "<>", "0", "-1", "+5", "1e9"),
            *("http://[", "https://a:99999/", "https://a:b@c:d", "postgresql://", "postgresql://[/x", "://", ":", "1:"),
            *(
                "t.me/news",
                "@a",
                "10s",
                "99999999d",
                "1 working days",
                "24:00",
                "support",
                "true",
                "[1",
                "{}",
                ",",
                "\t",
            ),
        ]
    ),
)
values = st.one_of(
    texts.map(quote),
    st.integers(-(2**70), 2**70).map(str),
    st.sampled_from(
        [
            "true",
            "false",
            "1.5",
            "nan",
            "inf",
            "07:32:00",
            "1979-05-27",
            "[]",
            "[1]",
            "[[]]",
            '["a", "b"]',
            "{}",
            "{ a = 1 }",
        ]
    ),
)


def written(options: list[tuple[tuple[str, ...], str]]) -> str:
    """A file with these options, each list with one entry; the first of two alike wins."""
    lines: dict[str, list[str]] = {}
    for path, value in dict(options).items():
        header = f"[[{path[0]}]]" if path[0] in LISTS else f"[{path[0]}]" if path[1:] else ""
        lines.setdefault(header, []).append(f"{'.'.join(map(name, path[1:] or path))} = {value}")
    return "\n".join("\n".join([header, *lines[header]]) for header in sorted(lines))


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(OPTIONS), values), max_size=12, unique_by=lambda each: each[0]))
def test_any_value_of_any_option_loads_or_is_a_mistake(options: list[tuple[tuple[str, ...], str]]) -> None:
    mistakes = told(written(options), {})

    assert [mistake for mistake in mistakes if not mistake.startswith("config.toml") or "; " not in mistake] == []


# A variable may hold bytes that are no text; Python makes half characters of them.
names = st.one_of(texts, st.text(st.characters(), max_size=6), st.just("\udcff\n"))


def told(text: str, environ: dict[str, str]) -> tuple[str, ...]:
    try:
        settle(parse(text, Path("config.toml")), environ)
    except ConfigError as error:
        return error.mistakes
    return ()


variables = st.sampled_from(
    ["__".join(("OKNO_" + path[0], *(("X",) if path[0] in LISTS else ()), *path[1:])).upper() for path in OPTIONS]
)


@settings(deadline=None)
@given(st.dictionaries(st.one_of(variables, names.map(lambda text: f"OKNO_{text}")), names, max_size=8))
def test_any_variable_loads_or_is_a_mistake(environ: dict[str, str]) -> None:
    mistakes = told("mailbox = [{ name = 'x' }]\n", environ)

    assert "OKNO_MAILBOX__X__ADDRESS" in environ or "address: is missing" in "".join(mistakes)
    assert [mistake for mistake in mistakes if "; " not in mistake or not mistake.isprintable()] == []
