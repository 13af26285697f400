"""The one exception inside this folder: a value that cannot be used. It never leaves; ConfigError tells all of them."""


class Wrong(Exception):
    """Its message is words for the person who wrote the value: what is wrong; what to do."""
