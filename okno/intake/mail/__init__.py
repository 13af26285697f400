"""Mail read: bytes in, values out. `read` understands one mail, `as_json` tells it to other programs; worker.Reader
does it apart.
"""

from okno.intake.mail.outline import as_json
from okno.intake.mail.reading import read
from okno.intake.mail.values import Address, Attachment, Authentication, Bounced, Forwarded, Invitation, Mail

__all__ = ["Address", "Attachment", "Authentication", "Bounced", "Forwarded", "Invitation", "Mail", "as_json", "read"]
