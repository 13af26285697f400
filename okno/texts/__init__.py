"""Templates to words: what people read, in their language and zone. Sends nothing and decides nothing."""

from okno.texts.rich import Entity, Rich
from okno.texts.texts import Texts

__all__ = ["Entity", "Rich", "Texts"]
