"""A local Telegram and mail host to try Okno with and to test it against; imports nothing of okno."""
