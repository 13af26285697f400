"""Mail on its way out: a letter as bytes, handed to an SMTP server. What to say and to whom is not decided here."""
