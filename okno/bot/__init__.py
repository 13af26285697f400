"""Commands and buttons in Telegram, for clients, staff and leads. Fed from the journal, never by Telegram itself."""
