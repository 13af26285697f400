"""Mails of the cast for the command line's tests."""

from email.message import EmailMessage
from email.utils import format_datetime

from tests.store.cast import NOON

MARK = b"From vera@client.example Mon Nov 23 12:00:00 2026\n"


def letter(number: int, words: str = "Где мой заказ?", *, answers: int | None = None, file: bytes = b"") -> bytes:
    """Vera's letter of that number; `answers` names the one it replies to."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "Вера <vera@client.example>", "support@example.com"
    mail["Subject"] = f"Вопрос {number}" if answers is None else f"Re: Вопрос {answers}"
    mail["Message-ID"] = f"<{number}@client.example>"
    mail["Date"] = format_datetime(NOON)
    if answers is not None:
        mail["In-Reply-To"] = mail["References"] = f"<{answers}@client.example>"
    mail.set_content(words)
    if file:
        mail.add_attachment(file, maintype="application", subtype="pdf", filename="счёт.pdf")
    return mail.as_bytes()


def mbox(*letters: bytes) -> bytes:
    return b"".join(MARK + one + b"\n" for one in letters)
