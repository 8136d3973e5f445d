"""Checks the audit: every row is what was written, where it was written, and none is missing."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.audit_chain import HEAD_LOST, Fault, FaultKind, faults
from bot.db.tables import AuditEntry

NUMBERS = {
    FaultKind.CHANGED: "E011",
    FaultKind.MISSING: "E012",
    FaultKind.MOVED: "E013",
    FaultKind.OUTSIDE: "E014",
    FaultKind.END: "E015",
}


async def check_audit(session: AsyncSession) -> dict[str, list[str]]:
    """The rows concerned, by the number of the finding: places in the chain, row ids for those outside of it."""
    found: dict[str, list[str]] = {}
    async for fault in faults(session):
        found.setdefault(NUMBERS[fault.kind], []).append(_places(fault))
    lost = select(AuditEntry.serial).where(AuditEntry.action == HEAD_LOST).order_by(AuditEntry.serial)
    found["W005"] = [str(serial) for serial in await session.scalars(lost)]
    return found


def _places(fault: Fault) -> str:
    if fault.kind is FaultKind.END:
        return f"{fault.first}/{fault.last}"
    return str(fault.first) if fault.first == fault.last else f"{fault.first}-{fault.last}"
