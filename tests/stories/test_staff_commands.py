"""What staff type: every command in a topic and in private, what it says it did, and what is said to a mistake."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.shift import BASKET, arranged, card, press, told, two_lines
from tests.stories.studio import ANNA, BORIS, IGOR, LENA, ROOM, VERA, Studio, labels


@pytest.fixture
async def branch(tmp_path: Path) -> AsyncIterator[Studio]:
    """Two lines: Anna and Lena at support, Boris alone in development; he and Anna are on duty."""
    async with arranged(tmp_path / "data", two_lines) as made:
        await made.on_duty(ANNA, BORIS)
        yield made


async def test_help_lists_every_command_and_the_role_of_a_lead(office: Studio) -> None:
    agent = await told(office, ANNA, "/help", "Как здесь работать")
    lead = await told(office, LENA, "/help", "Ваша роль — старший")

    commands = "queue mine ticket find take assign line prio merge close away back manual write".split()
    assert [one for one in commands if f"/{one} — " not in agent["text"]] == []
    assert "роль" not in agent["text"]
    assert "менять любые заявки" in lead["text"]


COMMANDS = (
    ("/prio", "high", "#1: Приоритет теперь высокий"),
    ("/prio", "срочный", "#1: Приоритет теперь срочный"),
    ("/take", "", "#1: Заявка ваша"),
    ("/assign", "бор", "#1: Назначили: теперь ведёт Борис"),
    ("/line", "Разработка", "#1: Передали на линию «Разработка»"),
    ("/ticket", "", "Вера · Telegram\nВ работе · приоритет срочный · Борис · Разработка"),
    ("/close", "это дубль", "#1: Закрыли"),
    ("/ticket", "", "это дубль"),
)


async def test_a_command_in_a_topic_needs_no_number(branch: Studio) -> None:
    branch.says(VERA, BASKET)
    topic = await branch.topic(1)

    for command, rest, words in COMMANDS:
        await told(branch, LENA, f"{command} {rest}".strip(), words, topic=topic)

    assert (await branch.ticket(1)).status == "closed"


async def test_the_same_commands_in_private_take_the_number(branch: Studio) -> None:
    branch.says(VERA, BASKET)
    await branch.topic(1)

    for number, (command, rest, words) in enumerate(COMMANDS):
        await told(branch, LENA, f"{command} {'#1' if number % 2 else '1'} {rest}".strip(), words)

    assert (await branch.ticket(1)).status == "closed"


MISTAKES = (
    ("/take", "Какую заявку? Назовите её номер: /take 142"),
    ("/take эту", "Какую заявку?"),
    ("/take 99", "Такой заявки не нашлось"),
    ("/ticket 0", "Такой заявки не нашлось"),
    ("/ticket -1", "Какую заявку?"),
    ("/ticket 99999999999999999999", "Какую заявку?"),
    ("/assign 1", "Назовите одного из коллег: Анна, Борис, Лена"),
    ("/assign 1 Зоя", "Например: /assign 1 и имя"),
    ("/assign Анна", "Какую заявку? Назовите её номер: /assign 142"),
    ("/line 1 Луна", "Назовите одну из них: Поддержка, Разработка"),
    ("/line 1 поддержка", "уже на этой линии"),
    ("/prio 1 ого", "Назовите один из них: низкий, обычный, высокий, срочный"),
    ("/prio высокий", "Какую заявку?"),
    ("/merge 1 999999999999999999999999999999", "Какие заявки объединить?"),
    ("/merge", "Какие заявки объединить?"),
    ("/merge 1", "Какие заявки объединить?"),
    ("/merge 1 99999999999999999999", "Какие заявки объединить?"),
    ("/merge 1 99", "Такой заявки не нашлось"),
    ("/merge 1 1", "с самой собой"),
    ("/merge 1 2", "заявки разных клиентов"),
    ("/close 99 спам", "Такой заявки не нашлось"),
    ("/find", "Что искать?"),
    ("/find абракадабра", "ничего не нашлось"),
    ("/write", "Такого клиента не нашлось. Назовите его почту"),
    ("/write @nobody", "Такого клиента не нашлось"),
)


async def test_a_mistake_is_answered_with_what_to_do(branch: Studio) -> None:
    branch.says(VERA, BASKET)
    await branch.topic(1)
    branch.says(IGOR, "The logo is old")
    await branch.topic(2)

    for text, words in MISTAKES:
        await told(branch, LENA, text, words)

    assert (await branch.ticket(1)).status == "new"


async def test_what_a_state_does_not_allow_is_said_in_the_readers_words(branch: Studio) -> None:
    branch.says(VERA, BASKET)
    await branch.topic(1)
    await told(branch, ANNA, "/close 1", "Закрыли")

    await told(branch, ANNA, "/close 1", "заявка в состоянии «закрыта»")
    await told(branch, ANNA, "/take 1", "заявка в состоянии «закрыта»")
    await told(branch, ANNA, "/assign 1 Борис", "Заявка #1 уже закрыта. Сначала откройте её снова")


async def test_an_agent_reads_but_does_not_change_the_tickets_of_another_line(branch: Studio) -> None:
    branch.says(VERA, BASKET)
    await branch.topic(1)

    for text in ("/take 1", "/assign 1 Борис", "/line 1 dev", "/prio 1 high", "/close 1 моя", "/merge 1 1"):
        await told(branch, BORIS, text, "нужны права, которых у вас пока нет. Попросите старшего")
    await told(branch, BORIS, "/ticket 1", BASKET)

    assert (await branch.ticket(1)).status == "new"


async def test_the_queue_and_ones_own_work_are_lists_with_a_button_for_each(office: Studio) -> None:
    office.says(VERA, BASKET)
    await office.topic(1)

    queue = await told(office, ANNA, "/queue", "Очередь · 1 заявка")
    await press(office, ANNA, queue, "#1")
    await press(office, ANNA, await office.sees(ANNA, "в очереди · Поддержка"), "Взять")
    await office.status(1, "open")

    mine = await told(office, ANNA, "/mine", "Мои заявки · 1")
    assert BASKET in mine["text"]
    topic = await office.topic(1)
    await told(office, ANNA, "/mine", BASKET, topic=topic)
    await told(office, ANNA, "/queue", "Пусто: всё разобрано", topic=topic)
    await told(office, ANNA, "/help", "Как здесь работать", topic=topic)


async def test_finding_in_a_topic_looks_everywhere(office: Studio) -> None:
    office.says(VERA, BASKET)
    await office.topic(1)
    office.says(IGOR, "The logo is old")
    topic = await office.topic(2)

    words = await told(office, ANNA, "/find корзин", "🔎 корзин: нашлась 1 заявка", topic=topic)
    number = await told(office, ANNA, "/find 1", "🔎 1: нашлась 1 заявка", topic=topic)

    assert labels(words) == labels(number) == ["#1"]


async def test_two_requests_are_merged_in_a_topic_and_parted_by_the_button(office: Studio) -> None:
    office.says(VERA, BASKET)
    await office.topic(1)
    office.says(VERA, "/new Корзина пуста")
    topic = await office.topic(2)

    await told(office, LENA, "/merge 1", "#1: Объединили, теперь здесь и #2", topic=topic)
    assert (await office.ticket(2)).merged_into == 1
    pressed = await press(office, LENA, await card(office, 2, "Разъединить"), "Разъединить")

    assert pressed["text"] == "Разъединили"
    await office.status(2, "new")


async def test_who_steps_away_hears_what_is_left_and_coming_back_what_waits(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, BASKET)
    await office.sees(ANNA, BASKET)

    await told(office, ANNA, "/away до 15 часов", "За вами остаётся 1 заявка", topic=await office.topic(1))
    office.says(IGOR, "The logo is old")
    await office.sees(ROOM, "пока никто, в очереди", topic=await office.topic(2))

    await told(office, ANNA, "/back", "За вами 2 заявки, в очереди 0")
