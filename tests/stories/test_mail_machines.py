"""Programs and our own addresses write too: nothing of theirs is lost, and nothing we write goes round in circles."""

from tests.stories.studio import ANNA, CLIENT, ROOM, SUPPORT, Studio, body

FORM = """From: Site form <{sender}>
To: support@studio.example
Reply-To: Clara <clara@client.example>
Subject: {subject}
Message-ID: <{subject}@site.example>
Content-Type: text/plain; charset=utf-8
{more}
{text}
"""


def submits(office: Studio, subject: str, text: str, sender: str = SUPPORT, more: str = "") -> None:
    raw = FORM.format(sender=sender, subject=subject, text=text, more=f"{more}\n" if more else "")
    office.mail.deliver(SUPPORT, raw.replace("\n", "\r\n").encode())


async def test_a_visitor_of_a_form_that_writes_as_us_is_answered(office: Studio) -> None:
    await office.on_duty(ANNA)

    submits(office, "order", "Хочу сайт")

    topic = await office.topic(1)
    await office.gets_mail("#1", CLIENT)
    words = await office.feed("Хочу сайт", topic=topic)
    office.says(ANNA, "Сделаем", chat=ROOM, topic=topic, reply_to=words["message_id"])
    assert "Сделаем" in body(await office.gets_mail("Сделаем", CLIENT))
    assert len(office.mail.messages(SUPPORT)) == 1


async def test_a_form_that_says_it_is_a_program_reaches_people_and_gets_no_receipt(office: Studio) -> None:
    await office.on_duty(ANNA)

    submits(office, "order", "Хочу сайт", "wordpress@shop.example", "Auto-Submitted: auto-generated")

    topic = await office.topic(1)
    await office.sees(ANNA, "#1")
    words = await office.feed("Хочу сайт", topic=topic)
    office.says(ANNA, "Сделаем", chat=ROOM, topic=topic, reply_to=words["message_id"])
    await office.gets_mail("Сделаем", CLIENT)
    assert len(office.mail.messages(CLIENT)) == 1


async def test_a_colleague_who_writes_from_an_address_of_ours_is_heard_and_never_answered_there(office: Studio) -> None:
    await office.writes_mail("Просьба", "Посмотрите почту Клары", sender=SUPPORT)

    topic = await office.topic(1)
    words = await office.feed("Посмотрите почту Клары", topic=topic)
    office.says(ANNA, "Смотрю", chat=ROOM, topic=topic, reply_to=words["message_id"])
    await office.writes_mail("Другое", "позже")
    await office.gets_mail("#2", CLIENT)

    assert len(office.mail.messages(SUPPORT)) == 2
