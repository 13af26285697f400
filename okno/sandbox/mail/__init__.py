"""The sandbox's mail host: IMAP (pymap) and SMTP (aiosmtpd) on one set of mailboxes, with an HTTP control."""

from okno.sandbox.mail.control import control
from okno.sandbox.mail.faults import Fault
from okno.sandbox.mail.host import Mail, MailHost, Ports
from okno.sandbox.mail.mailboxes import NoMailbox

__all__ = ["Fault", "Mail", "MailHost", "NoMailbox", "Ports", "control"]
