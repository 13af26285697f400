"""Tags taken off HTML in one pass, without a tree, for what is too heavy to be read properly. The layout is lost, the
words are not.
"""

from html import unescape

_UNSEEN = ("script", "style", "title")
_BREAKS = frozenset(
    "br p /p div /div tr /tr li /li table /table ul ol h1 h2 h3 h4 h5 h6 /h1 /h2 /h3 /h4 /h5 /h6 blockquote"
    " /blockquote hr".split()
)


def strip(html: str) -> str:
    first, *pieces = html.split("<")
    out = [first]
    waiting = ""  # what ends the stretch that is not shown: "-->" or "/script"
    for piece in pieces:
        if waiting:
            waiting, shown = _unseen(piece, waiting)
        else:
            waiting, shown = _seen(piece)
        out.append(shown)
    return _tidy("".join(out))


def _seen(piece: str) -> tuple[str, str]:
    if piece.startswith("!--"):
        return _unseen(piece, "-->")
    tag, closed, words = piece.partition(">")
    name = tag[:20].split()[0].rstrip("/").lower() if tag[:1].isalpha() or tag[:1] == "/" else ""
    if not closed or not (name or tag[:1] in "!?"):
        return "", f"<{piece}"
    if name in _UNSEEN:
        return f"/{name}", ""
    return "", "\n" + words if name in _BREAKS else words


def _unseen(piece: str, waiting: str) -> tuple[str, str]:
    if waiting == "-->":
        _, ended, words = piece.partition("-->")
        return ("", words) if ended else (waiting, "")
    if piece[: len(waiting)].lower() == waiting:
        return "", piece.partition(">")[2]
    return waiting, ""


def _tidy(text: str) -> str:
    lines = [" ".join(line.split()) for line in _unescape(text).split("\n")]
    return "\n".join(line for line in lines if line)


def _unescape(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:  # a number too long for Python to read
        return text
