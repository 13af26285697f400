"""Python runs this first where it is in the path: hides what only developers install, as if it were not there.

A library that a dependency wants and requirements.lock forgets would otherwise be found, here and nowhere else.
"""

import re
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

_ROOT = Path(__file__).parents[3]
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def _named(lock: str) -> set[str]:
    return {_plain(name) for name in _PINNED.findall((_ROOT / lock).read_text(encoding="utf-8"))}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _hidden() -> frozenset[str]:
    """Modules that come with no package of requirements.lock."""
    ours, theirs = _named("requirements.lock"), _named("requirements-dev.lock")
    packages = {module: {_plain(one) for one in found} for module, found in packages_distributions().items()}
    return frozenset(module for module, found in packages.items() if found <= theirs - ours)


class _Hider(MetaPathFinder):
    def __init__(self, hidden: frozenset[str]) -> None:
        self._hidden = hidden

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:  # fmt: skip
        del path, target
        if fullname.partition(".")[0] in self._hidden:
            raise ModuleNotFoundError(f"{fullname} is not in requirements.lock", name=fullname)
        return None


sys.meta_path.insert(0, _Hider(_hidden()))
