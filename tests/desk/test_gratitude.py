"""Words that are nothing but thanks, and words that only begin so."""

import pytest

from okno.desk.gratitude import is_thanks

THANKS = [
    "Спасибо", "спасибо!", "Спасибо большое!", "Огромное спасибо вам", "СПАСИБО ЗА ПОМОЩЬ", "Благодарю",
    "спс", "Всё понял, спасибо", "Понял", "Супер!!!", "Ок", "ok", "OK, thanks", "Thank you very much!", "thx",
    "Thanks a lot, good day", "Great, thanks for your help", "Cheers", "Perfect",
    "👍", "🙏🙏", "❤️", "👍🏽", "Спасибо 🙏", "+", ":)", ")", "  спасибо  \n",
]  # fmt: skip
NOT_THANKS = [
    "спасибо, но не работает", "Спасибо, не помогло", "Спасибо, а когда?", "Спасибо?", "thanks, but it still fails",
    "Спасибо, заказ 15", "не ок", "Хорошо", "все", "the", "good day", "Нет", "да", "", "   ", "\n", "???", "👎", "😡",
    "Спасибо за помощь, и пришлите счёт", "Спасибо! Ещё вопрос", "Отлично, тогда ждём", "👍 но не работает", "…", "-",
    "https://example.com", "ok but no",
]  # fmt: skip


@pytest.mark.parametrize("text", THANKS)
def test_it_knows_plain_thanks(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.parametrize("text", NOT_THANKS)
def test_it_does_not_take_anything_more_for_thanks(text: str) -> None:
    assert not is_thanks(text)


def test_a_long_text_is_no_thanks_whatever_its_words() -> None:
    assert is_thanks("спасибо " * 10)
    assert not is_thanks("спасибо " * 11)


@pytest.mark.parametrize("text", ["Спасибо\0", "спаси\u0301бо", "ＴＨＡＮＫＳ", "\ud83d", "١٢", "спасибо²"])
def test_odd_signs_never_break_it(text: str) -> None:
    assert is_thanks(text) in {True, False}
