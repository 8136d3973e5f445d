"""The chain of a request to change a target: unit, its head, office, responsible leader, city; then the target."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import adjustments, drafts, indicators
from bot.db.adjustments import NamedRequest
from bot.db.drafts import DraftToKeep, Ending, KeptDraft
from bot.db.engine import Database
from bot.db.indicators import KnownIndicator
from bot.db.people import subjects_of
from bot.db.tables import AdjustmentRequest, AdjustmentStep, Target
from bot.domain.adjusting import CHAIN, AdjustCause, AdjustState, Form, expected_points
from bot.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.domain.period import Period
from bot.domain.rights import Action, Subject, may
from bot.presenters.adjustment import AdjustWords, FormShown, RequestShown
from bot.presenters.words import label, plain_number
from bot.reading.folding import fold
from bot.services.adjusting import KIND, kept, outlook, packed, permitted, read_target, shown_form, unpacked
from bot.services.adjusting_pushes import tell_next, tell_requester
from bot.services.cause import Cause, Change, audit, effect
from bot.services.evaluating import evaluate
from bot.services.year import year_at

S = AdjustState
VERBS = {S.SUBMITTED: "endorse", S.ENDORSED: "review", S.REVIEWED: "approve", S.AGREED: "send", S.SENT: "grant"}
DOCUMENT, RETURN = "document", "return"


async def submit(db: Database, cause: Cause, version: int | None = None) -> RequestShown | FormShown:
    """The form becomes a request. A head's own request needs no head any more; what is missing is asked for."""
    async with effect(db, cause) as session:
        draft = await kept(session, cause, version)
        year, item = await permitted(session, cause, int(str(draft.payload["indicator_id"])))
        form = unpacked(draft.payload)
        if form.lacks is not None:
            return await shown_form(session, cause, (year, item), form)
        assert form.target is not None
        done, expected = await outlook(session, year, item)
        own_head = may(cause.actor.actor, Action.ENDORSE_ADJUSTMENT, item.subject)
        row = AdjustmentRequest(
            indicator_id=item.id,
            at=cause.now,
            person_id=cause.actor.person_id,
            state=(S.ENDORSED if own_head else S.SUBMITTED).value,
            old_target=item.target or Decimal(0),
            new_target=form.target,
            done=done,
            forecast=expected,
            kind=str(form.kind),
            explanation=form.explanation,
            basis=form.basis,
            measures=form.measures,
            contact_above=form.contact,
            points_before=expected_points(item.facts.weight, item.target or Decimal(0), expected),
            points_after=expected_points(item.facts.weight, form.target, expected),
        )
        session.add(row)
        await session.flush()
        audit(session, cause, Change("request_adjustment", "adjustment", row.id, after=packed(form)))
        await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)
        return await _forward(session, cause, row.id, label("adjust.submitted_now"))


async def _forward(session: AsyncSession, cause: Cause, request_id: int, said: str) -> RequestShown:
    """Show the request and put it before whoever decides next; past a post that nobody holds."""
    named = await adjustments.one(session, request_id)
    assert named is not None
    shown = await _shown(session, cause, named, said)
    if not await tell_next(session, cause, shown) and named.row.state == S.SUBMITTED:
        named.row.state = S.ENDORSED.value
        shown = await _shown(session, cause, named, said)
        await tell_next(session, cause, shown)
    return shown


async def view(db: Database, cause: Cause, request_id: int) -> RequestShown:
    """The request with its chain. Raises NotFound and NotAllowed."""
    async with db.read() as session:
        named = await adjustments.one(session, request_id)
        if named is None:
            raise NotFound(request_id=request_id)
        if not may(cause.actor.actor, Action.VIEW_INDICATOR, await _subject(session, named)):
            raise NotAllowed
        return await _shown(session, cause, named, "")


async def _subject(session: AsyncSession, named: NamedRequest) -> Subject:
    return (await subjects_of(session, [named.row.indicator_id]))[named.row.indicator_id]


async def decide(
    db: Database, cause: Cause, request_id: int, accept: bool, words: str = "", version: int | None = None
) -> RequestShown | AdjustWords:
    """Yes or no at the present step. A no needs a reason, the last yes a document number; both are asked for."""
    async with effect(db, cause) as session:
        named = await adjustments.one(session, request_id)
        if named is None:
            raise NotFound(request_id=request_id)
        row, state = named.row, S(named.row.state)
        if version is not None and version != row.row_version:
            raise Conflict(request_id=request_id)
        if state not in CHAIN:
            raise InvalidInput("errors_adjust.settled")
        needed, following = CHAIN[state]
        cause.check(needed, await _subject(session, named))
        text = words.strip()
        wanted = None if accept and state is not S.SENT else (DOCUMENT if accept else RETURN)
        if wanted is not None and not text:
            payload = {"act": wanted, "request_id": request_id}
            draft = DraftToKeep(cause.actor.person_id, KIND, payload, cause.now, awaiting=wanted)
            return AdjustWords(named.indicator, wanted, await drafts.put(session, draft))
        if accept and state is S.SENT:
            await _grant(session, cause, named, text)
        _settle(session, cause, row, (state, following), (accept, text))
        await session.flush()
        await _end_draft(session, cause)
        shown = await _forward(session, cause, row.id, label("adjust.decided_yes" if accept else "adjust.decided_no"))
        if row.state not in CHAIN:
            await tell_requester(session, cause, shown, row.person_id)
        return shown


def _settle(
    session: AsyncSession,
    cause: Cause,
    row: AdjustmentRequest,
    states: tuple[AdjustState, AdjustState],
    said: tuple[bool, str],
) -> None:
    """Write the decision down: the new state, the step of the chain, the audit."""
    (state, following), (accept, text) = states, said
    row.state = (following if accept else (S.REFUSED if state is S.SENT else S.RETURNED)).value
    row.row_version += 1
    step = f"{VERBS[state]}_{'yes' if accept else 'no'}"
    session.add(
        AdjustmentStep(
            request_id=row.id,
            at=cause.now,
            person_id=cause.actor.person_id,
            step=step,
            accepted=accept,
            words=text or None,
        )
    )
    audit(session, cause, Change(step, "adjustment", row.id, after={"state": row.state, "words": text}))


async def finish(db: Database, cause: Cause, draft: KeptDraft, words: str) -> RequestShown | AdjustWords:
    """The words that a begun decision waits for."""
    accept = draft.payload["act"] == DOCUMENT
    return await decide(db, cause, int(str(draft.payload["request_id"])), accept, words)


async def _end_draft(session: AsyncSession, cause: Cause) -> None:
    found = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
    if found is not None and found.kind == KIND:
        await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)


async def _grant(session: AsyncSession, cause: Cause, named: NamedRequest, words: str) -> None:
    """The city has approved: the document's number, and a new version of the target from today on."""
    year, row = await year_at(session, cause.now), named.row
    mark = label("adjust.target_mark")
    at = fold(words).rfind(mark)
    row.document = (words[:at] if at > 0 else words).strip(" ,，;；")
    if not row.document:
        raise InvalidInput("errors_adjust.document_missing")
    if at > 0:
        row.new_target = read_target(named.unit or None, row.old_target, words[at + len(mark) :])
    item = await indicators.one_of_cycle(session, year.cycle, year.period.last_day, row.indicator_id)
    row.points_after = _points(item, row)
    text = f"{plain_number(row.new_target)}{named.unit}"
    target = await adjustments.target_from(session, row.indicator_id, year.today)
    if target is None:
        target = Target(indicator_id=row.indicator_id, effective_from=year.today)
        session.add(target)
    target.value, target.text, target.recorded_at = row.new_target, text, cause.now
    await session.flush()
    await evaluate(session, cause, [row.indicator_id], Period.of(year.today))


def _points(item: KnownIndicator | None, row: AdjustmentRequest) -> Decimal | None:
    return expected_points(item.facts.weight, row.new_target, row.forecast) if item is not None else None


async def _shown(session: AsyncSession, cause: Cause, named: NamedRequest, said: str) -> RequestShown:
    row, state = named.row, S(named.row.state)
    form = Form(row.new_target, AdjustCause(row.kind), row.explanation, row.basis, row.measures, row.contact_above)
    lines = [(row.at, label("adjust.step.submitted", who=named.by))]
    for step, who in await adjustments.steps(session, row.id):
        lines.append((step.at, label(f"adjust.step.{step.step}", who=who, words=step.words or "")))
    decides = state in CHAIN and may(cause.actor.actor, CHAIN[state][0], await _subject(session, named))
    return RequestShown(
        request_id=row.id,
        indicator_id=row.indicator_id,
        version=row.row_version,
        name=named.indicator,
        unit=named.unit,
        state=state,
        form=form,
        old_target=row.old_target,
        done=row.done,
        forecast=row.forecast,
        before=row.points_before,
        after=row.points_after,
        by=named.by,
        document=row.document or "",
        steps=tuple(lines),
        may=decides,
        said=said,
    )
