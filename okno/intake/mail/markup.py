"""HTML to lines of text. Nothing is lost at any depth but what is hidden; nothing is cleaned for showing, that is
display.py.
"""

import re
from functools import lru_cache
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser, LexborNode

from okno.intake.mail import marked, stripping
from okno.intake.mail.layout import Layout
from okno.intake.mail.limits import HTML_DEPTH, HTML_REMADE, HTML_TREE_CHARS
from okno.intake.mail.marked import Marked

_TAGS = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*)")
_CLOSED_BY_OTHERS = (
    "area base br col embed hr img input link meta param source track wbr p li td th tr tbody thead tfoot dt dd option"
)
_REMADE = "a b big code em font i nobr s small strike strong tt u"
_STEP = dict.fromkeys(_CLOSED_BY_OTHERS.split(), 0)
_REMADE_STEP = dict.fromkeys(_REMADE.split(), 1) | {f"/{tag}": -1 for tag in _REMADE.split()}
_FEW = 150  # tags that can do no harm however they stand
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_SILENT = frozenset(
    {"head", "script", "style", "title", "template", "iframe", "frameset", "noembed", "noframes", "-comment"}
)


def words(html: str) -> Marked:
    if is_heavy(html):
        return marked.plain(stripping.strip(html))
    root = LexborHTMLParser(html).root
    if root is None:
        return Marked()
    layout = Layout()
    _walk(root, layout)
    return layout.finish()


def is_heavy(html: str) -> bool:
    """Whether a tree of it would take more than linear time or memory: too deep, or made so that tags are repeated."""
    return len(html) > HTML_TREE_CHARS or (html.count("<") > _FEW and _grows(html))


@lru_cache(maxsize=2)
def _grows(html: str) -> bool:
    """Asked once for the words and once for what is shown, so the last answers are kept."""
    tags = [tag.lower() for tag in _TAGS.findall(html)]
    steps = {tag: _STEP.get(tag.lstrip("/"), -1 if tag[0] == "/" else 1) for tag in set(tags)}
    depth = max(accumulate(map(steps.__getitem__, tags)), default=0)
    remade = max(accumulate(_REMADE_STEP.get(tag, 0) for tag in tags if tag in _REMADE_STEP), default=0)
    return depth > HTML_DEPTH or remade * len(tags) > HTML_REMADE


def _walk(root: LexborNode, layout: Layout) -> None:
    """Depth first without recursion: a tag is entered, its children come, it is left."""
    node: LexborNode | None = root
    depth = 0
    while node is not None:
        tag = node.tag or ""
        child = None
        if tag == "-text":
            layout.text(node.text_content or "")
        elif tag not in _SILENT:
            child = _enter(node, tag, layout)
        if child is not None:
            node, depth = child, depth + 1
            continue
        while depth and node is not None and node.next is None:
            node, depth = node.parent, depth - 1
            layout.leave()
        node = node.next if depth and node is not None else None


def _enter(node: LexborNode, tag: str, layout: Layout) -> LexborNode | None:
    """The first child to go on with; None when there is nothing inside, or nothing to be seen."""
    about = node.attributes
    if about and ("hidden" in about or _HIDDEN.search(about.get("style") or "")):
        return None
    child = node.first_child
    layout.enter(tag, about)
    if child is None:
        layout.leave()
    return child
