"""Dispatch meetings in the chat: the call, the invitation, who comes, the decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.domain.meeting import MeetingKind
from bot.presenters.actions import CancelDraft
from bot.presenters.actions_meeting import (
    AnswerMeeting,
    CallMeeting,
    CancelMeeting,
    FileMeeting,
    GiveDecisions,
    ShowMeeting,
    UrgeMeeting,
    WriteMinutes,
)
from bot.presenters.meeting_said import (
    AnswerAsked,
    Answered,
    CallAsked,
    CallPreview,
    CancelAsked,
    DecisionsGiven,
    Guest,
    Invitation,
    MeetingCalled,
    MeetingCancelled,
    MeetingCard,
    MeetingList,
    MeetingNamed,
    MinutesAsked,
    MinutesPreview,
    Urged,
)
from bot.presenters.reply import Attachment, Button, Reply, Rows, rows
from bot.presenters.shortening import shortened, some_names
from bot.presenters.words import label, render

NAMES = 20
OWN_SHOWN = 8
DECISION_TEXT = 80


def _open(meeting: MeetingNamed) -> Button:
    return Button(label("meeting.open"), ShowMeeting(meeting.id).pack())


def _cancel(version: int) -> Button:
    return Button(label("meeting.cancel"), CancelDraft(version).pack())


def present_asked(asked: CallAsked) -> Reply:
    """What is still missing."""
    missing = label("push.comma").join(label(f"meeting.missing.{name}") for name in asked.missing)
    first = len(asked.missing) == len(("day", "at", "place"))
    return Reply(render("reply/meeting_call", missing=missing, first=first), rows([_cancel(asked.version)]))


def present_call(preview: CallPreview) -> Reply:
    """The meeting to be checked."""
    text = render(
        "reply/meeting_preview",
        preview=preview,
        units=some_names(preview.units, NAMES),
        leaders=some_names(preview.leaders, NAMES),
        people=some_names(preview.people, NAMES),
        untold=some_names(preview.untold, NAMES),
        unread=some_names(preview.unread),
        quarterly=preview.meeting.kind == MeetingKind.QUARTERLY,
    )
    return Reply(
        text, rows([Button(label("meeting.send"), CallMeeting(preview.version).pack())], [_cancel(preview.version)])
    )


def present_called(called: MeetingCalled) -> Reply:
    """The invitations are out."""
    text = render("reply/meeting_called", called=called, untold=some_names(called.untold, NAMES))
    return Reply(text, rows([_packet(called.meeting), _sheet(called.meeting)], [_open(called.meeting)]))


def present_meetings(found: MeetingList) -> Reply:
    """The last meetings, each with its button."""
    keys = [[Button(_short(item), ShowMeeting(item.id).pack())] for item in found.meetings]
    return Reply(render("reply/meetings", found=found), rows(*keys))


def _short(meeting: MeetingNamed) -> str:
    return label("meeting.one", when=meeting.when, state=label(f"meeting.state.{meeting.state}"))


def _packet(meeting: MeetingNamed) -> Button:
    return Button(label("meeting.packet"), FileMeeting(meeting.id, "packet").pack())


def _sheet(meeting: MeetingNamed) -> Button:
    return Button(label("meeting.sheet"), FileMeeting(meeting.id, "sheet").pack())


def present_meeting(card: MeetingCard) -> Reply:
    """Who comes, who has not answered, what was decided."""
    groups: dict[str, list[Guest]] = {}
    for guest in card.guests:
        groups.setdefault(guest.answer or "silent", []).append(guest)
    text = render(
        "reply/meeting",
        card=card,
        meeting=card.meeting,
        state=label(f"meeting.state.{card.meeting.state}"),
        groups=[
            (label(f"meeting.answer.{key}"), len(groups[key]), _guests(groups[key]))
            for key in ("silent", "comes", "sends", "away")
            if key in groups
        ],
        decisions=[
            (shortened(words, DECISION_TEXT), who, due, label(f"tasks.state.{state}"))
            for words, who, due, state in card.decisions
        ],
    )
    return Reply(text, _card_buttons(card))


def _guests(guests: Sequence[Guest]) -> str:
    return some_names([_guest(item) for item in guests], NAMES)


def _guest(guest: Guest) -> str:
    name = guest.post if guest.bound else label("meeting.unbound", post=guest.post)
    return label("meeting.guest", post=name, text=shortened(guest.text, 20)) if guest.text else name


def _card_buttons(card: MeetingCard) -> Rows:
    meeting = card.meeting
    urge = card.may_answer and card.answers.silent
    last = [Button(label("meeting.minutes"), FileMeeting(meeting.id, "minutes").pack())] if card.decisions else []
    off = [Button(label("meeting.call_off"), CancelMeeting(meeting.id, meeting.version, False).pack())]
    return rows(
        [_packet(meeting), _sheet(meeting)],
        [Button(label("meeting.urge", count=card.answers.silent), UrgeMeeting(meeting.id).pack())] if urge else [],
        [Button(label("meeting.decide"), WriteMinutes(meeting.id).pack())] if card.may_decide else [],
        last,
        off if meeting.state == "called" else [],
    )


def present_answered(done: Answered) -> Reply:
    """The answer is noted."""
    return Reply(render("reply/meeting_answered", done=done), rows(answer_buttons(done.meeting.id)))


def present_answer_asked(asked: AnswerAsked) -> Reply:
    """The reason, or the name."""
    return Reply(render("reply/meeting_words", asked=asked), rows([_cancel(asked.version)]))


def present_urged(done: Urged) -> Reply:
    """Who was asked again."""
    text = render("reply/meeting_urged", done=done, told=some_names(done.told, NAMES), untold=some_names(done.untold))
    return Reply(text, rows([_open(done.meeting)]))


def present_cancel_asked(asked: CancelAsked) -> Reply:
    """A question before everybody is told."""
    sure = CancelMeeting(asked.meeting.id, asked.meeting.version, True)
    keys = [Button(label("meeting.call_off_sure"), sure.pack()), _open(asked.meeting)]
    return Reply(render("reply/meeting_cancel", asked=asked), rows(keys))


def present_cancelled(done: MeetingCancelled) -> Reply:
    """It is off."""
    return Reply(render("reply/meeting_cancelled", done=done))


def present_minutes_asked(asked: MinutesAsked) -> Reply:
    """How to write the decisions."""
    return Reply(render("reply/meeting_minutes_how", meeting=asked.meeting), rows([_cancel(asked.version)]))


def present_minutes(preview: MinutesPreview) -> Reply:
    """The decisions to be checked."""
    text = render(
        "reply/meeting_minutes",
        preview=preview,
        unread=[(shortened(line, DECISION_TEXT), label(f"errors_meeting.{code}")) for line, code in preview.unread],
    )
    give = Button(label("meeting.give", count=len(preview.lines)), GiveDecisions(preview.version).pack())
    return Reply(text, rows([give] if preview.lines else [], [_cancel(preview.version)]))


def present_given(done: DecisionsGiven) -> Reply:
    """The decisions are on their way."""
    text = render(
        "reply/meeting_given", done=done, told=some_names(done.told, NAMES), untold=some_names(done.untold, NAMES)
    )
    minutes = Button(label("meeting.minutes"), FileMeeting(done.meeting.id, "minutes").pack())
    return Reply(text, rows([minutes, _open(done.meeting)]))


def answer_buttons(meeting_id: int) -> list[Button]:
    """参加, 请假, 派人."""
    return [
        Button(label(f"meeting.press.{answer}"), AnswerMeeting(meeting_id, answer).pack())
        for answer in ("comes", "away", "sends")
    ]


def present_invitation(said: Invitation, entry: Attachment) -> Reply:
    """The agenda push with its calendar entry."""
    text = render(
        "push/meeting",
        said=said,
        meeting=said.meeting,
        own=[(shortened(name), word) for name, word in said.own[:OWN_SHOWN]],
        more=max(len(said.own) - OWN_SHOWN, 0),
        last=[(shortened(words, DECISION_TEXT), due) for words, due in said.last[:OWN_SHOWN]],
    )
    return Reply(text, rows(answer_buttons(said.meeting.id)), files=(entry,))


def present_urge(meeting: MeetingNamed) -> Reply:
    """Asking for an answer."""
    return Reply(render("push/meeting_urge", meeting=meeting), rows(answer_buttons(meeting.id)))


def present_off(meeting: MeetingNamed, entry: Attachment) -> Reply:
    """Telling that it is cancelled."""
    return Reply(render("push/meeting_off", meeting=meeting), files=(entry,))


PRESENTERS: Mapping[type[object], Callable[[Any], Reply]] = {
    CallAsked: present_asked,
    CallPreview: present_call,
    MeetingCalled: present_called,
    MeetingList: present_meetings,
    MeetingCard: present_meeting,
    Answered: present_answered,
    AnswerAsked: present_answer_asked,
    Urged: present_urged,
    CancelAsked: present_cancel_asked,
    MeetingCancelled: present_cancelled,
    MinutesAsked: present_minutes_asked,
    MinutesPreview: present_minutes,
    DecisionsGiven: present_given,
}
