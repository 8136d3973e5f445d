"""Notices of the office: preview, the push with its 收到, who has acknowledged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.presenters.actions import CancelDraft
from bot.presenters.actions_console import AcknowledgeNotice, RepeatNotice, SendBulletin, SendNotice, ShowNotice
from bot.presenters.reply import Attachment, Button, Reply, rows
from bot.presenters.shortening import shortened, some_names
from bot.presenters.words import label, render

NAMES = 30
TITLE = 24


@dataclass(frozen=True)
class NoticePreview:
    """A notice before it leaves. `unreachable`: who cannot be told; `groups`: titles of the groups that get it.

    `month`: of the bulletin that it is.
    """

    audience: str
    text: str
    people: tuple[str, ...]
    unreachable: tuple[str, ...]
    groups: tuple[str, ...]
    leaves_at: datetime | None
    version: int
    files: tuple[Attachment, ...] = ()
    month: tuple[int, int] | None = None


@dataclass(frozen=True)
class NoticeCard:
    """A notice and who has seen it; names with their unit. `sent`: it has just left."""

    notice_id: int
    audience: str
    text: str
    at: datetime
    by: str
    seen: tuple[str, ...]
    unseen: tuple[str, ...]
    unreachable: tuple[str, ...]
    leaves_at: datetime | None = None
    sent: bool = False
    asked_now: datetime | None = None


@dataclass(frozen=True)
class NoticeList:
    """The newest notices: id, moment, audience, text, how many have seen it, of how many."""

    lines: tuple[tuple[int, datetime, str, str, int, int], ...]


@dataclass(frozen=True)
class NoticeToRead:
    """A notice for whoever is told of it. `again`: they were told before and have not acknowledged."""

    notice_id: int
    text: str
    by: str
    at: datetime
    seen_at: datetime | None = None
    again: bool = False
    in_group: bool = False


@dataclass(frozen=True)
class NoticeSeen:
    """Somebody acknowledged; `before`: they had already."""

    notice: NoticeToRead
    before: bool = False


@dataclass(frozen=True)
class NoticeUsage:
    """The words are not enough to know what is to be told to whom."""


@dataclass(frozen=True)
class NoticeAgain:
    """Those who have not acknowledged are told once more. `too_soon`: they were a short while ago."""

    count: int
    too_soon: bool = False


def present_to_read(notice: NoticeToRead) -> Reply:
    """The push; acknowledged it says so instead of the button."""
    text = render("push/notice", notice=notice)
    button = Button(label("notice.acknowledge"), AcknowledgeNotice(notice.notice_id).pack())
    return Reply(text, rows([button] if notice.seen_at is None and not notice.in_group else []))


def _present_preview(found: NoticePreview) -> Reply:
    text = render(
        "reply/notice_preview",
        found=found,
        unreachable=some_names(found.unreachable, NAMES),
        people=some_names(found.people, 8),
        groups=some_names(found.groups),
    )
    action = SendBulletin(found.version, *found.month) if found.month else SendNotice(found.version)
    send = Button(label("notice.send", count=len(found.people) + len(found.groups)), action.pack())
    cancel = Button(label("notice.drop"), CancelDraft(found.version).pack())
    return Reply(text, rows([send, cancel] if found.people or found.groups else [cancel]), files=found.files)


def _present_card(found: NoticeCard) -> Reply:
    text = render(
        "reply/notice_card",
        found=found,
        title=shortened(found.text, 120),
        seen=some_names(found.seen, NAMES),
        unseen=some_names(found.unseen, NAMES),
        unreachable=some_names(found.unreachable, NAMES),
    )
    again = Button(label("notice.again", count=len(found.unseen)), RepeatNotice(found.notice_id).pack())
    refresh = Button(label("notice.refresh"), ShowNotice(found.notice_id).pack())
    return Reply(text, rows([again] if found.unseen and not found.sent else [], [refresh]))


def _present_list(found: NoticeList) -> Reply:
    shown = [(at, who, shortened(text, 60), seen, of) for _, at, who, text, seen, of in found.lines]
    buttons = [
        [Button(label("notice.open", title=shortened(text, TITLE)), ShowNotice(key).pack())]
        for key, _, _, text, _, _ in found.lines
    ]
    return Reply(render("reply/notices", lines=shown), rows(*buttons))


PRESENTERS: Mapping[type[object], Callable[[Any], Reply]] = {
    NoticePreview: _present_preview,
    NoticeCard: _present_card,
    NoticeList: _present_list,
    NoticeSeen: lambda said: present_to_read(said.notice),
    NoticeUsage: lambda _: Reply(label("notice.usage")),
    NoticeAgain: lambda said: Reply(label("notice.too_soon" if said.too_soon else "notice.told", count=said.count)),
}
