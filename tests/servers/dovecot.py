"""A private Dovecot on loopback for tests: its own folder, ports and certificate; the system's own is not touched.

Runs as root or not. Mails are put straight into the maildir, so that thousands take a second.
"""

import grp
import hashlib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from imapclient import imap_utf7

START_TIMEOUT = 15.0
# Of every user that was not given another.
PASSWORD = "secret"


def binary(name: str) -> str | None:
    """Debian keeps server programs out of the path of ordinary users."""
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))


@dataclass(frozen=True, kw_only=True)
class User:
    name: str
    password: str
    home: Path


class Dovecot:
    """Used as a context manager; `port` speaks plain and STARTTLS, `tls_port` TLS from the start."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self._folder.chmod(0o755)
        self._process: subprocess.Popen[bytes] | None = None
        self._users: dict[str, User] = {}
        self._owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self._count = 0
        self.port, self.tls_port = _free_port(), _free_port()

    def __enter__(self) -> Self:
        self._certify()
        self._write_users()
        (self._folder / "dovecot.conf").write_text(self._config(), encoding="utf-8")
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        program = binary("dovecot")
        if program is None:
            raise RuntimeError("Dovecot is not installed; on Debian: apt-get install dovecot-imapd")
        command = [program, "-F", "-c", str(self._folder / "dovecot.conf")]
        self._process = subprocess.Popen(command, start_new_session=True)
        until = time.monotonic() + START_TIMEOUT
        while not _answers(self.host, self.port):
            if time.monotonic() > until or self._process.poll() is not None:
                raise RuntimeError(f"Dovecot did not start:\n{self.log}")
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(timeout=10)
            # Sessions outlive the master by some ten seconds and would go on serving.
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process = None

    @property
    def log(self) -> str:
        file = self._folder / "log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def trust(self) -> ssl.SSLContext:
        """Verifies as always, but knows this server's own certificate."""
        return ssl.create_default_context(cafile=str(self._folder / "cert.pem"))

    def add_user(self, name: str, password: str = PASSWORD) -> User:
        """Names in lower case. A password of one's own takes a second to be known."""
        home = self._folder / "mail" / hashlib.md5(name.encode()).hexdigest()
        user = User(name=name, password=password, home=home)
        self._make_maildir(home / "Maildir")
        if password != PASSWORD:
            self._users[name] = user
            self._write_users()
            # Dovecot looks at the file at most once in a second of the clock.
            time.sleep(1.1)
        return user

    def deliver(self, user: User, *mails: bytes, at: datetime | None = None, folder: str = "INBOX") -> None:
        """`at` becomes INTERNALDATE. Mails get UIDs in the order given."""
        place = self._maildir(user, folder)
        for mail in mails:
            self._count += 1
            name = f"{time.time():.0f}.M{self._count:09d}.test"
            draft = place / "tmp" / name
            draft.write_bytes(mail)
            self._own(draft)
            if at:
                os.utime(draft, (at.timestamp(), at.timestamp()))
            draft.rename(place / "new" / name)

    def remove(self, user: User, folder: str = "INBOX") -> None:
        """Takes the oldest mail away, as another program would."""
        place = self._maildir(user, folder)
        mails = sorted([*place.glob("cur/*"), *place.glob("new/*")], key=lambda mail: mail.name)
        mails[0].unlink()

    def new_uidvalidity(self, user: User, value: int, folder: str = "INBOX") -> None:
        self.doveadm("mailbox", "update", "-u", user.name, "--uid-validity", str(value), folder)

    def make_folder(self, user: User, name: str) -> None:
        self.doveadm("mailbox", "create", "-u", user.name, name)

    def folders(self, user: User) -> list[str]:
        return self.doveadm("mailbox", "list", "-u", user.name).splitlines()

    def uids(self, user: User, *query: str, folder: str = "INBOX") -> list[int]:
        """What lies in a folder, after doveadm-search-query(7)."""
        found = self.doveadm("-f", "tab", "fetch", "-u", user.name, "uid", "mailbox", folder, *(query or ("all",)))
        return [int(line) for line in found.splitlines()[1:]]

    def kick(self, user: User) -> None:
        """Throws the user's connections out: they see BYE."""
        self.doveadm("kick", user.name)

    def doveadm(self, *arguments: str) -> str:
        program = binary("doveadm")
        assert program
        command = [program, "-c", str(self._folder / "dovecot.conf"), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise RuntimeError(f"doveadm {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def _maildir(self, user: User, folder: str) -> Path:
        if folder == "INBOX":
            return user.home / "Maildir"
        return user.home / "Maildir" / str("." + imap_utf7.encode(folder).decode())

    def _make_maildir(self, place: Path) -> None:
        for part in ("tmp", "new", "cur"):
            (place / part).mkdir(parents=True)
        for path in (place.parent.parent, place.parent, place, *place.iterdir()):
            self._own(path)

    def _own(self, path: Path) -> None:
        if os.getuid() == 0:
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def _certify(self) -> None:
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        files = ["-keyout", str(self._folder / "key.pem"), "-out", str(self._folder / "cert.pem")]
        names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        subprocess.run([*command, *files, *names], check=True, capture_output=True)

    def _write_users(self) -> None:
        lines = (
            f"{_escaped(user.name)}:{{PLAIN.HEX}}{user.password.encode().hex()}::::::\n"
            for user in self._users.values()
        )
        fresh = self._folder / "users.new"
        fresh.write_text("".join(lines), encoding="utf-8")
        fresh.chmod(0o644)
        fresh.replace(self._folder / "users")

    def _config(self) -> str:
        return f"""
base_dir = {self._folder}/run
state_dir = {self._folder}/state
log_path = {self._folder}/log
protocols = imap
listen = {self.host}
{self._accounts()}
auth_username_chars =
auth_failure_delay = 0
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_max_userip_connections = 200
ssl = yes
ssl_cert = <{self._folder}/cert.pem
ssl_key = <{self._folder}/key.pem
passdb {{
  driver = passwd-file
  args = {self._folder}/users
}}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = allow_all_users=yes uid={self._owner.pw_uid} gid={self._owner.pw_gid} home={self._folder}/mail/%{{md5:user}}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = {self.tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""

    def _accounts(self) -> str:
        if os.getuid() == 0:
            return ""
        me = self._owner.pw_name
        group = grp.getgrgid(self._owner.pw_gid).gr_name
        return f"default_internal_user = {me}\ndefault_internal_group = {group}\ndefault_login_user = {me}"


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1) as line:
            return line.recv(4) == b"* OK"
    except OSError:
        return False
