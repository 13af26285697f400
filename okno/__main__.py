"""Where `okno` and `python -m okno` begin. Whatever happens, its caller reads a line of words and an exit code."""

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """0 done, 1 the thing failed, 2 wrong usage."""
    # What we write holds the words of clients, and keys.
    os.umask(0o077)
    from okno.cli.root import cli
    from okno.cli.session import Session

    session = Session()
    try:
        code = cli.main(arguments, prog_name="okno", standalone_mode=False, obj=session)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except BaseException as error:  # noqa: BLE001 - the one place where nothing may pass
        from okno.cli.failure import told

        return told(error, session)


if __name__ == "__main__":
    sys.exit(main())
