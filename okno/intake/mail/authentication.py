"""Whether our own server vouches for a mail's sender: its Authentication-Results only, read tolerantly (RFC 8601)."""

import re
from typing import Final

from okno.desk.message import Proof
from okno.intake.mail.values import Mail

_RESULT: Final = re.compile(r"\s*(dmarc|dkim|spf)\s*=\s*([a-z]+)", re.IGNORECASE)
_COMMENT: Final = re.compile(r"\([^()]*\)")
_SIGNER: Final = re.compile(r"header\.[di]\s*=\s*@?([^\s;]+)", re.IGNORECASE)
_LONGEST: Final = 8192


def proof(mail: Mail, trusted: str) -> Proof:
    """`trusted` is the authserv-id of our server; "" trusts nobody. Only the topmost header of that name counts.

    A header below the first Received of another hop may be the sender's own invention.
    """
    if not trusted:
        return "none"
    border = mail.hops[1] if len(mail.hops) > 1 else None
    for header in mail.authentication:
        if border is not None and header.position > border:
            break
        value = _COMMENT.sub(" ", header.value[:_LONGEST])
        if _authserv(value).lower() == trusted.lower():
            return _verdict(value, mail.from_address)
    return "none"


def _authserv(value: str) -> str:
    first = value.split(";", 1)[0].split()
    return first[0] if first and "=" not in first[0] else ""


def _verdict(value: str, from_address: str) -> Proof:
    found = [(one, part) for part in value.split(";") if (one := _RESULT.match(part))]
    clauses = [(one[1].lower(), one[2].lower(), part) for one, part in found]
    results = {kind: result for kind, result, _ in reversed(clauses)}
    if results.get("dmarc") == "pass":
        return "pass"
    if results.get("dmarc") in {"fail", "reject", "quarantine"}:
        return "fail"
    domain = from_address.rpartition("@")[2].lower()
    # Only the clause that passed says who signed: another may name the domain the sender wishes for.
    passed = [part for kind, result, part in clauses if (kind, result) == ("dkim", "pass")]
    signers = [one for part in passed for one in _SIGNER.findall(part)]
    if any(_aligned(domain, one) for one in signers):
        return "pass"
    return "fail" if results.get("dkim") == "fail" and results.get("spf") in {"fail", "softfail"} else "none"


def _aligned(domain: str, signer: str) -> bool:
    """RFC 7489 3.1.1, relaxed, without a list of public suffixes: one is the other or lies below it."""
    named = signer.rpartition("@")[2].lower().strip('"')
    return bool(named) and "." in named and (domain == named or domain.endswith(f".{named}"))
