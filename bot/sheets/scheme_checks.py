"""What the keys of a scheme file must mean together: grades that can be reached, somebody to tell, dates in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from bot.domain.kinds import NORMAL, UNREPORTED
from bot.domain.scheme import QuietHours, Relation
from bot.sheets.scheme_models import ConditionsModel, SchemeModel


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at a key; the code has a sentence in templates/, the params are its blanks."""

    key: str
    code: str
    params: tuple[tuple[str, str], ...] = ()


def check(model: SchemeModel) -> Iterator[Finding]:
    """Everything wrong with a file whose single keys are right."""
    grades = list(_grades(model))
    yield from grades
    if not grades:
        # Without a sound list of grades the rest would only repeat that finding.
        yield from _known_grades(model)
        yield from _ladder(model)
        yield from _duties(model)
    yield from _titles(model)
    yield from _dates(model)


def _codes(model: SchemeModel) -> list[str]:
    return [grade.code for grade in model.grades]


def _warnings(model: SchemeModel) -> list[str]:
    """Codes of the grades that warn, the mildest first."""
    return [code for code in _codes(model) if code not in (NORMAL, UNREPORTED)]


def _grades(model: SchemeModel) -> Iterator[Finding]:
    for name, values in (("code", _codes(model)), ("word", [grade.word for grade in model.grades])):
        for value, count in Counter(values).items():
            if count > 1:
                last = len(values) - 1 - values[::-1].index(value)
                yield Finding(f"grades[{last}].{name}", "twice", (("given", value),))
    codes = _codes(model)
    if codes[0] != NORMAL:
        yield Finding("grades[0].code", "first_grade_not_normal", (("given", codes[0]),))
    if codes[-1] != UNREPORTED:
        yield Finding(f"grades[{len(codes) - 1}].code", "last_grade_not_unreported", (("given", codes[-1]),))
    if not _warnings(model):
        yield Finding("grades", "no_warning_grade")


def _known_grades(model: SchemeModel) -> Iterator[Finding]:
    """Every place that names a grade names one that warns."""
    rules = model.overrides
    named = [(f"ladder.{code}", code) for code in model.ladder]
    named += [(f"duties.{code}", code) for code in model.duties]
    named += [(f"overrides.node_missed[{n}].at_least", rule.at_least) for n, rule in enumerate(rules.node_missed)]
    if rules.points_lost is not None:
        named.append(("overrides.points_lost", rules.points_lost))
    if rules.forecast_loss is not None:
        named.append(("overrides.forecast_loss.at_least", rules.forecast_loss.at_least))
    if rules.repetition is not None:
        named.append(("overrides.repetition.from_grade", rules.repetition.from_grade))
    known = _warnings(model)
    for key, code in named:
        if code not in known:
            yield Finding(key, "unknown_grade", (("given", code), ("limit", ", ".join(known))))


def _ladder(model: SchemeModel) -> Iterator[Finding]:
    """Each grade has conditions, is stricter than the milder ones, and is not hidden by a worse one."""
    codes = [code for code in _warnings(model) if model.ladder.get(code)]
    for code in _warnings(model):
        if not model.ladder.get(code):
            yield Finding(f"ladder.{code}", "grade_without_conditions", (("given", code),))
    for position, code in enumerate(codes):
        for number, conditions in enumerate(model.ladder[code]):
            key = f"ladder.{code}[{number}]"
            if conditions.q_below is conditions.gap_at_least is conditions.gap_over is None:
                yield Finding(key, "no_condition")
                continue
            hiding = [worse for worse in codes[position + 1 :] if _implies_any(conditions, model.ladder[worse])]
            if hiding:
                yield Finding(key, "never_reached", (("given", code), ("other", hiding[0])))
            milder = codes[position - 1] if position else None
            if milder and not _implies_any(conditions, model.ladder[milder]):
                yield Finding(key, "gap_in_ladder", (("given", code), ("other", milder)))


def _implies_any(conditions: ConditionsModel, others: list[ConditionsModel]) -> bool:
    return any(implies(conditions, other) for other in others)


def implies(one: ConditionsModel, other: ConditionsModel) -> bool:
    """Whether every value that meets `one` surely meets `other`, whatever the pace is."""
    if one.from_month < other.from_month:
        return False
    if other.q_below is not None and (one.q_below is None or one.q_below > other.q_below):
        return False
    if other.gap_at_least is not None and not (
        (one.gap_at_least is not None and one.gap_at_least >= other.gap_at_least)
        or (one.gap_over is not None and one.gap_over >= other.gap_at_least)
    ):
        return False
    if other.gap_over is None:
        return True
    # A ratio below 1 means behind, so by more than 0.
    return (
        (one.gap_over is not None and one.gap_over >= other.gap_over)
        or (one.gap_at_least is not None and one.gap_at_least > other.gap_over)
        or (other.gap_over == 0 and one.q_below is not None)
    )


def _duties(model: SchemeModel) -> Iterator[Finding]:
    for code in _warnings(model):
        duty = model.duties.get(code)
        if duty is None or not duty.recipients:
            key = f"duties.{code}" if duty is None else f"duties.{code}.recipients"
            yield Finding(key, "grade_without_recipients", (("given", code),))
            continue
        both = [relation for relation in duty.digest_only if relation in duty.recipients]
        if both:
            yield Finding(f"duties.{code}.digest_only", "twice", (("given", both[0]),))
        if duty.acknowledge_within and duty.reply_within and duty.reply_within < duty.acknowledge_within:
            yield Finding(f"duties.{code}.reply_within", "reply_before_acknowledgement")


def _titles(model: SchemeModel) -> Iterator[Finding]:
    """Relations that are found by the title of a post need the titles."""
    told = {relation for duty in model.duties.values() for relation in (*duty.recipients, *duty.digest_only)}
    if Relation.MAIN_LEADERS in told and not model.office.main_leaders:
        yield Finding("office.main_leaders", "no_titles", (("given", Relation.MAIN_LEADERS.value),))
    if Relation.OFFICE_DIRECTOR in told and not model.office.directors:
        yield Finding("office.directors", "no_titles", (("given", Relation.OFFICE_DIRECTOR.value),))


def _dates(model: SchemeModel) -> Iterator[Finding]:
    reporting, quiet, adjustment = model.reporting, model.quiet, model.adjustment
    if reporting.due_day < reporting.opens_day:
        yield Finding("reporting.due_day", "due_before_opens", (("given", str(reporting.due_day)),))
    if quiet.start == quiet.end:
        yield Finding("quiet.end", "quiet_all_day", (("given", f"{quiet.end:%H:%M}"),))
    for name in ("start", "end", "digest_at"):
        moment: time = getattr(quiet, name)
        if moment.tzinfo is not None or moment.second or moment.microsecond:
            yield Finding(f"quiet.{name}", "not_a_time", (("given", moment.isoformat()), ("limit", "")))
    if QuietHours(quiet.start, quiet.end).cover(quiet.digest_at):
        yield Finding("quiet.digest_at", "digest_in_quiet_hours", (("given", f"{quiet.digest_at:%H:%M}"),))
    if adjustment.closes < adjustment.opens:
        yield Finding("adjustment.closes", "closes_before_opens")
    elif not adjustment.opens <= adjustment.internal_cutoff <= adjustment.closes:
        yield Finding("adjustment.internal_cutoff", "cutoff_outside_window")
