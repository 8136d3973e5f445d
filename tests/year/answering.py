"""How the people of the sample district answer warning orders, and how the office reviews what they answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.db.engine import Database
from bot.db.people import KnownActor
from bot.domain.answers import ANSWER_DUE, PROMISED, Request
from bot.domain.errors import BatonError
from bot.presenters.order_said import Answered
from bot.services import closing, order_pending, responding, reviewing
from bot.services.cause import Cause
from bot.services.order_choice import candidates
from tests.year.habits import ZONE, chance

# Of a hundred notices: answered within two days. The rest wait until they are asked again.
ANSWERED = 85
DECEMBER = 12


def answers_after(person: str, push: object) -> timedelta | None:
    """How long this contact takes to sit down and answer what the message asks; None: not for this message."""
    if chance("answers", person, push) % 100 >= ANSWERED:
        return None
    return timedelta(minutes=60 + chance("answer", person, push) % (40 * 60))


def reviews_after(push: object) -> timedelta:
    """How long the office takes to read what came in."""
    return timedelta(minutes=30 + chance("review", push) % (6 * 60))


async def answer_orders(db: Database, actor: KnownActor, now: datetime) -> int:
    """Answer every order that waits for this contact, and ask for the close-out of what has recovered; how many."""
    done, month = 0, now.astimezone(ZONE).month
    for item in await candidates(db, Cause(now, actor), "respond"):
        cause, order_id = Cause(now, actor), item.named.order_id
        try:
            if item.state in ANSWER_DUE:
                back = min(month + 2, DECEMBER)
                words = f"原因：{item.named.name}推进慢；措施：倒排工期，每周调度；{back}月恢复"
                done += isinstance(await responding.say(db, cause, order_id, words), Answered)
            elif item.state in PROMISED:
                await closing.request_closing(db, cause, order_id, "已达序时")
                done += 1
        except BatonError:
            # Not good for long enough yet, or nothing is asked of them: they try another day.
            continue
    return done


async def review_requests(db: Database, actor: KnownActor, now: datetime) -> int:
    """The office says yes to everything that waits; how often."""
    done = 0
    for item in (await order_pending.pending(db, Cause(now, actor))).rows:
        if item.what in set(Request):
            await reviewing.approve(db, Cause(now, actor), item.order.order_id, item.what, ref=item.ref)
            done += 1
    return done
