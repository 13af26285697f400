"""`okno mail read` shows how mails are understood and stores nothing; `okno mail import` takes them in."""

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from okno.cli import output, sources
from okno.cli.failure import say
from okno.cli.session import Session, config_option, json_option, listen
from okno.cli.sources import Letter
from okno.errors import OknoError

if TYPE_CHECKING:
    from okno.config.values import Config
    from okno.intake.imports import Taken

Json = dict[str, Any]
_BATCH: Final = 20
_BATCH_BYTES: Final = 2 * 1024 * 1024
_FEW: Final = 20

_files = click.argument(
    "files", metavar="FILE…", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True, path_type=Path)
)


@click.group(short_help="See how mails are understood, or take them in from files.")
def mail() -> None:
    """See how mails are understood, or take them in from files.

    A FILE is one mail (.eml), an mbox, the folder of a maildir, or - for standard input.
    """


@mail.command(short_help="Show how mails are understood.")
@_files
@json_option
def read(*, files: tuple[Path, ...], as_json: bool) -> None:
    """Show how mails are understood: kind, sender, new words, attachments. Stores nothing, needs no config.toml."""
    listen("error")
    failed = asyncio.run(_read(files, as_json=as_json))
    if failed:
        raise OknoError(f"{failed} of the files could not be opened; the warnings above say why")


@mail.command("import", short_help="Take mails in as if they had just arrived.")
@_files
@click.option("--mailbox", metavar="NAME", help="As if they came to this [[mailbox]]; default: the first one.")
@click.option("--receipts", is_flag=True, help="Let receipts go out for new tickets.")
@json_option
@config_option
@click.pass_obj
def take(session: Session, *, files: tuple[Path, ...], mailbox: str | None, receipts: bool, as_json: bool) -> None:
    """Take mails in as if they had just arrived. Done again it changes nothing: what is known is a duplicate."""
    config = session.at_home(make=True)
    names = [box.name for box in config.mailboxes]
    if mailbox is not None and mailbox not in names:
        known = ", ".join(names) or "none"
        raise click.BadParameter(f"there is no [[mailbox]] named {mailbox!r}; known: {known}", param_hint="--mailbox")
    if not names:
        raise OknoError("there is no [[mailbox]] in the configuration; add the one these mails came to")
    asyncio.run(_import(config, mailbox or names[0], files, receipts=receipts, as_json=as_json))


async def _read(files: Sequence[Path], *, as_json: bool) -> int:
    """How many files could not be read."""
    from okno.intake.mail import as_json as outline
    from okno.intake.mail.worker import Reader

    reader = Reader()
    failed = 0
    show = output.line if as_json else _show
    try:
        with sources.opened(files) as found:
            for batch in _batches(sources.letters(found)):
                raws = [_raw(letter) for letter in batch]
                failed += sum(raw is None for raw, _ in raws)
                mails = await reader.read_many([raw or b"" for raw, _ in raws])
                for letter, (_, own), known in zip(batch, raws, mails, strict=True):
                    told = outline(known)
                    warnings = [*own, *told["warnings"]]
                    show({"source": letter.source, "index": letter.index, **told, "warnings": warnings})
    finally:
        await reader.close()
    return failed


def _raw(letter: Letter) -> tuple[bytes | None, list[str]]:
    """The bytes, and what stood in the way; None when nothing could be read, which still gives an object."""
    from okno.intake.imap import LARGEST

    try:
        raw = letter.read(LARGEST)
    except OSError as error:
        return None, [f"file: cannot be opened ({error.strerror})"]
    return raw, [f"body: only the first {LARGEST} of {letter.size} bytes are read"] if letter.size > LARGEST else []


def _show(one: Json) -> None:
    """One mail for people."""
    place = one["source"] if one["index"] is None else f"{one['source']} #{one['index']}"
    click.echo(f"== {output.plain(place)}: {one['kind']}")
    senders = [{"address": one["from_address"], "name": one["from_name"]}]
    for name, people in (("from", senders), ("reply to", one["reply_to"]), ("to", one["to"]), ("cc", one["cc"])):
        if people:
            click.echo(f"{name}: {', '.join(map(_person, people))}")
    click.echo(f"subject: {output.plain(one['subject'] or '–')}")
    click.echo(f"date: {one['date'] or '–'}")
    for file in one["attachments"]:
        click.echo(f"attachment: {output.plain(file['name'])}, {file['type']}, {file['size']} bytes")
    for each in one["bounced"]:
        state = "failed" if each["permanent"] else "delayed"
        click.echo(f"bounced: {output.plain(each['address'])} {state} {each['status'] or ''}".rstrip())
    for warning in one["warnings"]:
        click.echo(f"warning: {output.plain(warning)}")
    click.echo(f"\n{output.block(one['text'], '    ')}\n")


def _person(one: Json) -> str:
    return output.plain(f"{one['name'] or ''} <{one['address'] or '–'}>")


async def _import(config: "Config", mailbox: str, files: Sequence[Path], *, receipts: bool, as_json: bool) -> None:
    from okno.cli.hands import hands

    told = _Told(as_json=as_json)
    with sources.opened(files) as found, _progress(found, quiet=as_json and sys.stdout.isatty()) as step:
        async with hands(config) as hand:
            for batch in _batches(sources.letters(found)):
                for letter, fate in zip(batch, await hand.take(mailbox, batch, receipts=receipts), strict=True):
                    told.one(letter, fate)
                    step(letter.size)
    told.all()


class _Told:
    """What became of the mails: each as it comes for programs; for people a list of a few, or numbers."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._counts: Counter[str] = Counter()
        self._lines: list[str] = []

    def one(self, letter: Letter, fate: "Taken") -> None:
        self._counts[fate.outcome] += 1
        if self._as_json:
            known = {"outcome": fate.outcome, "ticket": fate.ticket, "rule": fate.rule}
            output.line({**known, "source": letter.source, "index": letter.index})
        elif len(self._lines) <= _FEW:
            number = f" #{fate.ticket}" if fate.ticket else ""
            self._lines.append(f"{output.plain(letter.source)}: {fate.outcome}{number}")

    def all(self) -> None:
        if not self._as_json:
            many = [f"{name}: {count}" for name, count in self._counts.most_common()]
            click.echo("\n".join((self._lines if len(self._lines) <= _FEW else many) or ["there is no mail in it"]))
        if self._counts["parked"]:
            say(f"{self._counts['parked']} could not be understood and are kept as they are; see `okno parked`")


@contextmanager
def _progress(found: Sequence[tuple[str, Path]], *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """By bytes, on the terminal's error line; nowhere when there is no terminal, or JSON is printed on it."""
    if quiet or not sys.stderr.isatty():
        yield lambda _size: None
        return
    total = sum(path.stat().st_size for _, path in found)
    with click.progressbar(length=total, file=sys.stderr, label="import") as bar:
        yield bar.update


def _batches(letters: Iterable[Letter]) -> Iterator[list[Letter]]:
    batch: list[Letter] = []
    weight = 0
    for letter in letters:
        if batch and (len(batch) == _BATCH or weight + letter.size > _BATCH_BYTES):
            yield batch
            batch, weight = [], 0
        batch.append(letter)
        weight += letter.size
    if batch:
        yield batch
