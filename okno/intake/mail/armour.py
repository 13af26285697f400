"""PGP written into the text itself: the words of a signed one, and whether a text is encrypted. Nothing is verified
here.
"""

import re

_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_END = "-----END PGP SIGNATURE-----"
_ESCAPED = re.compile(r"^- (?=-)", re.MULTILINE)


def is_encrypted(text: str) -> bool:
    return "-----BEGIN PGP MESSAGE-----" in text


def opened(text: str) -> tuple[str, bool]:
    """The text without the armour of a clear-signed message (RFC 9580, section 7), and whether it was one."""
    before, found, after = text.partition(_SIGNED)
    if not found or _SIGNATURE not in after:
        return text, False
    words, _, rest = after.partition(_SIGNATURE)
    words = words.partition("\n\n")[2]  # the header "Hash: …" ends with an empty line
    return (before + _ESCAPED.sub("", words) + rest.partition(_END)[2]).strip("\n"), True
