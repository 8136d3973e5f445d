"""Typed words about a request to change a target: 申请调整, an answer to the form, 同意 or 退回 to a push."""

from __future__ import annotations

from bot.presenters.adjustment import AdjustmentChoice, AdjustWords, FormShown, RequestShown
from bot.presenters.report_said import Told
from bot.reading.intents import IntentKind
from bot.services import adjusting, adjusting_chain, drafting
from bot.services.adjusting import KIND
from bot.services.adjusting_pushes import SUBJECT
from bot.services.hearing import Hearing

I = IntentKind  # noqa: E741 - as in the module that listens
Said = AdjustmentChoice | FormShown | RequestShown | AdjustWords | Told


async def answers_adjustment(one: Hearing) -> Said | None:
    """The answer where the words are about a request to change a target."""
    if one.is_ is I.ADJUST:
        return await adjusting.choice(one.db, one.cause, one.rest)
    push = one.push
    if push is not None and push.subject_kind == SUBJECT and push.subject_id is not None:
        if one.is_ in (I.APPROVE, I.CONFIRM):
            return await adjusting_chain.decide(one.db, one.cause, push.subject_id, True, one.rest)
        if one.is_ is I.RETURN:
            return await adjusting_chain.decide(one.db, one.cause, push.subject_id, False, one.rest)
    if one.kept is None or one.kept.kind != KIND or push is not None:
        return None
    if one.is_ is I.CANCEL:
        return await drafting.cancel(one.db, one.cause)
    if one.kept.awaiting is None:
        return await adjusting_chain.submit(one.db, one.cause) if one.is_ is I.CONFIRM else None
    if one.is_ not in (None, I.CONFIRM, I.APPROVE):
        return None
    if "act" in one.kept.payload:
        return await adjusting_chain.finish(one.db, one.cause, one.kept, one.text)
    return await adjusting.give(one.db, one.cause, one.kept, one.text)
