"""config.toml, the environment and secret files, turned into frozen values with every mistake told at once."""

from okno.config.loading import load

__all__ = ["load"]
