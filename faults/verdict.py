"""What must hold after every trial, checked from the outside (what arrived) and in the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from bot.db.engine import Database
from bot.db.tables import AuditEntry, InboxUpdate, Push, Report
from bot.domain.pushes import Priority, PushKind, PushState, UpdateState
from faults.ledger import Arrival, Wiretap
from faults.notices import WORDS, Notices
from faults.people import Act, Crowd, Question, is_answer

AGAIN = "【补发】"
ENDED = {state.value for state in PushState} - {PushState.QUEUED.value, PushState.SENDING.value}
OPEN = {UpdateState.RECEIVED.value, UpdateState.EFFECTED.value}


@dataclass
class Rows:
    """What the database says in the end."""

    inbox: dict[int, InboxUpdate]
    reports: list[Report]
    audit: list[AuditEntry]
    pushes: list[Push]


async def read_rows(db: Database) -> Rows:
    """All rows that the verdict is about."""
    reports = select(Report).where(Report.update_id.is_not(None))
    async with db.read() as session:
        return Rows(
            inbox={row.update_id: row for row in await session.scalars(select(InboxUpdate))},
            reports=list(await session.scalars(reports.order_by(Report.id))),
            audit=list(await session.scalars(select(AuditEntry).where(AuditEntry.update_id.is_not(None)))),
            pushes=list(await session.scalars(select(Push).order_by(Push.id))),
        )


@dataclass
class Verdict:
    """The figures of one trial; `broken` says which promises did not hold, one line each."""

    updates: int = 0
    accepted: int = 0
    pushes: int = 0
    red: int = 0
    lost: int = 0
    doubled: int = 0
    uncertain: int = 0
    repeated_answers: int = 0
    marked_repeats: int = 0
    parked: int = 0
    unanswered: int = 0
    broken: list[str] = field(default_factory=list)

    def lose(self, what: str) -> None:
        """Something accepted is not there."""
        self.lost += 1
        self.broken.append(f"lost: {what}")

    def double(self, what: str) -> None:
        """Something happened twice."""
        self.doubled += 1
        self.broken.append(f"doubled: {what}")


@dataclass
class Trial:
    """What a verdict is reached on. `sent_updates`: all numbers that the messenger gave; `poisoned` may be parked."""

    rows: Rows
    tap: Wiretap
    crowd: Crowd
    notices: Notices
    sent_updates: list[int]
    now: datetime
    poisoned: set[int] = field(default_factory=set)


def judge(trial: Trial) -> Verdict:
    """The verdict on a trial that has come to rest."""
    found = Verdict(updates=len(trial.sent_updates), pushes=len(trial.rows.pushes))
    check_inbox(trial, found)
    check_acts(trial, found)
    check_effects(trial, found)
    check_pushes(trial, found)
    check_digests(trial, found)
    check_notices(trial, found)
    check_order(trial, found)
    check_answers(trial, found)
    return found


def check_inbox(trial: Trial, found: Verdict) -> None:
    """Every update that the messenger let go of is stored and has come to an end."""
    for number in trial.sent_updates:
        row = trial.rows.inbox.get(number)
        if row is None:
            found.lose(f"update {number} is not in the inbox")
        elif row.state in OPEN:
            found.broken.append(f"unfinished: update {number} is {row.state}")
        elif row.state == UpdateState.PARKED.value:
            found.parked += 1
            if number not in trial.poisoned:
                found.broken.append(f"parked: update {number} ({row.kind}): {row.error}")


def check_acts(trial: Trial, found: Verdict) -> None:
    """Every accepted report is there once with its value; every acknowledgement is noted once."""
    reports: dict[int, list[Report]] = defaultdict(list)
    for report in trial.rows.reports:
        reports[report.update_id or 0].append(report)
    noted = Counter(entry.update_id for entry in trial.rows.audit if entry.action == "acknowledge")
    for act in trial.crowd.acts:
        if act.said is None:
            found.unanswered += 1
            found.broken.append(f"unanswered: {act}")
        if act.kind == "acknowledge":
            if act.told and not noted[act.update_id] and "此前" not in (act.said or ""):
                found.lose(f"acknowledgement by update {act.update_id}: {act.said}")
            continue
        found.accepted += act.told
        check_report(act, reports.get(act.update_id, []), found)


def check_report(act: Act, there: list[Report], found: Verdict) -> None:
    """One accepted report."""
    for indicator, count in Counter(report.indicator_id for report in there).items():
        if count > 1:
            found.double(f"update {act.update_id} made {count} reports on indicator {indicator}")
    # A draft may hold what was typed before as well: two reports by one confirmation.
    mine = [report.value for report in there if act.indicator in (None, report.indicator_id)]
    if not mine and act.told:
        found.lose(f"report by update {act.update_id} ({act.kind}); the person was told: {(act.said or '')[:60]}")
    elif mine and act.value is not None and mine[0] != act.value:
        found.lose(f"report by update {act.update_id} says {mine[0]}, not {act.value}")


def check_effects(trial: Trial, found: Verdict) -> None:
    """No update left its mark twice on the same thing; no value was reported twice."""
    marks = Counter((e.update_id, e.action, e.subject_kind, e.subject_id) for e in trial.rows.audit)
    for (number, action, *_rest), count in marks.items():
        if count > 1:
            found.double(f"{action} by update {number}, {count} times")
    values = Counter((r.indicator_id, r.value) for r in trial.rows.reports if not r.no_change and r.value is not None)
    mine = {(act.indicator, act.value) for act in trial.crowd.acts if act.kind == "report"}
    for key, count in values.items():
        if count > 1 and key in mine:
            found.double(f"value {key[1]} of indicator {key[0]}, {count} times")


def check_pushes(trial: Trial, found: Verdict) -> None:
    """Every due push has come to an end; what is called sent arrived; every red one did."""
    arrived = {(one.chat, one.message_id) for one in trial.tap.arrivals}
    for push in trial.rows.pushes:
        words = f"push {push.id} ({push.kind}, priority {push.priority}) is {push.state}"
        if push.state not in ENDED and push.not_before <= trial.now:
            found.broken.append(f"unfinished: {words}")
        if push.state == PushState.UNCERTAIN.value:
            found.uncertain += 1
        if push.state == PushState.SENT.value and (push.chat_id, push.message_id) not in arrived:
            found.lose(f"{words}, but it never arrived")
        if push.priority <= Priority.RED:
            found.red += 1
            if push.state in (PushState.FAILED.value, PushState.EXPIRED.value, PushState.UNCERTAIN.value):
                found.lose(f"red {words}: {push.error}")


def check_digests(trial: Trial, found: Verdict) -> None:
    """However many processes sweep, a person has one digest a day."""
    digests = Counter(
        (push.chat_id, push.created_at.date()) for push in trial.rows.pushes if push.kind == PushKind.DIGEST.value
    )
    for (chat, day), count in digests.items():
        if count > 1:
            found.double(f"digest of {day} for chat {chat}, {count} times")


def deliveries(arrivals: Iterable[Arrival]) -> dict[int, list[Arrival]]:
    """Arrivals of notices by their number."""
    by_number: dict[int, list[Arrival]] = defaultdict(list)
    for arrival in arrivals:
        if match := WORDS.search(arrival.text):
            by_number[int(match[1])].append(arrival)
    return by_number


def check_notices(trial: Trial, found: Verdict) -> None:
    """A routine notice arrives at most once, a red one at least once and openly where it is repeated."""
    arrived = deliveries(trial.tap.arrivals)
    states = {int(push.dedupe_key[7:]): push for push in trial.rows.pushes if push.dedupe_key.startswith("faults:")}
    for number, (_chat, red) in trial.notices.queued.items():
        if number not in states:
            found.lose(f"notice {number} is not in the outbox")
        elif red and not arrived.get(number) and states[number].state not in (PushState.QUEUED.value,):
            found.lose(f"red notice {number} is {states[number].state} and never arrived")
    for number, times in arrived.items():
        unmarked = [one for one in times if not one.text.startswith(AGAIN)]
        found.marked_repeats += len(times) - len(unmarked)
        if len(unmarked) > 1:
            found.double(f"notice {number} arrived {len(unmarked)} times unmarked")


def check_order(trial: Trial, found: Verdict) -> None:
    """In a chat questions are answered in the order in which they were asked; reports and notices keep theirs."""
    rounds: dict[tuple[int, int], list[Question]] = defaultdict(list)
    for question in trial.crowd.questions:
        if question.answer is not None:
            rounds[question.chat, question.round].append(question)
    for (chat, number), questions in rounds.items():
        answers = [question.answer or 0 for question in questions]
        if answers != sorted(answers):
            told = " ".join(f"{one.update_id}:{one.words}→{one.answer}" for one in questions)
            heard = " | ".join(
                f"{one.number}:{one.text[:24]!r}"
                for one in trial.crowd.tap.by_chat[chat]
                if min(answers) - 6 <= one.number <= max(answers)
            )
            found.broken.append(f"order: answers in chat {chat}, round {number}: {told}; heard {heard}")
    places = {report.update_id: report.id for report in reversed(trial.rows.reports)}
    said: dict[int, list[int]] = defaultdict(list)
    for act in trial.crowd.acts:
        if act.update_id in places:
            said[act.chat].append(places[act.update_id])
    for chat, ids in said.items():
        if ids != sorted(ids):
            found.broken.append(f"order: reports of chat {chat}")
    check_notice_order(trial, found)


def check_notice_order(trial: Trial, found: Verdict) -> None:
    """Routine notices of a chat arrive in the order in which they were queued."""
    lines: dict[int, list[int]] = defaultdict(list)
    for arrival in trial.tap.arrivals:
        match = WORDS.search(arrival.text)
        queued = trial.notices.queued.get(int(match[1])) if match else None
        if match and queued and not queued[1]:
            lines[arrival.chat].append(int(match[1]))
    for chat, numbers in lines.items():
        if numbers != sorted(numbers):
            found.broken.append(f"order: routine notices in chat {chat}: {numbers}")


def check_answers(trial: Trial, found: Verdict) -> None:
    """Every question is answered; how many answers came twice."""
    asked: Counter[int] = Counter()
    for question in trial.crowd.questions:
        if question.answer is None:
            found.unanswered += 1
            found.broken.append(f"unanswered: {question.words} in chat {question.chat}; instead: {question.heard}")
        else:
            asked[question.chat] += 1
    words = {question.words for question in trial.crowd.questions}
    pushed = {(push.chat_id, push.message_id) for push in trial.rows.pushes}
    for chat, count in asked.items():
        answers = [one for one in trial.tap.by_chat[chat] if (chat, one.message_id) not in pushed]
        heard = sum(any(is_answer(one, word) for word in words) for one in answers)
        found.repeated_answers += max(0, heard - count)
    found.broken.extend(f"trouble: {trouble}" for trouble in trial.crowd.troubles)
