"""A reader of the page in a real browser: writes, presses and sees, pane by pane."""

import re
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect

ARRIVES = 20_000


class Reader:
    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.wrong: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.goto(url)
        page.locator("body[data-ready]").wait_for(timeout=ARRIVES)

    def pane(self, name: str) -> Locator:
        return self.page.locator(f"#{name}")

    def acts_as(self, pane: str, person: str) -> None:
        self.pane(pane).locator(".chip-button", has_text=person).click()

    def writes(self, pane: str, text: str, *files: FilePayload) -> None:
        composer = self.pane(pane).locator(".composer")
        if files:
            composer.locator("input[type=file]").set_input_files(list(files))
        composer.locator("textarea").fill(text)
        composer.locator("textarea").press("Enter")

    def bubble(self, pane: str, words: str) -> Locator:
        """The newest message with these words, as soon as it is there."""
        found = self.pane(pane).locator(".bubble", has_text=words).last
        found.wait_for(timeout=ARRIVES)
        return found

    def opens_topic(self, words: str) -> None:
        """The ticket with these words in its name."""
        topic = self.pane("staff").locator(".topic", has_text=words)
        topic.wait_for(timeout=ARRIVES)
        topic.click()
        expect(self.pane("staff").locator(".topic.open", has_text=words)).to_be_visible()
        self.card.wait_for(timeout=ARRIVES)

    @property
    def card(self) -> Locator:
        """The ticket's card in the open topic: the one message there with many buttons."""
        return self.pane("staff").locator(".bubble", has=self.page.locator(".keys")).first

    def presses(self, label: str) -> None:
        """A button of the card, as soon as the card has it."""
        self.card.locator(".key").get_by_text(label, exact=True).click(timeout=ARRIVES)

    def answers(self, text: str, *files: FilePayload) -> None:
        """By the Answer button and the bot's question, as the guide says."""
        self.presses("Ответить")
        self.pane("staff").locator(".bar.asked").wait_for(timeout=ARRIVES)
        self.writes("staff", text, *files)

    def mails(self, subject: str, text: str, *files: FilePayload) -> None:
        mail = self.pane("mail")
        mail.locator(".write").click()
        mail.locator("input[name=subject]").fill(subject)
        mail.locator("textarea").fill(text)
        mail.locator("input[type=file]").set_input_files(list(files))
        mail.locator("button[type=submit]").click()
        mail.locator(".mail-row", has_text=subject).wait_for(timeout=ARRIVES)

    def opens_mail(self, words: str) -> Locator:
        """The newest mail of the inbox with these words in its subject."""
        mail = self.pane("mail")
        mail.locator(".tab").first.click()
        mail.locator(".mail-row", has_text=words).first.click(timeout=ARRIVES)
        letter = mail.locator(".letter")
        letter.wait_for(timeout=ARRIVES)
        return letter

    def done(self) -> int:
        """How many steps of the guide are ticked off."""
        return self.page.locator(".guide .done").count()

    def downloads(self, link: Locator) -> tuple[str, bytes]:
        with self.page.expect_download() as coming:
            link.click()
        return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()


def number_of(topic: str) -> str:
    found = re.search(r"#(\d+)", topic)
    assert found
    return found[1]
