"""Mail servers of the large providers by the domain of an address, so that `okno init` need not ask.

Host names, ports and security are from the providers' help pages and Thunderbird's ISP database (2026). An address in
a domain of one's own tells nothing, even when one of these serves it.
"""

from dataclasses import dataclass

from okno.config.values import Security


@dataclass(frozen=True, kw_only=True)
class Server:
    host: str
    port: int
    security: Security = "tls"


@dataclass(frozen=True, kw_only=True)
class Provider:
    """`hint` says where the password comes from. `short_login`: IMAP wants the name before the @ alone."""

    name: str
    domains: tuple[str, ...]
    imap: Server
    smtp: Server
    hint: str
    short_login: bool = False


def provider(address: str) -> Provider | None:
    domain = address.rpartition("@")[2].strip().casefold()
    return next((each for each in PROVIDERS if domain in each.domains), None)


_MICROSOFT = (
    "Microsoft takes no passwords from mail programs any more, only OAuth, which Okno does not speak yet; "
    "forward this mailbox to another one"
)

PROVIDERS: tuple[Provider, ...] = (
    Provider(
        name="Gmail",
        domains=("gmail.com", "googlemail.com"),
        imap=Server(host="imap.gmail.com", port=993),
        smtp=Server(host="smtp.gmail.com", port=465),
        hint="turn on 2-step verification, then make an app password at https://myaccount.google.com/apppasswords",
    ),
    Provider(
        name="Yandex",
        domains=(
            *("yandex.ru", "ya.ru", "yandex.com", "yandex.by", "yandex.kz"),
            *("yandex.ua", "yandex.uz", "yandex.net", "narod.ru"),
        ),
        imap=Server(host="imap.yandex.ru", port=993),
        smtp=Server(host="smtp.yandex.ru", port=465),
        hint=(
            "allow mail programs (IMAP) in the mailbox's settings, "
            "then make an app password for mail at https://id.yandex.ru/security/app-passwords"
        ),
    ),
    Provider(
        name="Mail.ru",
        domains=("mail.ru", "inbox.ru", "list.ru", "bk.ru", "internet.ru", "xmail.ru"),
        imap=Server(host="imap.mail.ru", port=993),
        smtp=Server(host="smtp.mail.ru", port=465),
        hint="make a password for external applications at https://account.mail.ru/user/2-step-auth/passwords",
    ),
    Provider(
        name="Rambler",
        domains=("rambler.ru", "lenta.ru", "autorambler.ru", "myrambler.ru", "ro.ru", "rambler.ua"),
        imap=Server(host="imap.rambler.ru", port=993),
        smtp=Server(host="smtp.rambler.ru", port=465),
        hint="allow mail programs in the mailbox's settings; the password is the mailbox's own",
    ),
    Provider(
        name="Outlook.com",
        domains=("outlook.com", "hotmail.com", "live.com", "msn.com", "windowslive.com"),
        imap=Server(host="outlook.office365.com", port=993),
        smtp=Server(host="smtp-mail.outlook.com", port=587, security="starttls"),
        hint=_MICROSOFT,
    ),
    Provider(
        name="Microsoft 365",
        domains=("office365.com", "onmicrosoft.com"),
        imap=Server(host="outlook.office365.com", port=993),
        smtp=Server(host="smtp.office365.com", port=587, security="starttls"),
        hint=_MICROSOFT,
    ),
    Provider(
        name="Fastmail",
        domains=("fastmail.com", "fastmail.fm", "messagingengine.com"),
        imap=Server(host="imap.fastmail.com", port=993),
        smtp=Server(host="smtp.fastmail.com", port=465),
        hint="make an app password for IMAP and SMTP under Settings, Privacy & Security",
    ),
    Provider(
        name="iCloud",
        domains=("icloud.com", "me.com", "mac.com"),
        imap=Server(host="imap.mail.me.com", port=993),
        smtp=Server(host="smtp.mail.me.com", port=587, security="starttls"),
        hint="make an app-specific password at https://account.apple.com under Sign-In and Security",
        short_login=True,
    ),
    Provider(
        name="Yahoo",
        domains=("yahoo.com", "ymail.com", "rocketmail.com", "myyahoo.com"),
        imap=Server(host="imap.mail.yahoo.com", port=993),
        smtp=Server(host="smtp.mail.yahoo.com", port=465),
        hint="make an app password under Account Security at https://login.yahoo.com/account/security",
    ),
    Provider(
        name="AOL",
        domains=("aol.com", "aim.com"),
        imap=Server(host="imap.aol.com", port=993),
        smtp=Server(host="smtp.aol.com", port=465),
        hint="make an app password under Account Security at https://login.aol.com/account/security",
    ),
    Provider(
        name="GMX",
        domains=("gmx.com", "gmx.us", "gmx.co.uk", "gmx.fr", "gmx.es"),
        imap=Server(host="imap.gmx.com", port=993),
        smtp=Server(host="mail.gmx.com", port=465),
        hint="allow POP3 and IMAP in the mailbox's settings; the password is the mailbox's own",
    ),
    Provider(
        name="GMX",
        domains=("gmx.net", "gmx.de", "gmx.at", "gmx.ch"),
        imap=Server(host="imap.gmx.net", port=993),
        smtp=Server(host="mail.gmx.net", port=465),
        hint="allow POP3 and IMAP in the mailbox's settings; the password is the mailbox's own",
    ),
    Provider(
        name="Zoho",
        domains=("zohomail.com", "zoho.com"),
        imap=Server(host="imap.zoho.com", port=993),
        smtp=Server(host="smtp.zoho.com", port=465),
        hint="turn IMAP on in the mailbox's settings, then make an app password at https://accounts.zoho.com",
    ),
)
