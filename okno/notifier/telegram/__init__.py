"""Telegram outwards: calls with their errors in our terms, buttons, paces, the courier of letters."""
