"""The check-up finds what is wrong, by number, and is silent where all is well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from bot.config import Settings
from bot.db.engine import Database
from bot.db.migrate import migrate
from bot.db.tables import Account, InboxUpdate, IndicatorUnit, Person, Push, Target
from bot.domain.checkup import Finding, is_well
from bot.services.checking import check_installation, check_settings
from bot.services.checking_rows import check_database
from tests.services.workbooks import JUNE, full_workbook, put

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"


def ids(findings: list[Finding]) -> set[str]:
    return {finding.id.removeprefix("baton.") for finding in findings}


def settings(tmp_path: Path, **values: object) -> Settings:
    return Settings(data_dir=tmp_path, **{"bot_token": TOKEN, **values})  # type: ignore[arg-type]


@pytest.fixture
async def filled(db: Database) -> Database:
    await put(db, full_workbook(), now=JUNE)
    return db


async def test_a_healthy_database_has_no_findings(filled: Database):
    assert await check_database(filled, JUNE) == []
    assert ids(await check_installation(filled, JUNE)) == {"check.I001"}


async def test_an_empty_database_is_told_to_upgrade(tmp_path: Path):
    db = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    assert ids(await check_database(db, JUNE)) == {"db.E001"}
    assert ids(await check_installation(db, JUNE)) == {"check.E007"}
    await migrate(db)
    assert ids(await check_installation(db, JUNE)) == {"check.W003", "check.W004"}
    await db.close()


async def test_an_update_that_nobody_finished_is_found(filled: Database):
    for number, age in ((1, timedelta(minutes=11)), (2, timedelta(minutes=1))):
        async with filled.write() as session:
            session.add(
                InboxUpdate(update_id=number, kind="message", payload="{}", received_at=JUNE - age, state="received")
            )
    [found] = await check_database(filled, JUNE)
    assert found.id == "baton.db.E003"
    assert "1" in found.text


async def test_a_push_that_hangs_is_found(filled: Database):
    async with filled.write() as session:
        session.add(
            Push(
                kind="digest",
                chat_id=1,
                priority=10,
                text="x",
                buttons=[],
                indicator_ids=[],
                dedupe_key="x",
                reason="x",
                created_at=JUNE,
                not_before=JUNE,
                state="sending",
                claimed_at=JUNE - timedelta(hours=1),
            )
        )
    assert ids(await check_database(filled, JUNE)) == {"db.E004"}


async def test_an_indicator_without_target_or_unit_is_found(filled: Database):
    async with filled.write() as session:
        await session.execute(delete(Target))
        await session.execute(delete(IndicatorUnit))
    assert ids(await check_database(filled, JUNE)) == {"db.E006", "db.E007"}


async def test_an_account_of_somebody_out_of_office_is_found(filled: Database):
    async with filled.write() as session:
        person = Person(name="离任", list_title=None)
        session.add(person)
        await session.flush()
        session.add(Account(person_id=person.id, telegram_user_id=1, chat_id=1, bound_at=JUNE))
    [found] = await check_database(filled, JUNE)
    assert (found.id, "离任" in found.text) == ("baton.db.E009", True)
    assert not is_well([found])


async def test_a_broken_foreign_key_is_found_on_sqlite(sqlite_db: Database):
    await put(sqlite_db, full_workbook(), now=JUNE)
    async with sqlite_db.engine.connect() as connection:
        # Within a transaction the switch does nothing.
        await connection.exec_driver_sql("COMMIT")
        await connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        await connection.execute(update(Target).where(Target.id == 1).values(indicator_id=999))
        await connection.commit()
    assert "db.E002" in ids(await check_database(sqlite_db, JUNE))


@pytest.mark.parametrize(
    ("values", "number"),
    [
        ({"bot_token": None}, "E002"),
        ({"bot_token": "not-a-token"}, "E003"),
        ({"mode": "webhook", "webhook_secret": "a" * 32}, "E004"),
        ({"mode": "webhook", "public_url": "https://x.cn", "webhook_secret": "short"}, "E005"),
        ({"mode": "webhook", "public_url": "http://x.cn", "webhook_secret": "a" * 32}, "W002"),
    ],
)
def test_a_doubtful_setting_has_its_number(tmp_path: Path, values: dict[str, object], number: str):
    assert [finding.id for finding in check_settings(settings(tmp_path, **values), JUNE)] == [f"baton.check.{number}"]


def test_settings_that_are_in_order_have_no_findings(tmp_path: Path):
    assert list(check_settings(settings(tmp_path), JUNE)) == []


def test_a_data_folder_that_cannot_be_written_is_found(tmp_path: Path):
    (tmp_path / "file").write_text("")
    found = check_settings(settings(tmp_path / "file"), JUNE)
    assert [finding.id for finding in found] == ["baton.check.E008"]


def test_a_year_without_a_published_calendar_is_said(tmp_path: Path):
    found = check_settings(settings(tmp_path), datetime(2099, 6, 1, tzinfo=UTC))
    assert [finding.id for finding in found] == ["baton.check.W001"]
