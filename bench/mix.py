"""The mails and messages the benchmark is measured with: seeded, so that every run and both sides get the same.

Of mails 60 % are plain text of 1-3 kB, 25 % have HTML, 10 % carry 50 kB and 5 % 1 MB; two thirds are Russian; half are
replies. Of Telegram messages half are a client's first and half follow up. Words have their endings: an index of words
that sees the same twenty again and again would be too cheap.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from random import Random
from typing import Final, Literal

from bench.cast import SUPPORT

Shape = Literal["plain", "html", "small", "large"]
_SHARES: Final[dict[Shape, int]] = {"plain": 60, "html": 25, "small": 10, "large": 5}
_SIZES: Final[dict[str, int]] = {"small": 50_000, "large": 1_000_000}
_STEMS: Final = (
    "заказ магазин товар сервер сайт домен баннер макет договор клиент менеджер платёж перевод телефон адрес пароль"
    " отчёт файл раздел каталог фильтр шаблон модуль плагин скрипт виджет формат запрос ответ браузер экран логотип"
    " шрифт цвет размер список номер индекс документ проект вопрос результат тариф счёт расчёт выпуск перенос доступ"
).split()
_NOUN: Final = ("", "а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах")
_VERBS: Final = "провер исправ добав настро получ оформ отправ обнов подключ измен сохран замен постав подготов".split()
_VERB: Final = ("ить", "ил", "ила", "или", "ите", "им", "ят", "ишь", "ьте", "ено")
_SMALL: Final = "и в на не с по что как для мы вы он это у к за из от же бы при до уже ещё если когда где".split()
_ENGLISH: Final = (
    "order page server error banner layout contract client payment transfer phone address password report file section"
    " catalogue filter template module plugin script widget format request answer browser screen logo font colour size"
    " list number index document project question result price invoice release access check fix add set send update"
    " connect change save replace prepare open close show hide find move copy the a to of in is it we you and please"
).split()
_HEAD: Final = '<div dir="ltr" style="font-family:Arial,sans-serif;font-size:14px">'
_START: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class _Root:
    """A mail that later ones may answer."""

    id: str
    sender: str
    subject: str
    text: str


def mails(count: int, seed: int = 1) -> Iterator[bytes]:
    random = Random(seed)
    roots: list[_Root] = []
    shapes: list[Shape] = []
    for number in range(count):
        if not shapes:
            shapes = [shape for shape, share in _SHARES.items() for _ in range(share)]
            random.shuffle(shapes)
        earlier = random.choice(roots) if number % 2 else None
        mail, root = _mail(number, shapes.pop(), earlier, random)
        if earlier is None:
            roots.append(root)
        yield mail


def says(count: int, seed: int = 1) -> Iterator[tuple[int, str]]:
    """(which client, their words): each client writes twice, the second time once fifty others have written."""
    random = Random(seed)
    first = list(range((count + 1) // 2))
    for at in range(0, len(first), 50):
        some = first[at : at + 50]
        for client in (*some, *some):
            yield client, text(random, random.randrange(30, 400), russian=random.random() < 2 / 3)


def text(random: Random, size: int, *, russian: bool) -> str:
    """Sentences of about so many characters."""
    words: list[str] = []
    while size > 0:
        word = _russian(random) if russian else random.choice(_ENGLISH)
        if not words or words[-1].endswith("."):
            word = word.capitalize()
        words.append(word + ("." if random.random() < 0.12 else ""))
        size -= len(words[-1]) + 1
    return " ".join(words)


def _russian(random: Random) -> str:
    kind = random.random()
    if kind < 0.35:
        return random.choice(_SMALL)
    if kind < 0.45:
        return str(random.randrange(1, 5000))
    if kind < 0.8:
        return random.choice(_STEMS) + random.choice(_NOUN)
    return random.choice(_VERBS) + random.choice(_VERB)


def _mail(number: int, shape: Shape, earlier: _Root | None, random: Random) -> tuple[bytes, _Root]:
    russian = random.random() < 2 / 3
    # Two bytes a letter.
    words = text(random, random.randrange(900, 2600) // (2 if russian else 1), russian=russian)
    sender = earlier.sender if earlier else f"client{random.randrange(1 << 30)}@client{number % 97}.example"
    subject = f"Re: {earlier.subject}" if earlier else text(random, 30, russian=russian).strip(".")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"{'Клара Цветкова' if russian else 'Clara Zetkin'} <{sender}>"
    mail["To"] = f"Support <{SUPPORT}>"
    mail["Subject"] = subject
    mail["Date"] = format_datetime(_START + timedelta(seconds=number))
    mail["Message-ID"] = identity = f"<{number}.{random.randrange(1 << 40)}@client.example>"
    if earlier:
        mail["In-Reply-To"] = mail["References"] = earlier.id
        words = f"{words}\n\n{_attributed(earlier)}"
    mail.set_content(words, cte=random.choice(("8bit", "base64", "quoted-printable")))
    if shape == "html":
        mail.add_alternative(_html(words), subtype="html", cte="quoted-printable")
    elif shape != "plain":
        attached = random.randbytes(_SIZES[shape])
        mail.add_attachment(attached, maintype="application", subtype="pdf", filename=f"Договор {number}.pdf")
    return mail.as_bytes(), _Root(id=identity, sender=sender, subject=subject, text=words)


def _attributed(earlier: _Root) -> str:
    quoted = "\n".join(f"> {line}" for line in earlier.text[:600].splitlines())
    return f"02.03.2026 12:00, Студия <{SUPPORT}> пишет:\n{quoted}"


def _html(words: str) -> str:
    rows = "".join(f"{_HEAD}{line or '<br>'}</div>\r\n" for line in words.splitlines())
    signature = (
        f'<div class="gmail_signature">{_HEAD}<b>--</b><br><a href="https://client.example/">client</a></div></div>'
    )
    return f"<html><head><style>p {{ margin: 0 }}</style></head><body>{rows}{signature}</body></html>\r\n"
