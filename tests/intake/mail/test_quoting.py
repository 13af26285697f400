"""The new words of a reply, whoever's program wrote it; and mails that look like replies and are none."""

import pytest

from okno.intake.mail import marked, quoting, read
from tests.intake.mail.writing import html

NEW = "Номер заказа 12345.\n\nСпасибо!"
OLD = "Здравствуйте!\n\nПришлите, пожалуйста, номер заказа.\n\nПоддержка"
QUOTED = "\n".join(f"> {line}".rstrip() for line in OLD.split("\n"))
SUPPORT = "Поддержка <support@example.org>"

ABOVE_MARKED_LINES = {
    "gmail ru": f"сб, 21 нояб. 2026 г. в 14:05, {SUPPORT}:\n",
    "gmail ru, wrapped": "сб, 21 нояб. 2026 г. в 14:05, Поддержка магазина «Ромашка» <\nsupport@example.org>:\n",
    "gmail ru, old": "21 ноября 2026 г., 14:05 пользователь Поддержка <support@example.org>\nнаписал:\n",
    "gmail ru, older": "суббота, 21 ноября 2026 г. пользователь Поддержка написал:\n",
    "thunderbird ru": "21.11.2026 14:05, Поддержка пишет:",
    "yandex": '21.11.2026, 14:05, "Поддержка" <support@example.org>:',
    "mail.ru mobile": "суббота, 21 ноября 2026г., 14:05 +03:00 от Поддержка  support@example.org :\n",
    "the bat": "Вы писали 21 ноября 2026 г., 14:05:11:\n",
    "evolution": "В Сб, 21/11/2026 в 14:05 +0300, Поддержка пишет:",
    "kmail": "В письме от 21 ноября 2026 14:05:00 MSK пользователь Поддержка написал:",
    "roundcube": "Поддержка писал(а) 2026-11-21 14:05:",
    "proton": "------- Original Message -------\nOn Saturday, November 21st, 2026 at 2:05 PM, A <a@b.c> wrote:\n",
    "gmail uk": "сб, 21 лист. 2026 р. о 14:05 Підтримка <support@example.org> пише:\n",
    "thunderbird uk": "21.11.26 14:05, Підтримка пише:",
    "gmail en": "On Sat, Nov 21, 2026 at 2:05 PM Support <support@example.org> wrote:\n",
    "thunderbird en": "On 21/11/2026 14:05, Support wrote:",
    "gmail de": "Am Sa., 21. Nov. 2026 um 14:05 Uhr schrieb Support <support@example.org>:\n",
    "thunderbird de": "Am 21.11.26 um 14:05 schrieb Support:",
    "inbox de": "Support <support@example.org> schrieb am Sa., 21. Nov. 2026\num 14:05 Uhr:\n",
    "gmail fr": "Le sam. 21 nov. 2026 à 14:05, Support <support@example.org> a écrit :\n",
    "gmail es": "El sáb, 21 nov 2026 a las 14:05, Support (<support@example.org>) escribió:\n",
    "gmail it": "Il giorno sab 21 nov 2026 alle ore 14:05 Support <support@example.org> ha scritto:\n",
    "gmail pt": "Em sáb., 21 de nov. de 2026 às 14:05, Support <support@example.org> escreveu:\n",
    "gmail pl": "sob., 21 lis 2026 o 14:05 Support <support@example.org> napisał(a):\n",
    "thunderbird pl": "W dniu 21.11.2026 o 14:05, Support pisze:",
    "a name": "Анна Петрова пишет:",
}

ABOVE_PLAIN_LINES = {
    "outlook ru": """От: Поддержка [mailto:support@example.org]
Отправлено: 21 ноября 2026 г. 14:05
Кому: Анна Петрова
Тема: Заказ
""",
    "outlook ru, bold": f"""*От:* {SUPPORT}
*Отправлено:* 21 ноября 2026 г. 14:05
*Кому:* Анна <a@b.c>
*Тема:* Заказ
""",
    "outlook web": f"""________________________________
От: {SUPPORT}
Отправлено: 21 ноября 2026 г. 14:05:00
Кому: Анна
Тема: Заказ
""",
    "outlook mobile": f"""Получить Outlook для Android<https://aka.ms/AAb9ysg>
________________________________
From: {SUPPORT}
Sent: Saturday, November 21, 2026 2:05:00 PM
To: Анна
Subject: Re: Заказ
""",
    "outlook de": """Von: Support <support@example.org>
Gesendet: Samstag, 21. November 2026 14:05
An: Anna
Betreff: AW: x
""",
    "outlook fr": """De : Support <support@example.org>
Envoyé : samedi 21 novembre 2026 14:05
À : Anna
Objet : RE: x
""",
    "original message": "-----Исходное сообщение-----\nОт: Поддержка\nДата: 21.11.2026\n",
    "samsung": f"""Отправлено с моего Galaxy

-------- Исходное сообщение --------
От: {SUPPORT}
Дата: 21.11.2026 14:05 (GMT+03:00)
Кому: a@b.c
Тема: Re: Заказ
""",
    "yandex": '21.11.2026, 14:05, "Поддержка" <support@example.org>:\n',
    "yandex mobile": """----------------
Кому: Анна (a@b.c);
Тема: Заказ;
21.11.2026, 14:05, "Поддержка" <support@example.org>:
""",
    "mail.ru": f"Суббота, 21 ноября 2026, 14:05 +03:00 от {SUPPORT}:\n",
    "yahoo": f"суббота, 21 ноября 2026 г., 14:05:00 GMT+3, {SUPPORT} написал(а):\n",
    "apple": "On Nov 21, 2026, at 14:05, Support <support@example.org> wrote:\n",
    "zoho": "---- On Sat, 21 Nov 2026 14:05:36 +0300 Support<support@example.org> wrote ----\n",
}


def new_words(text: str) -> str:
    return quoting.new_words(marked.plain(text))


@pytest.mark.parametrize("line", ABOVE_MARKED_LINES.values(), ids=list(ABOVE_MARKED_LINES))
def test_it_parts_the_new_words_from_marked_lines(line: str) -> None:
    assert new_words(f"{NEW}\n\n{line}\n{QUOTED}") == NEW


@pytest.mark.parametrize("block", ABOVE_PLAIN_LINES.values(), ids=list(ABOVE_PLAIN_LINES))
def test_it_parts_the_new_words_from_an_unmarked_letter(block: str) -> None:
    assert new_words(f"{NEW}\n\n{block}\n{OLD}") == NEW


@pytest.mark.parametrize(
    "line", ["21 нояб. 2026 г., в 14:05, A <a@b.c> написал(а):", "21 лист. 2026 р. о 14:05 A <a@b.c> написав(-ла):"]
)
def test_apple_mail_quotes_the_attribution_too(line: str) -> None:
    assert new_words(f"{NEW}\n\nОтправлено с iPhone\n\n> {line}\n>\n{QUOTED}") == NEW


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nАнна Петрова\nООО «Ромашка»",
        "--\nОтправлено из мобильной Почты Mail.ru",
        "Отправлено с моего iPhone",
        "Отправлено из Outlook для iOS",
        "Надіслано з iPhone",
        "Sent from my iPhone",
        "Sent with Proton Mail secure email.",
        "Get Outlook for Android<https://aka.ms/ghei36>",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Inviato da iPhone",
        "Enviado do meu iPhone",
        "Wysłane z iPhone'a",
    ],
)
def test_it_leaves_out_the_signature(signature: str) -> None:
    assert new_words(f"{NEW}\n\n{signature}") == NEW


@pytest.mark.parametrize(
    "banner",
    [
        "ВНИМАНИЕ: это письмо от внешнего отправителя. Не открывайте ссылки.",
        "CAUTION: This email originated from outside of the organization.\nDo not click links.",
        "[EXTERNAL EMAIL] DO NOT CLICK links or attachments unless you recognize the sender",
        "You don't often get email from anna@example.com. Learn why this is important",
        "Вы нечасто получаете письма от anna@example.com. Узнайте, почему это важно",
        "This message was sent from an external sender.",
        "Это письмо пришло извне. Будьте внимательны.",
    ],
)
def test_it_leaves_out_the_warning_of_a_mail_system(banner: str) -> None:
    assert new_words(f"{banner}\n\n{NEW}") == NEW


@pytest.mark.parametrize(
    "text",
    [
        "20.11.2026 в 14:05 ваш менеджер Пётр мне написал:\nвсё готово, приезжайте.\nНо ничего не готово.",
        "Он писал:\n«Приезжайте»\nА я приехал.",
        "От: кого это письмо?\nКому: мне непонятно.",
        "Имя: Иван\nТелефон: 123\nТема: вопрос\nСообщение: не работает\nДата: 21.11.2026",
        "From: Ivan <ivan@example.com>\nSubject: Question\n\nMessage Body:\nHello",
        "On Monday I wrote:\nplease fix it\nand nothing happened",
        "I wrote to John <john@example.com> on 21.11.2026 at 14:05 and he wrote:\nno.\nSo what now?",
        "Прошу ответить до 21.11.2026 14:05 на адрес ivan@example.com:\nэто срочно",
        "Встреча 21.11.2026 в 14:05, контакт <ivan@example.com>:\nприходите",
        "Список:\n-- раз\n-- два",
        "Заказ не тот.\n\nОтправлено с ошибкой, проверьте.",
        "С уважением,\nАнна Петрова",
        "Менеджер Пётр (petr@example.com) написал:\n«Оплатите»\nЧто делать?",
        "Пункт первый\n—\nПункт второй",
        "Внимание! Внешний диск не работает.\n\nЧто делать?",
        "Warning: the message below appears.\n\nWhat is it?",
        "Внимание! Завтра мы закрыты.\n\nПриходите послезавтра.",
    ],
)
def test_a_mail_that_quotes_nothing_is_not_cut(text: str) -> None:
    assert new_words(text) == text


@pytest.mark.parametrize(
    "text",
    [
        f"сб, 21 нояб. 2026 г. в 14:05, {SUPPORT}:\n> Работает?\n\nДа, работает.\n\n> А это?\n\nНет.",
        "> Работает?\n\nДа, работает.",
        "Вот что мне пишут:\n\n> Оплатите счёт\n\nЧто это?",
    ],
)
def test_answers_that_need_their_questions_keep_the_text_whole(text: str) -> None:
    assert new_words(text) == text


def test_an_answer_below_the_quotation_is_found() -> None:
    assert new_words(f"21.11.2026 14:05, Поддержка пишет:\n{QUOTED}\n\n{NEW}") == NEW


def test_a_line_torn_off_by_wrapping_belongs_to_the_quotation() -> None:
    torn = "> Пришлите, пожалуйста, номер заказа и адрес, по которому его надо\nдоставить\n> сегодня"

    assert new_words(f"{NEW}\n\n21.11.2026 14:05, Поддержка пишет:\n{torn}") == NEW


def test_a_signature_below_the_quotation_is_no_answer() -> None:
    assert new_words(f"{NEW}\n\n21.11.2026 14:05, Поддержка пишет:\n{QUOTED}\n\n-- \nАнна") == NEW


@pytest.mark.parametrize("text", [QUOTED, f"сб, 21 нояб. 2026 г. в 14:05, {SUPPORT}:\n\n{QUOTED}", "-- \nАнна", "👍"])
def test_when_nothing_new_is_left_all_is_shown(text: str) -> None:
    assert new_words(text) == "\n".join(line.rstrip() for line in text.split("\n"))


CITED = '<blockquote type="cite">old</blockquote>'
BY_A = "On Sat, Nov 21, 2026 at 2:05 PM A &lt;a@b.c&gt; wrote:"


@pytest.mark.parametrize(
    "quotation",
    [
        f'<div class="gmail_quote"><div>{BY_A}</div><blockquote class="gmail_quote">old</blockquote></div>',
        f'<div class="moz-cite-prefix">21.11.2026 14:05, A пишет:<br></div>{CITED}',
        '<div>21.11.2026, 14:05, "A" &lt;a@b.c&gt;:</div><blockquote>old</blockquote>',
        '<br>21 ноября 2026, 14:05 от A &lt;a@b.c&gt;:<br><blockquote style="border-left:1px solid">old</blockquote>',
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">A</div><div>old</div>',
        '<div class="yahoo_quoted"><div>On Saturday A wrote:</div><div>old</div></div>',
        f'<div class="gmail_signature">Anna</div>{CITED}',
        f'<div class="protonmail_quote">{BY_A}{CITED}</div>',
    ],
)
def test_the_marks_of_html_help(quotation: str) -> None:
    assert read(html(f"<div>New words.</div>{quotation}")).text == "New words."
