"""The year's messages as text to read and compare: one line each, and the whole phone of a few people."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from statistics import median

from tests.year.habits import ZONE
from tests.year.records import Message, YearRun

# Whose phones are shown whole: two leaders, a head, two contacts, the office.
PHONES = {
    "district_leader": "区长",
    "responsible_leader": "分管工业副区长",
    "head": "区工信局主要负责人",
    "contact": "区农业农村局联络员",
    "other_contact": "区发改局联络员",
    "office_director": "区督查绩效办主任",
}
WEEKDAYS = "一二三四五六日"
_TAG = re.compile(r"<[^>]+>")


def moment(message: Message) -> str:
    """ "02-24 周二 08:30" """
    at = message.at.astimezone(ZONE)
    return f"{at:%m-%d} 周{WEEKDAYS[at.weekday()]} {at:%H:%M}"


def one_line_each(messages: Iterable[Message]) -> str:
    """date time · post · kind · grade · the first line, and how many lines follow."""
    lines = []
    for message in messages:
        text = _TAG.sub("", message.text).splitlines()
        more = sum(bool(line.strip()) for line in text[1:])
        about = (moment(message), message.post, message.kind, message.grade or "-", f"{text[0]} (+{more})")
        lines.append(" · ".join(about))
    return "\n".join(lines) + "\n"


def phone(messages: Iterable[Message], post: str) -> str:
    """All that one person's phone showed, in full."""
    shown = [f"──── {moment(item)} · {item.kind}\n{item.text.strip()}\n" for item in messages if item.post == post]
    return f"{post}: {len(shown)} messages\n\n" + "\n".join(shown)


def per_month(run: YearRun) -> dict[str, list[int]]:
    """Messages per person and month by role, a quiet month as 0; only people with an account."""
    counts = Counter((message.person, message.at.astimezone(ZONE).month) for message in run.messages)
    found: dict[str, list[int]] = defaultdict(list)
    for person, role in run.roles.items():
        found[role] += [counts[person, month] for month in range(1, 13)]
    return dict(found)


def totals(run: YearRun) -> str:
    """How much the year asked of people, by role."""
    lines = [f"{len(run.messages)} messages to {len(run.roles)} people in {run.ticks} ticks", ""]
    lines.append("per person and month: median, mean, most")
    for role, counts in sorted(per_month(run).items()):
        lines.append(f"{role}: {median(counts):g}, {sum(counts) / len(counts):.2f}, {max(counts)}")
    kinds = Counter((message.role, message.kind) for message in run.messages)
    lines += ["", *(f"{role} {kind}: {count}" for (role, kind), count in sorted(kinds.items()))]
    habits = Counter(report.habit for report in run.reported)
    lines += ["", f"{len(run.reported)} reports: " + ", ".join(f"{key} {n}" for key, n in sorted(habits.items()))]
    kept = Counter(decision.reason for decision in run.decisions if not decision.sent)
    lines += ["", "withheld: " + ", ".join(f"{key} {n}" for key, n in sorted(kept.items()))]
    states = Counter(run.push_states.values())
    lines += ["", "pushes: " + ", ".join(f"{key} {n}" for key, n in sorted(states.items()))]
    return "\n".join(lines) + "\n"


def files(run: YearRun) -> dict[str, str]:
    """Everything that is kept to compare with, by file name."""
    phones = {f"phone_{name}.txt": phone(run.messages, post) for name, post in PHONES.items()}
    return {"log.txt": one_line_each(run.messages), "totals.txt": totals(run), **phones}
