"""跳过: the walk through what is asked for goes on with the next one; what was skipped comes again at the end."""

from __future__ import annotations

from dataclasses import replace

from bot.db import drafts
from bot.db.drafts import Ending
from bot.db.engine import Database
from bot.presenters.report_said import OpenReports, Skipped, Told
from bot.services.cause import Cause, effect
from bot.services.report_draft import KIND
from bot.services.report_preview import next_up
from bot.services.report_table import Table, set_aside, table_for
from bot.services.reporting import DONE, NEXT, page_of

__all__ = ["Skipped", "skip"]


async def skip(db: Database, cause: Cause, indicator_id: int | None = None) -> Skipped | OpenReports | Told:
    """Leave this one, or the one that was spoken of last, for later and offer the next; the list where none is left."""
    async with effect(db, cause) as session:
        table = await table_for(session, cause)
        desk = table.desk
        if not desk.own:
            return Told("does_not_report")
        last = await drafts.ended(session, cause.actor.person_id)
        left = indicator_id if indicator_id is not None else _spoken_of(table, last.memory if last else {})
        following = desk.following(left if left is not None else 0)
        await _put_aside(table, left)
        up = next_up(following)
        if up is None:
            return page_of(table.desk.year, desk, 0)
        if await drafts.current(session, cause.actor.person_id, cause.now) is None:
            memory: dict[str, object] = {NEXT: up.indicator_id, DONE: []}
            await drafts.remember(session, cause.actor.person_id, cause.now, memory)
        slot = desk.slot(left) if left is not None else None
        return Skipped(slot.indicator.name if slot else "", up, len(desk.open))


def _spoken_of(table: Table, memory: dict[str, object]) -> int | None:
    item = table.draft.missing or table.draft.newest
    if item is not None:
        return item.indicator_id
    offered = memory.get(NEXT)
    if isinstance(offered, int):
        return offered
    return next((slot.indicator.id for slot in table.desk.open), None)


async def _put_aside(table: Table, indicator_id: int | None) -> None:
    """A question for the value that is skipped is open no longer; what was typed for others stays."""
    if table.kept is None or table.kept.kind != KIND:
        return
    kept = set_aside(table.draft)
    kept = replace(kept, items=tuple(item for item in kept.items if item.indicator_id != indicator_id))
    if kept.items:
        await table.keep(kept, None)
    else:
        await drafts.close(table.session, table.cause.actor.person_id, Ending.CANCELLED)
