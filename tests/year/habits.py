"""When the people of the sample district do things: varied, and the same in every run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from bot.domain.reporting import Window
from bot.domain.workdays import Calendar

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
AFTER_WORK = time(19, 0)
# Of a hundred sittings: after work, on a day off, on the last day, late. The rest are somewhere in between.
SHARES = (("evening", 8), ("day_off", 6), ("last_day", 12), ("late", 12))
LATEST_DAYS = 5
# Of a hundred warnings: acknowledged within a day, within four, never.
SOON, LATER = 80, 15


def chance(*about: object) -> int:
    """A number that looks random and is always the same for the same things."""
    return crc32("/".join(map(str, about)).encode())


def local(day: date, minute: int) -> datetime:
    """A minute of a day in office time."""
    return datetime.combine(day, time(), ZONE) + timedelta(minutes=minute)


def office_minute(number: int) -> int:
    """A minute of a working day, from 8:40 to 17:30."""
    return 8 * 60 + 40 + number % (8 * 60 + 50)


@dataclass(frozen=True)
class Sitting:
    """When a report is made, and how it came to that."""

    at: datetime
    habit: str


def sitting(about: str, window: Window, calendar: Calendar) -> Sitting:
    """When somebody sits down to report for this window."""
    number = chance("sitting", about)
    minute = office_minute(chance("minute", about))
    habit, point = "ordinary", number % 100
    for name, share in SHARES:
        if point < share:
            habit = name
            break
        point -= share
    if habit == "late":
        return Sitting(local(window.due + DAY * (1 + chance("late", about) % LATEST_DAYS), minute), habit)
    if habit == "last_day":
        return Sitting(local(window.due, minute), habit)
    days = [window.opens + DAY * offset for offset in range((window.due - window.opens).days)]
    if habit == "day_off":
        days = [day for day in days if not calendar.is_workday(day)] or days
    day = days[chance("day", about) % len(days)]
    if habit == "evening":
        return Sitting(datetime.combine(day, AFTER_WORK, ZONE), habit)
    return Sitting(local(day, minute), habit)


def acknowledges_after(person: str, push: object) -> timedelta | None:
    """How long this person takes to acknowledge this message; None: never."""
    if chance("never", person) % 15 == 0:
        return None
    point, spread = chance("ack", person, push) % 100, chance("delay", person, push)
    if point < SOON:
        return timedelta(minutes=5 + spread % (23 * 60))
    if point < SOON + LATER:
        return timedelta(minutes=24 * 60 + spread % (3 * 24 * 60))
    return None
