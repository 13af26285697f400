"""A ticket's topic: made when first needed, named and marked by the ticket's state, made anew when deleted."""

import hashlib
from contextlib import suppress

from okno.notifier import values
from okno.notifier.brief import Brief, brief
from okno.notifier.telegram.calls import NoForum, Same, TopicGone
from okno.notifier.views.easel import Easel
from okno.queue import views
from okno.queue.transaction import Tx
from okno.queue.views import View

# Bot API, createForumTopic: the colours a topic may have; urgent ones are red.
_COLOUR = {"urgent": 16478047, "high": 16766590, "normal": 7322096, "low": 9367192}


async def draw(easel: Easel, view: View) -> None:
    if view.data.get("flat") or await easel.flat(view):
        await easel.shown(view, None, {"flat": True})
        return
    about = await easel.store.read(brief, view.subject)
    try:
        if view.remote is None:
            await make(easel, view, about)
        else:
            await _mend(easel, view, about)
    except NoForum as error:
        await easel.without_topics(view, error)
        await easel.shown(view, None, {"flat": True})
    except TopicGone:
        await forget(easel, view.subject)


async def thread(easel: Easel, view: View) -> int | None:
    """The topic a ticket's card and feed go to, made now if need be; None in a group without topics."""
    found = await easel.store.read(_of, view.subject)
    if found is None or found.data.get("flat"):
        return None
    if found.remote is None:
        await draw(easel, found)
        found = await easel.store.read(_of, view.subject)
    return found.remote if found else None


async def make(easel: Easel, view: View, about: Brief) -> int:
    name = _name(easel, about)
    icon = await easel.icon(about.status)
    made = await easel.call(
        view, "createForumTopic", name=name, icon_color=_COLOUR[about.ticket.priority], icon_custom_emoji_id=icon
    )
    number = int(made["message_thread_id"])
    await easel.shown(view, number, {"look": _look(name, icon)})
    return number


async def _mend(easel: Easel, view: View, about: Brief) -> None:
    name = _name(easel, about)
    icon = await easel.icon(about.status)
    look = _look(name, icon)
    if view.data.get("look") != look:
        with suppress(Same):
            await easel.call(
                view, "editForumTopic", message_thread_id=view.remote, name=name, icon_custom_emoji_id=icon
            )
    await easel.shown(view, view.remote, {"look": look})


async def forget(easel: Easel, ticket: int) -> None:
    """Somebody deleted the topic: it, its card and the last of its feed are made anew."""
    await easel.store.write(views.lose, ticket, easel.now())


def _of(tx: Tx, ticket: int) -> View | None:
    return views.find(tx, "ticket", ticket, "topic")


def _name(easel: Easel, about: Brief) -> str:
    return easel.texts.render("topic_name", easel.language, **values.head(about)).text or f"#{about.number}"


def _look(name: str, icon: str | None) -> str:
    return hashlib.sha256(f"{icon}\0{name}".encode()).hexdigest()[:16]
