"""审核 and 审签 of reports. Approving one grades its month anew: what was held worse is held no longer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts, report_reviews, snapshots
from bot.db.drafts import DraftToKeep
from bot.db.engine import Database
from bot.domain.errors import Expired
from bot.domain.period import Period
from bot.presenters.review_said import Approved, BatchPreview, ReviewTold
from bot.services.cause import Cause, Change, audit, effect
from bot.services.evaluating import evaluate
from bot.services.report_queue import check_reviewer, is_office, queue_of
from bot.services.report_review_desk import BATCH, KIND, ReviewCase, finish, next_of, refusal_of, take_in_hand
from bot.services.year import year_at

NAMES_SHOWN = 12


async def approve(db: Database, cause: Cause, report_ids: Sequence[int]) -> Approved | ReviewTold:
    """Approve these reports, or sign them; those that somebody has settled meanwhile are left as they are.

    For a single one the answer says who was first. Raises NotAllowed and NotFound.
    """
    check_reviewer(cause)
    async with effect(db, cause) as session:
        return await _approve(session, cause, report_ids)


async def _approve(session: AsyncSession, cause: Cause, report_ids: Sequence[int]) -> Approved | ReviewTold:
    done: list[ReviewCase] = []
    refused: list[ReviewTold] = []
    for key in await report_reviews.in_lock_order(session, report_ids):
        case = await take_in_hand(session, cause, key)
        refusal = await refusal_of(session, cause, case)
        if refusal is None:
            _settle(session, cause, case)
            done.append(case)
        else:
            refused.append(refusal)
    if not done:
        return refused[0] if refused else ReviewTold("settled")
    await session.flush()
    changed = await _graded_anew(session, cause, done) if is_office(cause) else []
    await finish(session, cause)
    queue = await queue_of(session, done[0].year, cause)
    return Approved(
        names=tuple(case.indicator.name for case in done[:NAMES_SHOWN]),
        count=len(done),
        signing=not is_office(cause),
        left=len(queue.rows),
        grades=tuple(changed),
        skipped=len(refused),
        next=next_of(queue.rows, cause) if len(report_ids) == 1 else None,
    )


def _settle(session: AsyncSession, cause: Cause, case: ReviewCase) -> None:
    report, person = case.report, cause.actor.person_id
    if is_office(cause):
        report.confirmed_at, report.confirmed_by = cause.now, person
        action = "confirm_report"
    else:
        report.signed_at, report.signed_by = cause.now, person
        action = "sign_report"
    said: dict[str, object] = {"indicator_id": report.indicator_id, "period": report.period, "value": str(report.value)}
    audit(session, cause, Change(action, "report", report.id, after=said))


async def _graded_anew(session: AsyncSession, cause: Cause, done: Sequence[ReviewCase]) -> list[tuple[str, str, str]]:
    """Grade what was approved once more: (name, word before, word now) where that changes it."""
    changed: list[tuple[str, str, str]] = []
    for period in sorted({case.report.period for case in done}):
        of_month = {case.indicator.id: case for case in done if case.report.period == period}
        corrected = [key for key, case in of_month.items() if case.report.revision > 1]
        if not corrected:
            # The first report of a month counts as it is: the word of the office changes nothing about it.
            continue
        before = await snapshots.stored(session, corrected, period, period)
        for verdict in await evaluate(session, cause, corrected, Period.parse(period)):
            old = before.get((verdict.indicator_id, str(verdict.period)))
            if old is not None and old.grade != verdict.grade:
                scheme = of_month[verdict.indicator_id].year.scheme
                words = scheme.grade(old.grade).word, scheme.grade(verdict.grade).word
                changed.append((of_month[verdict.indicator_id].indicator.name, *words))
    return changed


# -- all that is unremarkable -----------------------------------------------------------------------------------------


async def preview_batch(db: Database, cause: Cause) -> BatchPreview | ReviewTold:
    """What 全部通过 would approve: everything unremarkable that is not this person's own. Kept in a draft."""
    check_reviewer(cause)
    async with effect(db, cause) as session:
        queue = await queue_of(session, await year_at(session, cause.now), cause)
        rows = [row for row in queue.plain if row.reporter_id != cause.actor.person_id]
        if not rows:
            return ReviewTold("nothing_plain" if queue.rows else "nothing")
        payload: dict[str, object] = {"act": BATCH, "ids": [row.report_id for row in rows]}
        version = await drafts.put(session, DraftToKeep(cause.actor.person_id, KIND, payload, cause.now))
        shown = tuple(rows[:NAMES_SHOWN])
        kept_back = len(queue.rows) - len(rows)
        return BatchPreview(shown, len(rows) - len(shown), len(rows), kept_back, version, queue.signing)


async def approve_batch(db: Database, cause: Cause, version: int) -> Approved | ReviewTold:
    """Approve what the preview showed. Raises Expired for a preview that is gone."""
    check_reviewer(cause)
    async with effect(db, cause) as session:
        kept = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
        if kept is None or kept.kind != KIND or kept.version != version or kept.payload.get("act") != BATCH:
            raise Expired
        ids = kept.payload["ids"]
        assert isinstance(ids, list)
        return await _approve(session, cause, [int(str(key)) for key in ids])
