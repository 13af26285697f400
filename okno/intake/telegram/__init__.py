"""Telegram's updates as raw dicts: fetched and journalled by us, read without a library that might refuse them."""
