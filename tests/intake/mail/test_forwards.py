"""The letter inside a forwarded one: found where a program wrote down whose it is, never guessed."""

import pytest

from okno.intake.mail import read
from okno.intake.mail.values import Forwarded
from tests.intake.mail.writing import letter, multipart, part

WORDS = "Заказ 777 не пришёл.\n\nБорис"
BORIS = "Boris Smirnov <boris@example.net>"
SEEN = Forwarded(address="boris@example.net", name="Boris Smirnov", subject="Parcel", text=WORDS)

ANNOUNCED = {
    "gmail ru": f"""---------- Forwarded message ---------
От: {BORIS}
Date: сб, 21 нояб. 2026 г. в 10:00
Subject: Parcel
To: <a@b.c>
""",
    "apple ru": f"""Начало переадресованного сообщения:

Отправитель: {BORIS}
Тема: Parcel
Дата: 21 ноября 2026 г. в 10:00:08 GMT+3
Кому: a@b.c
""",
    "thunderbird ru": f"""-------- Перенаправленное сообщение --------
Тема: \tParcel
Дата: \tSat, 21 Nov 2026 10:00:00 +0300
От: \t{BORIS}
Кому: \ta@b.c
""",
    "mail.ru": f"""-------- Пересылаемое сообщение --------
От кого: {BORIS}
Кому: a@b.c
Дата: Суббота, 21 ноября 2026, 10:00 +03:00
Тема: Parcel
""",
    "yahoo ru": f"  ----- Пересылаемое сообщение ----- От: {BORIS}Кому: a@b.cОтправлено: 21.11.2026Тема: Parcel\n",
    "apple uk": f"""Початок листа, що пересилається:

Від кого: {BORIS}
Тема: Parcel
Дата: 21 листопада 2026 р. о 10:00:08 GMT+3
Кому: a@b.c
""",
    "gmail de": f"""---------- Forwarded message ---------
Von: {BORIS}
Date: Sa., 21. Nov. 2026 um 10:00 Uhr
Subject: Parcel
To: <a@b.c>
""",
    "apple de": f"""Anfang der weitergeleiteten Nachricht:

Von: {BORIS}
Betreff: Parcel
Datum: 21. November 2026 um 10:00:08 MEZ
An: a@b.c
""",
    "thunderbird fr": f"""-------- Message transféré --------
Sujet : \tParcel
Date : \tSat, 21 Nov 2026 10:00:00 +0100
De : \t{BORIS}
Pour : \ta@b.c
""",
    "gmail es": f"""---------- Forwarded message ---------
De: {BORIS}
Date: sáb, 21 nov 2026 a las 10:00
Subject: Parcel
To: <a@b.c>
""",
    "apple it": f"""Inizio messaggio inoltrato:

Da: {BORIS}
Oggetto: Parcel
Data: 21 novembre 2026 10:00:08 CET
A: a@b.c
""",
    "gmail pt": f"""---------- Forwarded message ---------
De: {BORIS}
Date: sáb., 21 de nov. de 2026 às 10:00
Subject: Parcel
To: <a@b.c>
""",
    "thunderbird pl": f"""-------- Przekazana wiadomość --------
Temat: \tParcel
Data: \tSat, 21 Nov 2026 10:00:00 +0100
Nadawca: \t{BORIS}
Adresat: \ta@b.c
""",
}

BY_SUBJECT = {
    "outlook en": f"""________________________________
From: {BORIS}
Sent: Saturday, November 21, 2026 10:00 AM
To: a@b.c
Subject: Parcel
""",
    "outlook ru": f"""От: {BORIS}
Дата: суббота, 21 ноября 2026 г. в 10:00
Кому: a@b.c <a@b.c>
Тема: Parcel
""",
    "outlook 2013": """From: Boris Smirnov [mailto:boris@example.net]
Sent: 21 November 2026 10:00
To: a@b.c
Subject: Parcel
""",
    "outlook mac": '21/11/2026, 10:00 пользователь "Boris Smirnov" <boris@example.net> написал:\n',
}


@pytest.mark.parametrize("block", ANNOUNCED.values(), ids=list(ANNOUNCED))
@pytest.mark.parametrize("above", ["", "Посмотрите, пожалуйста.\n\n"])
def test_it_finds_the_letter_a_program_announced(block: str, above: str) -> None:
    mail = read(letter(f"{above}{block}\n{WORDS}", Subject="Fwd: Parcel"))

    assert mail.forwarded_from == SEEN
    assert mail.text == (above.strip() or mail.full_text)


@pytest.mark.parametrize("block", BY_SUBJECT.values(), ids=list(BY_SUBJECT))
def test_a_subject_tells_a_forward_from_a_reply(block: str) -> None:
    forward = read(letter(f"See below.\n\n{block}\n{WORDS}", Subject="FW: Parcel"))
    reply = read(letter(f"See below.\n\n{block}\n{WORDS}", Subject="Re: Parcel"))

    assert forward.forwarded_from == SEEN
    assert reply.forwarded_from is None


def test_a_quoted_forward_loses_the_signs_of_quotation() -> None:
    block = f"> Begin forwarded message:\n>\n> From: {BORIS}\n> Subject: Parcel\n> Date: 21 Nov 2026\n> To: a@b.c\n>\n"
    text = f"{block}> One\n>\n> Two"

    found = read(letter(text, Subject="Fwd: Parcel")).forwarded_from

    assert found is not None
    assert found.text == "One\n\nTwo"


def test_an_enclosed_letter_is_the_one_forwarded() -> None:
    inner = letter("Inner words", From="Boris <boris@example.net>", Subject="Parcel")

    mail = read(multipart("mixed", part("text/plain", "See."), b"Content-Type: message/rfc822\n\n" + inner))

    assert mail.forwarded_from == Forwarded(
        address="boris@example.net", name="Boris", subject="Parcel", text="Inner words"
    )


def test_of_several_enclosed_letters_none_is_chosen() -> None:
    inner = b"Content-Type: message/rfc822\n\n" + letter("Inner", From="Boris <boris@example.net>")

    assert read(multipart("mixed", part("text/plain", "See."), inner, inner)).forwarded_from is None


@pytest.mark.parametrize(
    "text",
    [
        "---------- Forwarded message ---------\n\nno block follows",
        "I forwarded the message to Boris <boris@example.net> yesterday.",
        "Forwarded message: none",
        "From: the beginning\nIt was lost.",
    ],
)
def test_it_never_guesses(text: str) -> None:
    assert read(letter(text, Subject="Fwd: Parcel")).forwarded_from is None
