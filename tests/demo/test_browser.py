"""The demo's page in a real browser, on the real road: Telegram, mail, the service, and back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, expect

from okno.sandbox.page import picture
from tests.demo.reader import ARRIVES, Reader, number_of

pytestmark = pytest.mark.browser

PHOTO: FilePayload = {"name": "экран.png", "mimeType": "image/png", "buffer": picture.drawn()}
TABLE: FilePayload = {"name": "смета & итог.csv", "mimeType": "text/csv", "buffer": b"a;b\r\n1;2\r\n"}


def test_the_first_tickets_are_there_when_the_page_opens(reader: Reader) -> None:
    topics = reader.pane("staff").locator(".topic-name")

    for words in ("Игорь", "Ольга", "Клара Белова · Не приходят", "Павел Ржаной · Новые цены"):
        expect(topics.filter(has_text=words)).to_be_visible()
    reader.opens_topic("Игорь")
    expect(reader.pane("staff").locator(".photo img")).to_have_js_property("naturalWidth", 640)
    reader.opens_mail("Заявка принята")


def test_a_client_gets_the_answer_to_what_they_wrote(reader: Reader) -> None:
    reader.writes("client", "Не могу войти в кабинет")
    expect(reader.pane("staff").locator(".topic-head")).to_contain_text("Вера", timeout=ARRIVES)
    reader.presses("Взять")
    expect(reader.page.locator(".toast")).to_have_text("Заявка ваша")
    reader.answers("Сбросили пароль, попробуйте ещё раз")

    answer = reader.bubble("client", "Сбросили пароль")

    expect(answer).to_contain_text("Анна")
    expect(reader.page.locator(".guide .done")).to_have_count(3)


def test_a_mail_gets_its_answer_with_the_number_in_the_subject(reader: Reader) -> None:
    reader.mails("Счёт за ноябрь", "Пришлите, пожалуйста, закрывающие документы.")
    reader.opens_topic("Счёт за ноябрь")
    number = number_of(reader.pane("staff").locator(".topic-head").inner_text())
    reader.answers("Отправили документы курьером")

    answer = reader.opens_mail(f"[#{number}] Счёт за ноябрь")

    expect(answer).to_contain_text("Отправили документы курьером")


def test_a_client_goes_on_by_answering_the_mail(reader: Reader) -> None:
    reader.acts_as("mail", "Павел")
    letter = reader.opens_mail("Заявка принята")
    letter.locator(".letter-end button").click()
    draft = reader.pane("mail").locator(".draft")
    draft.locator("textarea").fill("И ещё батон теперь 70")
    draft.locator("button[type=submit]").click()

    reader.opens_topic("Павел Ржаной")

    expect(reader.bubble("staff", "батон теперь 70")).to_contain_text("Павел Ржаной")
    expect(reader.pane("staff").locator(".topic", has_text="Павел Ржаной")).to_have_count(1)


def test_a_note_stays_among_the_staff(reader: Reader) -> None:
    reader.acts_as("client", "Ольга")
    reader.opens_topic("Ольга")
    reader.writes("staff", "между нами: макет ещё не готов")
    reader.answers("Четверг в 15 подходит")

    reader.bubble("client", "Четверг в 15 подходит")

    expect(reader.pane("client")).not_to_contain_text("между нами")


@pytest.mark.parametrize(
    "words",
    [
        "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>",
        "\u202eтекст задом наперёд\u202c и обычный",
        "длинно " * 570 + "конец",
        "👩\u200d👩\u200d👧\u200d👦 🏳️\u200d🌈 é \u0301",
    ],
    ids=["markup", "right to left", "4000 characters", "emoji"],
)
def test_hostile_words_are_shown_as_words(reader: Reader, words: str) -> None:
    reader.acts_as("client", "Игорь")
    reader.writes("client", words)

    own = reader.pane("client").locator(".bubble.mine .words").last
    expect(own).to_have_js_property("textContent", words)
    reader.opens_topic("Игорь")
    reader.bubble("staff", words[-5:].strip())

    assert reader.page.locator("article img[src=x], article script").count() == 0
    assert "hacked" not in reader.page.title()


def test_the_page_changes_its_language_and_keeps_the_choice(reader: Reader) -> None:
    reader.page.locator("[data-language=en]").click()
    expect(reader.page.locator(".guide")).to_contain_text("Press Take and Answer")
    expect(reader.pane("client").locator("textarea")).to_have_attribute("placeholder", "Write as a client…")

    reader.page.reload()

    expect(reader.pane("staff").locator(".pane-names small")).to_have_text("Staff group")


def test_a_browser_in_another_language_is_met_in_its_own(visit: Callable[..., Reader]) -> None:
    reader = visit("en-GB")

    expect(reader.page.locator(".guide")).to_contain_text("Write as a client")
    expect(reader.page.locator("html")).to_have_attribute("lang", "en")


def test_a_narrow_screen_shows_one_pane_at_a_time(visit: Callable[..., Reader]) -> None:
    reader = visit(width=390, height=760)
    expect(reader.page.locator(".pane:visible")).to_have_count(1)
    reader.page.locator("#tabs [data-tab=staff]").click()
    reader.pane("staff").locator(".topic").first.click()

    expect(reader.pane("staff").locator(".composer")).to_be_visible()
    expect(reader.pane("client")).to_be_hidden()
    assert reader.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_files_travel_both_ways_in_telegram(reader: Reader) -> None:
    reader.acts_as("client", "Игорь")
    reader.writes("client", "Ещё два снимка", PHOTO, {**PHOTO, "name": "второй.png"}, TABLE)
    reader.opens_topic("Игорь")
    reader.pane("staff").locator(".album .photo").nth(1).wait_for(timeout=ARRIVES)
    reader.pane("staff").locator(".attachment", has_text=TABLE["name"]).wait_for(timeout=ARRIVES)
    reader.answers("Вот исправленная смета", {**TABLE, "name": "исправлено.csv"})

    link = reader.pane("client").locator("a", has_text="исправлено.csv")

    assert reader.downloads(link) == ("исправлено.csv", TABLE["buffer"])


def test_a_voice_message_can_be_played_at_the_other_end(reader: Reader) -> None:
    reader.acts_as("client", "Ольга")
    reader.writes("client", "", {"name": "голос.ogg", "mimeType": "audio/ogg", "buffer": b"OggS" + bytes(60)})
    reader.opens_topic("Ольга")
    player = reader.pane("staff").locator("audio")
    player.wait_for(timeout=ARRIVES)

    heard = player.evaluate("async (one) => (await (await fetch(one.src)).arrayBuffer()).byteLength")

    assert heard == 64


def test_files_travel_both_ways_by_mail(reader: Reader) -> None:
    reader.mails("Смета на сайт", "Смета во вложении", TABLE)
    reader.opens_topic("Смета на сайт")
    own = reader.pane("staff").locator(".attachment", has_text=TABLE["name"])
    assert reader.downloads(own) == (TABLE["name"], TABLE["buffer"])
    reader.answers("Подписали", {**TABLE, "name": "подписано.csv"})

    letter = reader.opens_mail("Смета на сайт")

    link = letter.locator("a", has_text="подписано.csv")
    assert reader.downloads(link) == ("подписано.csv", TABLE["buffer"])


def test_a_message_is_edited_and_deleted_in_place(reader: Reader) -> None:
    reader.acts_as("client", "Ольга")
    reader.writes("client", "в четвег")
    bubble = reader.bubble("client", "в четвег")
    bubble.hover()
    bubble.get_by_role("button", name="Изменить").click()
    reader.writes("client", "в четверг, конечно")

    edited = reader.bubble("client", "в четверг, конечно")
    expect(edited).to_contain_text("изм.")
    edited.hover()
    edited.get_by_role("button", name="Удалить").click()

    expect(reader.pane("client").locator(".bubble", has_text="в четверг, конечно")).to_have_count(0)


def test_a_question_of_the_bot_waits_where_it_was_asked(reader: Reader) -> None:
    reader.opens_topic("Клара Белова · Не приходят")
    reader.presses("Ответить")
    reader.pane("staff").locator(".bar.asked").wait_for(timeout=ARRIVES)

    reader.opens_topic("Игорь")
    expect(reader.pane("staff").locator(".bar")).to_be_hidden()
    reader.opens_topic("Клара Белова · Не приходят")

    expect(reader.pane("staff").locator(".bar.asked")).to_be_visible()


def test_a_line_that_breaks_is_said_and_heals(reader: Reader) -> None:
    reader.page.route("**/demo/changes*", lambda route: route.abort())
    reader.writes("news", "Этим кончается ожидание, а следующее обрывается")
    expect(reader.page.locator(".broken")).to_be_visible(timeout=ARRIVES)

    reader.page.unroute("**/demo/changes*")

    expect(reader.page.locator(".broken")).to_have_count(0, timeout=ARRIVES)


def test_nothing_comes_from_another_host(visit: Callable[..., Reader], running: object) -> None:
    reader = visit()
    hosts = reader.page.evaluate("performance.getEntriesByType('resource').map((one) => new URL(one.name).host)")

    assert set(hosts) == {re.sub("^http://", "", reader.page.url).rstrip("/")}
