"""Recognises words that are nothing but thanks, so that "спасибо!" does not reopen a request."""

import re
from typing import Final

_WORDS: Final = frozenset(
    "спасибо спс благодарю благодарим большое огромное вам вас тебе тебя за помощь всё все супер отлично класс"
    " понял поняла принято хорошо ок окей ладно очень хорошего дня вечера thanks thank you thx ty so much very a"
    " lot many great perfect awesome cheers ok okay got it for your the help appreciated understood everyone all"
    " team good have a nice day".split()
)
_CORE: Final = frozenset(
    "спасибо спс благодарю благодарим супер отлично класс понял поняла ок окей thanks thank thx ty great perfect"
    " awesome cheers ok okay appreciated understood".split()
)
_FACES: Final = "👍🙏❤🔥👌😊🙂🤝💯👏😍🥰✅"
_LONGEST: Final = 80


def is_thanks(text: str) -> bool:
    """True for a short text of polite words or faces only. A question, a number or any other word makes it False."""
    if not text.strip() or len(text) > _LONGEST or "?" in text or any(char.isdigit() for char in text):
        return False
    words = re.findall(r"\w+", text.lower())
    if not words:
        return any(face in text for face in _FACES) or text.strip() in {"+", ":)", ")"}
    return all(word in _WORDS for word in words) and any(word in _CORE for word in words)
