"""Shows findings, as lines or as the JSON document of the contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from bot.console.explaining import emit, say
from bot.domain.checkup import Finding, is_well
from bot.presenters.words import label


def show_findings(findings: Sequence[Finding], *, as_json: bool) -> int:
    """Show them; the exit status: 1 with an error among them."""
    well = is_well(findings)
    if as_json:
        emit({"ok": well, "findings": [asdict(item) for item in findings]})
        return 0 if well else 1
    for item in findings:
        say(f"{label(f'checkup.level.{item.level}')} {item.id} {item.text}")
        say(f"    {item.hint}")
    say(label("checkup.well" if well else "checkup.unwell", count=len(findings)))
    return 0 if well else 1
