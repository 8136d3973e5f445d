"""申请调整: the window, the choice of an indicator, and the form that is filled in question by question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import adjustments, drafts, indicators, reports, snapshots
from bot.db.drafts import DraftToKeep, KeptDraft
from bot.db.engine import Database
from bot.db.indicators import KnownIndicator
from bot.domain.adjusting import AdjustCause, AdjustField, Form, check_window, expected_points
from bot.domain.answers import LONGEST
from bot.domain.errors import Expired, InvalidInput, NotAllowed, NotFound
from bot.domain.forecast import forecast
from bot.domain.numbers import rounded
from bot.domain.period import Period
from bot.domain.rights import Action, Scope, may, nearness
from bot.presenters.adjustment import Adjustable, AdjustmentChoice, FormShown
from bot.presenters.words import label, words_under
from bot.reading.quantity import read_quantity
from bot.reading.units import UnitMismatch, fit
from bot.services.cause import Cause, effect
from bot.services.indexing import index_of
from bot.services.report_reading import named
from bot.services.year import Year, year_at

KIND = "adjust"


async def choice(db: Database, cause: Cause, words: str = "") -> AdjustmentChoice | FormShown:
    """What may be asked for. `words`: the name of an indicator begins its form. Raises InvalidInput off the window."""
    async with db.read() as session:
        year = await year_at(session, cause.now)
        known = await indicators.of_cycle(session, year.cycle, year.period.last_day)
        mine = [item for item in known if _mine(cause, item)]
        latest = await snapshots.latest(session, [item.id for item in mine], str(year.period))
        sent = await adjustments.of_cycle(session, year.cycle_id)
    office = may(cause.actor.actor, Action.REVIEW_ADJUSTMENT)
    seen = {item.id for item in (known if office else mine)}
    requests = tuple(
        (item.row.id, item.indicator, label(f"adjust.state.{item.row.state}"))
        for item in sent
        if item.row.indicator_id in seen
    )
    if not (office or requests) or words:
        check_window(year.scheme.adjustment, year.today)
    if words:
        winner = index_of(tuple(named(item) for item in mine)).find(words).winner
        if winner is None:
            raise NotFound
        return await start(db, cause, winner.item.id)
    late = year.scheme.adjustment.is_open(year.today) and check_window(year.scheme.adjustment, year.today)
    least = year.scheme.severity(year.scheme.adjustment.tell_from_grade or year.scheme.judging[1].code)
    warned = [item for item in mine if item.id in latest and latest[item.id].severity >= least and not office]
    shown = tuple(Adjustable(item.id, item.name, year.scheme.grade(latest[item.id].grade).word) for item in warned)
    month, day = year.scheme.adjustment.internal_cutoff
    return AdjustmentChoice(shown, requests, late, year.today.replace(month=month, day=day), office)


def _mine(cause: Cause, item: KnownIndicator) -> bool:
    actor = cause.actor.actor
    if not may(actor, Action.REQUEST_ADJUSTMENT, item.subject):
        return False
    return nearness(actor, item.subject) < Scope.ANY or may(actor, Action.REVIEW_ADJUSTMENT)


async def start(db: Database, cause: Cause, indicator_id: int) -> FormShown:
    """Begin the form, measures filled in from the last report. Raises NotAllowed, NotFound, InvalidInput."""
    async with effect(db, cause) as session:
        year, item = await permitted(session, cause, indicator_id)
        found = await reports.of_months(session, [indicator_id], str(Period(year.year, 1)), str(year.period))
        measures = found[-1].measure or "" if found else ""
        return await shown_form(session, cause, (year, item), Form(measures=measures))


async def give(db: Database, cause: Cause, draft: KeptDraft, words: str) -> FormShown:
    """The words for the field that the form waits for. Raises InvalidInput; the form then stays."""
    async with effect(db, cause) as session:
        year, item = await permitted(session, cause, int(str(draft.payload["indicator_id"])))
        field = AdjustField(str(draft.awaiting))
        return await shown_form(session, cause, (year, item), _filled(item, unpacked(draft.payload), field, words))


async def set_cause(db: Database, cause: Cause, kind: AdjustCause, version: int) -> FormShown:
    """The kind of cause, by button."""
    async with effect(db, cause) as session:
        draft = await kept(session, cause, version)
        found = await permitted(session, cause, int(str(draft.payload["indicator_id"])))
        return await shown_form(session, cause, found, replace(unpacked(draft.payload), kind=kind))


async def edit(db: Database, cause: Cause, field: AdjustField, version: int) -> FormShown:
    """Ask for one field again."""
    async with effect(db, cause) as session:
        draft = await kept(session, cause, version)
        found = await permitted(session, cause, int(str(draft.payload["indicator_id"])))
        return await shown_form(session, cause, found, unpacked(draft.payload), field)


async def kept(session: AsyncSession, cause: Cause, version: int | None = None) -> KeptDraft:
    """The open form. Raises Expired where there is none, or it is not the one shown."""
    found = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
    if found is None or found.kind != KIND or (version is not None and version != found.version):
        raise Expired
    return found


async def permitted(session: AsyncSession, cause: Cause, indicator_id: int) -> tuple[Year, KnownIndicator]:
    year = await year_at(session, cause.now)
    item = await indicators.one_of_cycle(session, year.cycle, year.period.last_day, indicator_id)
    if item is None:
        raise NotFound(indicator_id=indicator_id)
    if not may(cause.actor.actor, Action.REQUEST_ADJUSTMENT, item.subject):
        raise NotAllowed
    check_window(year.scheme.adjustment, year.today)
    if not item.target:
        raise InvalidInput("errors_adjust.no_target")
    if indicator_id in await adjustments.open_for(session, [indicator_id]):
        raise InvalidInput("errors_adjust.pending")
    return year, item


def _filled(item: KnownIndicator, form: Form, field: AdjustField, words: str) -> Form:
    text = words.strip()
    if len(text) > LONGEST:
        raise InvalidInput("errors_order.too_long", limit=LONGEST, length=len(text))
    if field is AdjustField.TARGET:
        return replace(form, target=read_target(item.unit, item.target, text))
    if field is AdjustField.KIND:
        kinds = {word: AdjustCause(code) for code, word in words_under("adjust.kind").items()}
        found = next((kind for word, kind in kinds.items() if word in text), None)
        return replace(form, kind=found or AdjustCause.OTHER)
    texts: dict[str, Any] = {field.value: text}
    return replace(form, **texts)


def read_target(unit: str | None, old: Decimal | None, text: str) -> Decimal:
    """The value typed, in the indicator's unit. Raises InvalidInput."""
    quantity = read_quantity(text)
    fitted = fit(quantity, unit, old) if quantity is not None else None
    if fitted is None or isinstance(fitted, UnitMismatch) or fitted.value <= 0:
        raise InvalidInput("errors_adjust.target_unread")
    if fitted.value == old:
        raise InvalidInput("errors_adjust.target_same")
    return fitted.value


def packed(form: Form) -> dict[str, object]:
    """The form as a draft keeps it."""
    values: dict[str, object] = {field.value: getattr(form, field.value) for field in AdjustField}
    return {**values, "target": str(form.target) if form.target is not None else "", "kind": str(form.kind or "")}


def unpacked(payload: Mapping[str, object]) -> Form:
    """The form of a draft."""
    target, kind = str(payload.get("target") or ""), str(payload.get("kind") or "")
    texts = {name: str(payload.get(name) or "") for name in ("explanation", "basis", "measures", "contact")}
    return Form(Decimal(target) if target else None, AdjustCause(kind) if kind else None, **texts)


async def shown_form(
    session: AsyncSession,
    cause: Cause,
    found: tuple[Year, KnownIndicator],
    form: Form,
    asking: AdjustField | None = None,
) -> FormShown:
    year, item = found
    awaiting = asking or form.lacks
    payload = {"indicator_id": item.id, **packed(form)}
    waits = awaiting.value if awaiting else None
    version = await drafts.put(session, DraftToKeep(cause.actor.person_id, KIND, payload, cause.now, awaiting=waits))
    old = item.target or Decimal(0)
    done, expected = await outlook(session, year, item)
    return FormShown(
        name=item.name,
        unit=item.unit or "",
        form=form,
        old_target=old,
        done=done,
        forecast=expected,
        before=expected_points(item.facts.weight, old, expected),
        after=expected_points(item.facts.weight, form.target, expected) if form.target else None,
        awaiting=awaiting,
        version=version,
    )


async def outlook(session: AsyncSession, year: Year, item: KnownIndicator) -> tuple[Decimal | None, Decimal | None]:
    """What is done, and the cautious end of what the year will bring."""
    found = await reports.of_months(session, [item.id], str(Period(year.year, 1)), str(year.period))
    values = {int(row.period[5:]): row.value for row in found if row.value is not None}
    if not values:
        return None, None
    month = max(values)
    expected = forecast(item.facts.yardstick(year.today), sorted(values.items()), month, year.scheme.forecast)
    return values[month], rounded(Fraction(expected.lower), 4) if expected else None
