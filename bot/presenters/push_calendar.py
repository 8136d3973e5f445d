"""The warning that a year's holidays are not known."""

from __future__ import annotations

from datetime import date

from bot.presenters.words import render


def present_unpublished(year: int, first: date) -> str:
    """What counts until the plan is there, and what the office can do."""
    return render("push/calendar", year=year, first=first)
