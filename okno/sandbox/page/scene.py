"""Who is in the demo and what they write first, in one language: read from scenes/, played elsewhere."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

FOLDER: Final = Path(__file__).with_name("scenes")
LANGUAGES: Final = tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))

VERA, IGOR, OLGA = 501, 502, 503
ANNA, BORIS, LENA = 1001, 1002, 1003
ROOM, NEWS = -1001000000001, -1001000000002
SUPPORT: Final = "support@studio.example"
CLARA: Final = "clara@client.example"
PAVEL: Final = "pavel@bakery.example"

CLIENTS: Final = {VERA: "vera", IGOR: "igor", OLGA: "olga"}
STAFF: Final = {ANNA: "anna", BORIS: "boris", LENA: "lena"}
ROLES: Final[dict[int, Literal["agent", "lead"]]] = {ANNA: "agent", BORIS: "agent", LENA: "lead"}
WRITERS: Final = {CLARA: "clara", PAVEL: "pavel"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing somebody writes: in Telegram, or by mail when there is a subject."""

    who: str
    text: str
    subject: str = ""
    picture: bool = False
    file: tuple[str, str] | None = None
    """Name and text of an attachment."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    language: str
    studio: str
    room: str
    news: str
    post: str
    names: dict[str, str]
    lines: tuple[Line, ...]

    def called(self, people: dict[Any, str]) -> dict[Any, str]:
        """Their names in this language, by the same keys."""
        return {key: self.names[name] for key, name in people.items()}


def spoken(language: str) -> str:
    """The language of the demo for a browser that asks for this one ("ru-RU", "de")."""
    short = language.partition("-")[0].lower()
    return short if short in LANGUAGES else "en"


def load(language: str) -> Scene:
    written = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    lines = tuple(_line(one) for one in written.pop("line"))
    return Scene(language=language, lines=lines, **written)


def _line(written: dict[str, Any]) -> Line:
    file = written.pop("file", None)
    return Line(**written, file=(file["name"], file["text"]) if file else None)
