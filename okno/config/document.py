"""One config.toml as read from disk: its tree, and the line of each key. What the keys mean is not known here."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from okno.config.positions import Key, positions
from okno.config.quoting import masked, printable
from okno.config.secrets import open_to_others
from okno.errors import ConfigError

# Words of tomllib's complaints, and what usually is the matter; the rest speak for themselves.
_ADVICE = (
    ("Invalid value", 'a value is text in quotes, a number, true or false: key = "text"'),
    ("Illegal character", "a closing quote is missing on this line"),
    ("Unescaped", "in double quotes write \\\\ for each \\, or use single quotes"),
    ("Cannot", "this key or table stands twice; keep one of them"),
    ('Expected "', "a closing quote is missing here or above"),
    ("Expected '='", 'a line is key = "value", [table] or # comment'),
    ("Invalid statement", 'a line is key = "value", [table] or # comment'),
    ("Unclosed", "a closing bracket is missing here or above"),
    ("Unterminated", "a closing quote is missing here or above"),
    ("Expected newline", "one setting stands on one line; text with spaces needs quotes"),
)
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
# The key may itself be misspelt, so anything that looks like one of these hides the rest of its line.
_SECRET = re.compile(r"([\w-]*(?:pas|pw|tok|sec|url|prox|key)[\w-]*[\"']?\s*[=:]?\s*).+", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Document:
    """`name` is the file as the user called it, empty without one; relative paths start at `folder`.

    `exposed` says that not its owner alone can read it.
    """

    name: str
    folder: Path
    tree: dict[str, Any]
    lines: Mapping[Key, int]
    exposed: bool = False


def absent(folder: Path) -> Document:
    return Document(name="", folder=folder, tree={}, lines={})


def read(path: Path) -> Document:
    try:
        data = path.read_bytes()
        exposed = open_to_others(path.stat().st_mode)
    except OSError as error:
        advice = "run `okno init` to make one, or name another with --config FILE or OKNO_CONFIG"
        raise ConfigError([f"{path}: cannot be read ({error.strerror}); {advice}"]) from error
    try:
        # Windows editors put a byte order mark first, which tomllib refuses.
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError([f"{path}:{line}: this is not UTF-8 text; save the file as UTF-8"]) from error
    return replace(parse(text, path), exposed=exposed)


def parse(text: str, path: Path) -> Document:
    try:
        tree = tomllib.loads(text)
        lines = positions(text.replace("\r\n", "\n"))
    except RecursionError as error:
        raise ConfigError([f"{path}: brackets are nested too deep; no setting needs more than two levels"]) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_complaint(str(error), text, path)]) from error
    except ValueError as error:  # Python's limit on digits, which names no place
        raise ConfigError([f"{path}: a number has thousands of digits; no setting needs more than sixteen"]) from error
    return Document(name=str(path), folder=path.parent, tree=tree, lines=lines)


def _complaint(words: str, text: str, path: Path) -> str:
    rows = text.rstrip().split("\n")
    place = _PLACE.search(words)
    number = min(int((place and place[1]) or len(rows)), len(rows))
    what = _PLACE.sub("", words)
    advice = next((advice for start, advice in _ADVICE if what.startswith(start)), "mend this line")
    row = printable(masked(_SECRET.sub(r"\1…", rows[number - 1].strip().expandtabs())))
    return f"{path}:{number}: this is not TOML ({what}); {advice}\n    {number} | {row}"
