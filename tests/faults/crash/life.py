"""What one life of the service is to be: the order a test gives to the zygote. `living` lives it."""

from dataclasses import dataclass
from pathlib import Path

from okno.config.values import Config


@dataclass(frozen=True, kw_only=True)
class Life:
    """`clock` and `fuse` are the files of those names; `pace` as in App.

    `without` names the safeguard that is missing in this life (see `safeguards`).
    """

    config: Config
    clock: Path
    fuse: Path
    log: Path
    pace: float
    without: str = ""
