"""TLS and login: nothing is said to a server that is not the right one, and the words tell what to mend."""

import pytest

from okno.config.values import Security
from okno.errors import ChannelDown
from okno.notifier.mail.smtp import SmtpLine
from tests.notifier.mail.lines import LETTER, Phases, line_to, waits
from tests.servers.smtp import Fault, Secured, SmtpServer, trusting

ANNA = "anna", "secret"


def said(server: SmtpServer, *verbs: str) -> list[str]:
    return [line for line in server.lines if line.split(" ")[0] in verbs]


@pytest.mark.parametrize(("secured", "security"), [("implicit", "tls"), ("starttls", "starttls")])
async def test_it_delivers_over_tls_and_logs_in(phases: Phases, secured: Secured, security: Security) -> None:
    async with SmtpServer(secured=secured, login=("anna", "пароль")) as server:
        line = line_to(server, security=security, host="localhost", login=("anna", "пароль"), tls=trusting())

        await line.deliver(*LETTER, phase=phases)
        await line.close()

        assert len(server.received) == 1
        assert [each.split(" ")[1] for each in said(server, "AUTH")] == ["PLAIN"]


async def test_a_missing_starttls_stops_before_the_password(phases: Phases) -> None:
    async with SmtpServer(login=ANNA) as server:
        line = line_to(server, security="starttls", host="localhost", login=ANNA, tls=trusting())

        with pytest.raises(ChannelDown, match="offers no STARTTLS"):
            await line.deliver(*LETTER, phase=phases)

        assert said(server, "AUTH", "MAIL") == []


@pytest.mark.parametrize("fault", ["454 4.7.0 TLS not available", "220 Go", Fault.CUT, Fault.SILENT])
async def test_a_failing_starttls_stops_before_the_password(phases: Phases, fault: Fault | str) -> None:
    async with SmtpServer(secured="starttls", login=ANNA) as server:
        server.fail("starttls", fault)
        line = line_to(server, security="starttls", login=ANNA, tls=trusting(), timeouts=waits(fault))

        with pytest.raises(ChannelDown):
            await line.deliver(*LETTER, phase=phases)

        assert said(server, "AUTH", "MAIL") == []


@pytest.mark.parametrize(("secured", "security"), [("implicit", "tls"), ("starttls", "starttls")])
@pytest.mark.parametrize(("host", "authority"), [("localhost", "unknown"), ("127.0.0.1", "known")])
async def test_a_certificate_that_is_not_good_stops_everything(
    phases: Phases, secured: Secured, security: Security, host: str, authority: str
) -> None:
    async with SmtpServer(secured=secured) as server:
        line = line_to(server, security=security, host=host, tls=trusting() if authority == "known" else None)

        with pytest.raises(ChannelDown, match=r"certificate of .* is not good"):
            await line.deliver(*LETTER, phase=phases)

        assert said(server, "MAIL") == []


@pytest.mark.parametrize(("secured", "security"), [("", "tls"), ("implicit", "plain"), ("implicit", "starttls")])
async def test_a_wrong_kind_of_security_is_said_to_be_that(
    phases: Phases, secured: Secured, security: Security
) -> None:
    async with SmtpServer(secured=secured) as server:
        line = line_to(server, security=security, host="localhost", tls=trusting(), timeouts=waits(Fault.SILENT))

        with pytest.raises(ChannelDown, match=r"smtp\.security"):
            await line.deliver(*LETTER, phase=phases)


async def test_a_refused_login_is_tried_once_and_says_what_to_do_without_the_password(phases: Phases) -> None:
    async with SmtpServer(login=ANNA) as server:
        line = line_to(server, login=("anna", "wr0ng-pass"))

        with pytest.raises(ChannelDown, match=r"refused the login of anna: 535 .* Check smtp\.username") as caught:
            await line.deliver(*LETTER, phase=phases)

        assert "wr0ng" not in str(caught.value)
        assert len(said(server, "AUTH")) == 1


async def test_a_way_of_login_the_server_does_not_really_have_leads_to_the_next() -> None:
    async with SmtpServer(login=ANNA) as server:
        server.fail("auth", "504 5.5.4 Mechanism not supported")

        await line_to(server, login=ANNA).check()

        assert [each.split(" ")[1] for each in said(server, "AUTH")] == ["PLAIN", "LOGIN"]


async def test_a_server_without_a_login_we_know_is_told_so() -> None:
    async with SmtpServer(login=ANNA, ways="GSSAPI NTLM") as server:
        with pytest.raises(ChannelDown, match="no login that Okno knows"):
            await line_to(server, login=ANNA).check()


async def test_a_login_put_off_does_not_blame_the_password() -> None:
    async with SmtpServer(login=ANNA) as server:
        server.fail("auth", "454 4.7.0 Temporary failure")

        with pytest.raises(ChannelDown, match="does not take mail now: 454"):
            await line_to(server, login=ANNA).check()


async def test_a_server_that_wants_a_login_at_mail_does_not_refuse_the_letter(
    server: SmtpServer, line: SmtpLine, phases: Phases
) -> None:
    server.fail("mail", "530 5.7.0 Authentication required")

    with pytest.raises(ChannelDown, match=r"Check smtp\.username"):
        await line.deliver(*LETTER, phase=phases)


async def test_checking_the_line_connects_and_leaves(server: SmtpServer, line: SmtpLine) -> None:
    await line.check()
    server.fail("connect", "554 5.3.2 No service here")

    with pytest.raises(ChannelDown, match=r"554 5\.3\.2 No service here"):
        await line.check()

    assert server.lines == ["EHLO [127.0.0.1]", "QUIT"]
