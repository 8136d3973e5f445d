"""What was sent without a receipt waits for the office's word."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from bot.db.engine import Database
from bot.db.pushes import PushToSend, enqueue
from bot.db.tables import AuditEntry, Push
from bot.domain.errors import NotAllowed, NotFound, Stale
from bot.domain.pushes import PushKind
from bot.presenters.actions import SettleUncertain
from bot.presenters.uncertain import present_uncertain, settling_typed
from bot.services.uncertain import list_uncertain, settle_uncertain

from .warned_district import District, at, small_district

NOW = "2026-10-22 10:00"


async def uncertain(db: Database, count: int = 1) -> tuple[District, list[int]]:
    district = await small_district(db)
    made = []
    async with db.write() as session:
        for number in range(count):
            push = PushToSend(
                kind=PushKind.URGE,
                chat_id=1005,
                person_id=district.persons["contact"],
                text=f"<b>【催报】</b>{number}",
                dedupe_key=f"urge:{number}",
                reason="urged",
                now=at(NOW),
                expires_at=at("2026-10-22 18:00"),
            )
            made.append(await enqueue(session, push) or 0)
        await session.execute(update(Push).values(state="uncertain", claimed_by="one", claimed_at=at(NOW)))
    return district, made


async def row(db: Database, push_id: int) -> Push:
    async with db.read() as session:
        return (await session.scalars(select(Push).where(Push.id == push_id))).one()


async def test_the_office_sees_them_and_has_two_buttons_for_each(db: Database) -> None:
    district, made = await uncertain(db, 8)
    reply = present_uncertain(await list_uncertain(db, await district.cause(NOW, "clerk")))
    assert f"{made[0]}号　催报　某05　10月22日 10:00" in reply.text
    assert "【催报】0" in reply.text
    assert "另有2条" in reply.text
    assert [button.text for button in reply.buttons[0]] == [f"补发 {made[0]}", f"作罢 {made[0]}"]
    assert reply.buttons[0][0].data == SettleUncertain(made[0], True).pack()


async def test_sent_again_it_says_so_and_leaves_however_late_it_is(db: Database) -> None:
    district, (push_id,) = await uncertain(db)
    woken = []
    db.on_outbox = lambda: woken.append(True)
    found = await settle_uncertain(db, await district.cause("2026-10-22 19:00", "clerk"), push_id, again=True)
    assert (found.pushes, found.settled) == ((), (push_id, True))
    assert "补发" in present_uncertain(found).text
    push = await row(db, push_id)
    assert (push.state, push.repeated, push.expires_at) == ("queued", True, None)
    assert push.text.startswith("【补发】")
    assert woken == [True]
    async with db.read() as session:
        entry = (await session.scalars(select(AuditEntry))).one()
    assert (entry.action, entry.subject_id, entry.person_id) == ("push_again", push_id, district.persons["clerk"])


async def test_left_it_is_settled_and_a_colleague_hears_that(db: Database) -> None:
    district, (push_id,) = await uncertain(db)
    found = await settle_uncertain(db, await district.cause(NOW, "clerk"), push_id, again=False)
    assert "不再补发" in present_uncertain(found).text
    assert (await row(db, push_id)).state == "cancelled"
    with pytest.raises(Stale):
        await settle_uncertain(db, await district.cause(NOW, "director"), push_id, again=True)
    with pytest.raises(NotFound):
        await settle_uncertain(db, await district.cause(NOW, "director"), 10**9, again=True)


async def test_nobody_else_decides(db: Database) -> None:
    district, (push_id,) = await uncertain(db)
    for who in ("leader", "head", "contact"):
        with pytest.raises(NotAllowed):
            await list_uncertain(db, await district.cause(NOW, who))
        with pytest.raises(NotAllowed):
            await settle_uncertain(db, await district.cause(NOW, who), push_id, again=True)


def test_the_buttons_words_do_the_same_when_they_are_typed() -> None:
    assert settling_typed(["补发", "12"]) == (12, True)
    assert settling_typed(["作罢", "12"]) == (12, False)
    for words in (
        [],
        ["补发"],
        ["补发", "x"],
        ["12", "补发"],
        ["补发", "1", "2"],
        ["补发", "9" * 30],
        ["补发", "１２"],
    ):
        assert settling_typed(words) is None
