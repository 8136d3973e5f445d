"""A scheme in plain Chinese, for the office to read and sign; and what another scheme would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from html import unescape

from bot.domain.scheme import Conditions, Duty, EscalationRule, Relation, Scheme, Suggestion, Trigger
from bot.presenters.words import label, plain_number, render


def explained(scheme: Scheme) -> str:
    """The whole scheme as text."""
    window = scheme.adjustment
    text = render(
        "console/scheme_explain",
        s=scheme,
        ladder=[{"word": scheme.grade(rule.grade).word, "text": _alternatives(rule.any_of)} for rule in scheme.ladder],
        overrides=list(_overrides(scheme)),
        duties=[_duty(scheme, duty) for duty in scheme.duties],
        escalation=[_escalation(scheme, rule) for rule in scheme.escalation.rules],
        chain=_relations(scheme.escalation.chain),
        stand_ins=[(_relations([absent]), _relations([other])) for absent, other in scheme.escalation.stand_ins],
        remind_to=_relations(scheme.reporting.remind_to),
        remind_late_to=_relations(scheme.reporting.remind_late_to),
        review_word=scheme.grade(scheme.review.up_to or scheme.warnings[0].code).word,
        adjustment={
            "opens": _day(window.opens),
            "closes": _day(window.closes),
            "cutoff": _day(window.internal_cutoff),
            "told": label("scheme.comma").join(_day(day) for day in window.tell_owners_on),
            "word": scheme.grade(window.tell_from_grade or scheme.warnings[0].code).word,
        },
    )
    return unescape(text)


def _day(day: tuple[int, int]) -> str:
    return label("format.month_day", month=day[0], day=day[1])


def _relations(relations: Iterable[Relation]) -> str:
    return label("scheme.comma").join(label(f"scheme.relation.{relation.value}") for relation in relations)


def _alternatives(any_of: Iterable[Conditions]) -> str:
    return label("scheme.or").join(_conditions(conditions) for conditions in any_of)


def _conditions(conditions: Conditions) -> str:
    parts = [
        label(f"scheme.condition.{name}", **values)
        for name, values in (
            ("q_below", {"percent": _percent(conditions.q_below)}),
            ("gap_at_least", {"points": plain_number(conditions.gap_at_least)}),
            (
                "gap_over_zero" if conditions.gap_over == 0 else "gap_over",
                {"points": plain_number(conditions.gap_over)},
            ),
            ("days_left_at_most", {"days": str(conditions.days_left_at_most)}),
            (_past_key(conditions), {"days": str(conditions.days_past_at_least)}),
        )
        if getattr(conditions, name.removesuffix("_zero")) is not None
    ]
    since = label("scheme.condition.from_month", month=conditions.from_month) if conditions.from_month > 1 else ""
    return label("scheme.and").join(parts) + since


def _past_key(conditions: Conditions) -> str:
    return "days_past_at_least_zero" if conditions.days_past_at_least == 0 else "days_past_at_least"


def _percent(share: Decimal | None) -> str:
    return plain_number(None if share is None else share * 100)


def _overrides(scheme: Scheme) -> Iterator[str]:
    rules = scheme.overrides

    def word(code: str) -> str:
        return scheme.grade(code).word

    if rules.points_lost is not None:
        yield label("scheme.override.points_lost", word=word(rules.points_lost))
    for missed in sorted(rules.node_missed, key=lambda rule: rule.months):
        key = "node_missed" if missed.months else "node_missed_now"
        yield label(f"scheme.override.{key}", months=missed.months, word=word(missed.at_least))
    for rule in rules.repetition:
        values = {"months": rule.months, "word": word(rule.from_grade)}
        values["raised"] = _raised(scheme, rule.steps, rule.at_least)
        key = "repetition_within" if rule.within else "repetition"
        yield label(f"scheme.override.{key}", within=rule.within, **values)
    for late in rules.unanswered:
        raised = _raised(scheme, late.steps, late.at_least)
        key = "unanswered_times" if late.times > 1 else "unanswered"
        yield label(f"scheme.override.{key}", word=word(late.from_grade), times=late.times, raised=raised)
    if rules.forecast_loss is not None:
        loss = rules.forecast_loss
        percent = _percent(loss.share_of_weight)
        yield label(
            "scheme.override.forecast_loss", percent=percent, word=word(loss.at_least), reports=loss.min_reports
        )


def _raised(scheme: Scheme, steps: int, least: str | None) -> str:
    if least is None:
        return label("scheme.raise.steps", steps=steps)
    word = scheme.grade(least).word
    return label("scheme.raise.both" if steps else "scheme.raise.at_least", steps=steps, word=word)


def _duty(scheme: Scheme, duty: Duty) -> str:
    told = label("scheme.comma").join(part for part in (_relations(duty.recipients), *duty.posts) if part)
    text = label("scheme.duty.told", word=scheme.grade(duty.grade).word, recipients=told)
    if duty.digest_only:
        text += label("scheme.duty.digest_only", recipients=_relations(duty.digest_only))
    if duty.at_once:
        text += label("scheme.duty.at_once")
    text += label("scheme.duty.asked", asked=label(f"scheme.asked.{duty.asked.value}"))
    if duty.acknowledge_within is not None:
        text += label("scheme.duty.acknowledge", days=duty.acknowledge_within)
    if duty.reply_within is not None:
        text += label("scheme.duty.reply", days=duty.reply_within)
    if duty.good_snapshots_to_close > 1:
        normal = scheme.grades[0].word
        text += label("scheme.duty.close", months=duty.good_snapshots_to_close, normal=normal)
    return text


def _escalation(scheme: Scheme, rule: EscalationRule) -> str:
    values: dict[str, object] = {"word": scheme.grade(rule.from_grade).word, "times": rule.times}
    values["after"] = label("scheme.when.after", days=rule.after) if rule.after else ""
    values["days"] = label("scheme.when.workdays", days=rule.after) if rule.after else ""
    text = label(f"scheme.when.{rule.trigger.value}", **values)
    if rule.times > 1 and rule.trigger is not Trigger.REPEATED:
        text += label("scheme.when.times", times=rule.times)
    to = [label(f"scheme.relation.{relation.value}") for relation in rule.to]
    if rule.next_superior:
        to.insert(0, label("scheme.relation.next_superior"))
    text += label("scheme.when.to", to=label("scheme.comma").join(to))
    if rule.every is not None and rule.most > 1:
        text += label("scheme.when.every", every=rule.every, most=rule.most)
    return text + (label("scheme.when.talk") if rule.suggest is Suggestion.TALK else "")
