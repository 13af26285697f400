"""What Okno serves over HTTP: whether it is alive, how it does, and Telegram's webhook. It listens only where told."""
