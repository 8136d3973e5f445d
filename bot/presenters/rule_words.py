"""The rule that gave a grade, as a sentence with its numbers. Written again from what was stored with the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import cast

from bot.db.snapshots import StoredSnapshot
from bot.domain.kinds import Kind
from bot.domain.ladder import ReasonCode
from bot.domain.numbers import percent, rounded
from bot.presenters.words import label, plain_number

_FAMILIES = {
    Kind.CONTROL_CUMULATIVE: "control",
    Kind.CONTROL_LEVEL: "control",
    Kind.GROWTH: "rate",
    Kind.LEVEL: "rate",
}


def rule_sentence(snapshot: StoredSnapshot, base_word: str) -> str:
    """Why the verdict is what it is. `base_word`: the word of the grade that the ladder alone gives."""
    inputs = snapshot.inputs
    facts = cast("Mapping[str, str]", inputs.get("facts") or {})
    reason = snapshot.reason
    values: dict[str, str] = {"base": base_word, "months": facts.get("months", "")}
    if reason in (ReasonCode.LADDER, ReasonCode.REPEATED, ReasonCode.REPLY_MISSED):
        values["ladder"] = _ladder(inputs)
        if "within" in facts:
            return label("rule.reason.repeated_within", within=facts["within"], **values)
    elif reason == ReasonCode.OFFICE_OVERRIDE and facts.get("because"):
        return label("rule.reason.office_override_because", because=facts["because"])
    elif reason == ReasonCode.UNCONFIRMED:
        values["value"] = plain_number(Decimal(facts["value"])) if "value" in facts else label("rule.whole")
    elif reason == ReasonCode.NODE_MISSED:
        nodes = cast("list[str]", inputs.get("nodes_missed") or [])
        values["nodes"] = label("rule.comma").join(nodes[:3]) or label("rule.whole")
        if facts.get("months") == "0":
            return label("rule.reason.node_missed_now", **values)
    elif reason == ReasonCode.FORECAST_LOSS:
        values |= _loss(facts)
    elif reason == ReasonCode.POINTS_LOST:
        if "points" not in facts:
            return label("rule.reason.event_happened")
        values["points"] = plain_number(Decimal(facts["points"]), 2)
    return label(f"rule.reason.{reason}", **values)


def _ladder(inputs: Mapping[str, object]) -> str:
    family = _FAMILIES.get(Kind(str(inputs["kind"])), "pace")
    ratio, gap = inputs.get("ratio"), inputs.get("gap")
    values = {
        "ratio": "—" if ratio is None else plain_number(percent(Fraction(str(ratio)))),
        "gap": "—" if gap is None else plain_number(rounded(Fraction(str(gap)))),
    }
    parts = []
    for name, limit in cast("Mapping[str, str]", inputs.get("thresholds") or {}).items():
        if name in ("days_left_at_most", "days_past_at_least"):
            parts.append(_deadline(int(str(inputs["days_left"])), limit))
            continue
        exact = Decimal(limit) * 100 if name == "q_below" else Decimal(limit)
        key = f"{name}_zero" if exact == 0 else name
        parts.append(label(f"rule.{family}.{key}", limit=plain_number(exact), **values))
    return label("rule.and").join(parts)


def _deadline(days_left: int, limit: str) -> str:
    if days_left > 0:
        return label("rule.deadline.left", days=days_left, limit=limit)
    return label("rule.deadline.past", days=-days_left) if days_left else label("rule.deadline.today")


def _loss(facts: Mapping[str, str]) -> dict[str, str]:
    loss, weight = Fraction(facts["loss"]), Fraction(facts["weight"])
    return {
        "loss": plain_number(rounded(loss)),
        "weight": plain_number(rounded(weight)),
        "share": plain_number(percent(loss / weight)),
    }
