"""HTML made safe to show: no script, no style, nothing fetched from elsewhere. Too heavy HTML is not shown at all."""

import nh3

from okno.intake.mail import charsets, markup
from okno.intake.mail.limits import HTML_SHOWN_CHARS

_CELL = {"align", "colspan", "rowspan", "valign"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": _CELL,
    "th": _CELL,
    "ol": {"start"},
    "font": {"color"},
}


def _kept(_tag: str, attribute: str, value: str) -> str | None:
    """A picture may only be one of the mail's own: any other tells its sender who has read the mail, and when."""
    return value if attribute != "src" or value.lower().startswith("cid:") else None


_CLEANER = nh3.Cleaner(
    tags=(nh3.ALLOWED_TAGS - {"map", "area"}) | {"font"},
    attributes=_ATTRIBUTES,
    attribute_filter=_kept,
    clean_content_tags={"script", "style", "title", "template", "noembed", "noframes"},
    link_rel="noopener noreferrer nofollow",
    url_schemes={"http", "https", "mailto", "tel", "cid"},
)


def safe(html: str) -> str | None:
    """None when cleaning could take more than linear time."""
    if len(html) > HTML_SHOWN_CHARS or markup.is_heavy(html):
        return None
    return charsets.clean(_CLEANER.clean(html))
