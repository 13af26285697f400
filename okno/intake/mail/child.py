"""The process that reads mails for `worker.Reader`: limited in time and memory, it knows no store, no network, no
configuration.

It takes frames from its standard input and answers each on its standard output, in order, until the input ends.
"""

import os
import resource
import secrets
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from okno.intake.mail import reading, wire
from okno.intake.mail.frames import ANSWER, QUESTION, READY
from okno.intake.mail.values import Attachment, Mail

_MEMORY = 160 * 1024 * 1024  # beyond what the process has at its start
_MEMORY_PER_BYTE = 6  # of the mail: it stands here raw, without line ends, decoded
_CPU_SECONDS = 5


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started us ends our input
    spool = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    questions, answers = open(0, "rb", buffering=1 << 20), open(1, "wb", buffering=0)  # noqa: SIM115 - the whole process's
    answers.write(READY)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what a library prints from here on are clients' words
    limit = _limiter()
    while len(head := questions.read(QUESTION.size)) == QUESTION.size:
        careful, size = QUESTION.unpack(head)
        raw = questions.read(size)
        limit(size)
        mail = reading.careful(raw, "body: read without opening envelopes and HTML") if careful else reading.read(raw)
        _answer(answers, _spooled(mail, spool) if spool else mail)


def _limiter() -> Callable[[int], None]:
    """Sets the limits anew for each mail, given its size."""
    start = _pages() * resource.getpagesize()

    def limit(size: int) -> None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        _lower(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime) + 1 + _CPU_SECONDS)
        if start:
            _lower(resource.RLIMIT_AS, start + _MEMORY + _MEMORY_PER_BYTE * size)

    return limit


def _lower(kind: int, wanted: int) -> None:
    """As low as wanted, and never above what the operator set for the whole service."""
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _pages() -> int:
    """The address space now; 0 where the system does not tell, then only time is limited."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 0


def _spooled(mail: Mail, spool: Path) -> Mail:
    return replace(mail, attachments=tuple(_kept(found, spool) for found in mail.attachments))


def _kept(found: Attachment, spool: Path) -> Attachment:
    """In a file of its own, even when another mail has the same: whoever adopts it may rename it."""
    file = spool / f"{found.sha256[:16]}-{secrets.token_hex(8)}"
    try:
        file.write_bytes(found.content)
    except OSError:  # no room: it goes over the pipe, and whoever stores it meets the same error where it can be told
        file.unlink(missing_ok=True)
        return found
    return replace(found, content=b"", file=file)


def _answer(answers: BinaryIO, mail: Mail) -> None:
    facts, contents = wire.pack(mail)
    for piece in (ANSWER.pack(len(facts)) + facts, *contents):
        _write(answers, piece)


def _write(answers: BinaryIO, piece: bytes) -> None:
    left = memoryview(piece)
    while left:
        left = left[answers.write(left) :]


if __name__ == "__main__":
    main()
