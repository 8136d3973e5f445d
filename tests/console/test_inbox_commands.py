"""`baton inbox`: what could not be handled is listed, handled again, or dropped with a reason."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import pytest
from sqlalchemy import select

from bot.cli import main
from bot.db import updates
from bot.db.engine import Database
from bot.db.tables import AuditEntry
from bot.domain.kinds import Role
from bot.domain.pushes import UpdateState
from bot.inbox.receiving import Inbox
from tests.delivery.fakes import HandClock
from tests.delivery.rows import person, update_states


def said(number: int, chat: int, text: str) -> dict[str, Any]:
    return {"update_id": number, "message": {"message_id": 1, "chat": {"id": chat}, "text": text}}


PARKED = (
    said(1, 2001, "固定资产投资\n86.5亿\u202e" + "很长" * 60),
    {"update_id": 2, "callback_query": {"id": "1", "from": {"id": 9}, "message": {"chat": {"id": 9}}, "data": "ok:1"}},
    said(3, 2001, "已经办过的"),
)


async def park(db: Database) -> None:
    await person(db, "李明", Role.CONTACT, 2001)
    inbox = Inbox(db, HandClock())
    for item in await inbox.accept(PARKED):
        if item.update_id == 3:
            async with db.write() as session:
                await updates.claim_effect(session, 3)
        inbox.end(item, UpdateState.PARKED, "HandlingFailed: KeyError")
    await inbox.accept([said(4, 2001, "还没处理")])
    await inbox.flush()


async def with_database(url: str, work: Any) -> Any:
    db = Database(url)
    try:
        return await work(db)
    finally:
        await db.close()


class Desk:
    """The command line on a database with three parked updates and one that is not."""

    def __init__(self, url: str, patch: pytest.MonkeyPatch) -> None:
        self.url, self.patch = url, patch

    def baton(self, *arguments: str) -> tuple[int, str, str]:
        out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
        with self.patch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setenv("BATON_DATABASE_URL", self.url)
            patch.setattr(sys, "argv", ["baton", *arguments])
            with pytest.raises(SystemExit) as left:
                main()
        texts = []
        for stream in (out, err):
            stream.flush()
            texts.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
        return int(left.value.code or 0), texts[0], texts[1]

    def states(self) -> dict[int, str]:
        found: dict[int, str] = asyncio.run(with_database(self.url, update_states))
        return found

    def audited(self) -> list[tuple[str, int | None, Any]]:
        async def rows(db: Database) -> list[tuple[str, int | None, Any]]:
            async with db.read() as session:
                query = select(AuditEntry.action, AuditEntry.subject_id, AuditEntry.after).order_by(AuditEntry.id)
                return [tuple(row) for row in (await session.execute(query)).all()]

        found: list[tuple[str, int | None, Any]] = asyncio.run(with_database(self.url, rows))
        return found


@pytest.fixture
def desk(db_url: str, monkeypatch: pytest.MonkeyPatch) -> Desk:
    asyncio.run(with_database(db_url, park))
    return Desk(db_url, monkeypatch)


def test_the_list_says_who_sent_what_when_and_what_went_wrong(desk: Desk) -> None:
    status, out, _err = desk.baton("inbox", "list", "--json")
    assert status == 0
    first, second, third = json.loads(out)["updates"]
    assert (first["number"], first["person"], first["kind"]) == (1, "李明", "message")
    assert first["error"] == "HandlingFailed: KeyError"
    assert first["received_at"]
    assert first["preview"].startswith("固定资产投资 86.5亿很长")
    assert len(first["preview"]) <= 41
    assert (second["person"], second["chat"], second["preview"]) == (None, 9, "ok:1")
    assert [item["had_effect"] for item in (first, second, third)] == [False, False, True]
    status, out, _err = desk.baton("inbox", "list")
    assert status == 0
    assert "李明" in out
    assert "\u202e" not in out
    assert "还没处理" not in out


def test_one_is_put_back_or_all_and_an_effect_is_not_had_again(desk: Desk) -> None:
    assert desk.baton("inbox", "replay", "1")[0] == 0
    assert desk.states() == {1: "received", 2: "parked", 3: "parked", 4: "received"}
    status, out, _err = desk.baton("inbox", "replay", "--all", "--json")
    assert (status, json.loads(out)["replayed"]) == (0, [2, 3])
    assert desk.states() == {1: "received", 2: "received", 3: "effected", 4: "received"}
    assert [entry[:2] for entry in desk.audited()] == [("update.replay", number) for number in (1, 2, 3)]


def test_one_is_dropped_with_a_reason_in_the_audit(desk: Desk) -> None:
    assert desk.baton("inbox", "drop", "2", "--reason", "旧按钮")[0] == 0
    assert desk.states()[2] == "dropped"
    assert desk.audited() == [("update.drop", 2, {"reason": "旧按钮"})]
    assert desk.baton("inbox", "drop", "2", "--reason", "旧按钮")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("replay", "4"), 1),
        (("replay", "77"), 1),
        (("replay",), 2),
        (("replay", "1", "--all"), 2),
        (("replay", "x"), 2),
        (("drop", "1"), 2),
        (("drop", "1", "--reason", " "), 2),
        (("drop", "4", "--reason", "x"), 1),
    ],
)
def test_what_cannot_be_done_says_so_and_changes_nothing(desk: Desk, arguments: tuple[str, ...], status: int) -> None:
    before = desk.states()
    found, _out, err = desk.baton("inbox", *arguments)
    assert found == status
    assert err
    assert desk.states() == before
