"""What the keys of a scheme file must mean together: grades that can be reached, somebody to tell, dates in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from bot.domain.kinds import NORMAL, UNREPORTED
from bot.domain.scheme import QuietHours, Relation, Trigger
from bot.sheets.scheme_models import SchemeModel
from bot.sheets.scheme_rules import ConditionsModel


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
        yield from _rules(model)
    yield from _escalation(model)
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
    for name in ("repetition", "unanswered"):
        for n, rule in enumerate(getattr(rules, name)):
            named.append((f"overrides.{name}[{n}].from_grade", rule.from_grade))
            if rule.at_least is not None:
                named.append((f"overrides.{name}[{n}].at_least", rule.at_least))
    moving_up = model.escalation.rules if model.escalation else []
    named += [(f"escalation.rules[{n}].from_grade", rule.from_grade) for n, rule in enumerate(moving_up)]
    if model.adjustment.tell_from_grade is not None:
        named.append(("adjustment.tell_from_grade", model.adjustment.tell_from_grade))
    if model.review.up_to not in (None, NORMAL):
        named.append(("review.up_to", str(model.review.up_to)))
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
            if _is_empty(conditions):
                yield Finding(key, "no_condition")
                continue
            hiding = [worse for worse in codes[position + 1 :] if _implies_any(conditions, model.ladder[worse])]
            if hiding:
                yield Finding(key, "never_reached", (("given", code), ("other", hiding[0])))
            milder = codes[position - 1] if position else None
            if milder and not _is_dated(conditions) and not _implies_any(conditions, model.ladder[milder]):
                yield Finding(key, "gap_in_ladder", (("given", code), ("other", milder)))


def _is_dated(conditions: ConditionsModel) -> bool:
    """Whether a deadline is part of it: a day that comes may lead past a grade without a gap in the ladder."""
    return conditions.days_left_at_most is not None or conditions.days_past_at_least is not None


def _is_empty(conditions: ConditionsModel) -> bool:
    return all(value is None for name, value in conditions if name != "from_month")


def _implies_any(conditions: ConditionsModel, others: list[ConditionsModel]) -> bool:
    return any(implies(conditions, other) for other in others)


def implies(one: ConditionsModel, other: ConditionsModel) -> bool:
    """Whether every value that meets `one` surely meets `other`, whatever the pace is."""
    if one.from_month < other.from_month or not _is_as_near(one, other):
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


def _is_as_near(one: ConditionsModel, other: ConditionsModel) -> bool:
    """Whether the days of `one` meet those of `other`: past the deadline is also near it."""
    most, past = other.days_left_at_most, other.days_past_at_least
    if past is not None and not (one.days_past_at_least is not None and one.days_past_at_least >= past):
        return False
    return (
        most is None
        or one.days_past_at_least is not None
        or (one.days_left_at_most is not None and one.days_left_at_most <= most)
    )


def _duties(model: SchemeModel) -> Iterator[Finding]:
    for code in _warnings(model):
        duty = model.duties.get(code)
        if duty is None or not (duty.recipients or duty.posts):
            key = f"duties.{code}" if duty is None else f"duties.{code}.recipients"
            yield Finding(key, "grade_without_recipients", (("given", code),))
            continue
        both = [relation for relation in duty.digest_only if relation in duty.recipients]
        if both:
            yield Finding(f"duties.{code}.digest_only", "twice", (("given", both[0]),))
        if duty.acknowledge_within and duty.reply_within and duty.reply_within < duty.acknowledge_within:
            yield Finding(f"duties.{code}.reply_within", "reply_before_acknowledgement")


def _rules(model: SchemeModel) -> Iterator[Finding]:
    """Rules that raise a grade raise it to something, and do not ask for more months than they look at."""
    for n, rule in enumerate(model.overrides.repetition):
        key = f"overrides.repetition[{n}]"
        if rule.within is not None and rule.within < rule.months:
            yield Finding(f"{key}.within", "within_too_short", (("given", str(rule.within)),))
        if rule.steps == 0 and rule.at_least is None:
            yield Finding(f"{key}.steps", "raises_nothing")
    for n, late in enumerate(model.overrides.unanswered):
        if late.steps == 0 and late.at_least is None:
            yield Finding(f"overrides.unanswered[{n}].steps", "raises_nothing")
        if not any(duty.reply_within for duty in model.duties.values()):
            yield Finding(f"overrides.unanswered[{n}]", "no_reply_asked")


def _escalation(model: SchemeModel) -> Iterator[Finding]:
    rules = model.escalation
    if rules is None:
        return
    for relation, count in Counter(rules.chain).items():
        if count > 1:
            yield Finding("escalation.chain", "twice", (("given", relation.value),))
    for relation, stand_in in rules.stand_ins.items():
        if relation == stand_in:
            yield Finding(
                f"escalation.stand_ins.{relation.value}", "stands_in_for_itself", (("given", relation.value),)
            )
    for n, rule in enumerate(rules.rules):
        key = f"escalation.rules[{n}]"
        if not rule.to:
            yield Finding(f"{key}.to", "escalates_to_nobody")
        if rule.most > 1 and rule.every is None:
            yield Finding(f"{key}.most", "often_without_every", (("given", str(rule.most)),))
        if rule.when is Trigger.REPEATED and rule.times < 2:
            yield Finding(f"{key}.times", "repeated_once")


def _titles(model: SchemeModel) -> Iterator[Finding]:
    """Relations that are found by the title of a post need the titles."""
    told = {relation for duty in model.duties.values() for relation in (*duty.recipients, *duty.digest_only)}
    moving_up = model.escalation.rules if model.escalation else []
    told |= {relation for rule in moving_up for relation in rule.to if isinstance(relation, Relation)}
    if Relation.MAIN_LEADERS in told and not model.office.main_leaders:
        yield Finding("office.main_leaders", "no_titles", (("given", Relation.MAIN_LEADERS.value),))
    if Relation.OFFICE_DIRECTOR in told and not model.office.directors:
        yield Finding("office.directors", "no_titles", (("given", Relation.OFFICE_DIRECTOR.value),))


def _dates(model: SchemeModel) -> Iterator[Finding]:
    if model.year is not None and model.effective_from.year != model.year:
        limits = (("given", model.effective_from.isoformat()), ("limit", str(model.year)))
        yield Finding("effective_from", "outside_the_year", limits)
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
    elif late := [day for day in adjustment.tell_owners_on if day > adjustment.closes]:
        yield Finding(
            "adjustment.tell_owners_on", "told_after_window", (("given", f"{late[0][0]:02}-{late[0][1]:02}"),)
        )
    elif not adjustment.opens <= adjustment.internal_cutoff <= adjustment.closes:
        yield Finding("adjustment.internal_cutoff", "cutoff_outside_window")
