"""What Telegram shows of the store, drawn when its lane has room: topics, cards, feeds, alerts, marks."""
