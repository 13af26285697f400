"""The Date header as an instant; a bad one is no date, not an error."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST = 200


def parse(value: str) -> datetime | None:
    text = value[:_LONGEST].strip()
    if not text:
        return None
    for attempt in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = attempt(text)
            # RFC 5322: "-0000" says that the zone is unknown; the standard library then leaves it out.
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
            continue
    return None
