"""A backup restores to the same rows and files, on either engine, and a damaged one is refused."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.db.engine import Database
from bot.db.migrate import migrate
from bot.db.tables import AuditEntry, Base, Unit
from bot.domain.errors import InvalidInput
from bot.services.archive import is_safe
from bot.services.backup import back_up
from bot.services.cause import Cause, Change, audit
from bot.services.checking_rows import check_database
from bot.services.exporting import export_data
from bot.services.inviting import issue_invite
from bot.services.restoring import restore
from tests.services.workbooks import JUNE, full_workbook, put


@pytest.fixture
async def filled(db: Database, tmp_path: Path) -> Database:
    """Lists, people, a report, an invite, and an evidence file."""
    await put(db, full_workbook(), now=JUNE)
    await issue_invite(db, JUNE, "常务副区长")
    folder = tmp_path / "data/evidence/2026"
    folder.mkdir(parents=True)
    (folder / "批文.pdf").write_bytes(b"%PDF-1.7 evidence")
    return db


@pytest.fixture
def elsewhere_url(request: pytest.FixtureRequest, db_url: str, tmp_path: Path) -> str:
    """An address on the other engine."""
    url: str = request.getfixturevalue("postgresql_url") if db_url.startswith("sqlite") else ""
    return url or f"sqlite:///{tmp_path / 'elsewhere.db'}"


@pytest.fixture
async def elsewhere(elsewhere_url: str) -> AsyncIterator[Database]:
    """An empty database of the other engine."""
    database = Database(elsewhere_url)
    await migrate(database)
    yield database
    await database.close()


async def counts(db: Database) -> dict[str, int]:
    async with db.read() as session:
        return {
            table.name: await session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


async def test_a_backup_of_one_engine_restores_into_the_other(filled: Database, elsewhere: Database, tmp_path: Path):
    archive = tmp_path / "baton.zip"
    made = await back_up(filled, archive, tmp_path / "data", JUNE)
    assert (made.rows["indicators"], made.files) == (3, 1)
    restored = await restore(elsewhere, archive, tmp_path / "other")
    assert restored.rows == made.rows
    assert await counts(elsewhere) == await counts(filled)
    assert await export_data(elsewhere, 2026, exactly=True) == await export_data(filled, 2026, exactly=True)
    assert (tmp_path / "other/evidence/2026/批文.pdf").read_bytes() == b"%PDF-1.7 evidence"
    async with elsewhere.write() as session:
        # Numbering goes on where it was.
        session.add(Unit(name="新单位"))
    assert not (await put(elsewhere, full_workbook(), now=JUNE)).applied


async def test_a_database_that_is_not_empty_is_left_alone_unless_told_otherwise(filled: Database, tmp_path: Path):
    archive = tmp_path / "baton.zip"
    await back_up(filled, archive, tmp_path / "data", JUNE)
    async with filled.write() as session:
        session.add(Unit(name="后来的单位"))
    before = await counts(filled)
    with pytest.raises(InvalidInput) as refused:
        await restore(filled, archive, tmp_path / "data")
    assert refused.value.code == "console.backup.not_empty"
    assert await counts(filled) == before
    await restore(filled, archive, tmp_path / "data", replace=True)
    assert (await counts(filled))["units"] == before["units"] - 1


async def test_a_damaged_backup_changes_nothing(filled: Database, tmp_path: Path):
    archive = tmp_path / "baton.zip"
    await back_up(filled, archive, tmp_path / "data", JUNE)
    forged = tmp_path / "forged.zip"
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(forged, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace("固定资产投资".encode(), "固定资产投入".encode()))
    before = await counts(filled)
    with pytest.raises(InvalidInput) as refused:
        await restore(filled, forged, tmp_path / "data", replace=True)
    assert refused.value.code == "console.backup.damaged"
    assert await counts(filled) == before


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04broken"])
async def test_what_is_no_backup_is_said_to_be_none(sqlite_db: Database, tmp_path: Path, content: bytes):
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        await restore(sqlite_db, path, tmp_path)
    assert refused.value.code == "console.backup.not_a_backup"


async def test_a_zip_that_is_not_ours_is_refused(sqlite_db: Database, tmp_path: Path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("letter.txt", "hello")
    with pytest.raises(InvalidInput):
        await restore(sqlite_db, path, tmp_path)


async def test_nothing_is_left_of_a_backup_that_could_not_be_written(sqlite_db: Database, tmp_path: Path):
    with pytest.raises(OSError):
        await back_up(sqlite_db, tmp_path / "no/such/folder/x.zip", tmp_path, JUNE)
    assert list(tmp_path.glob("*.part")) == []


@pytest.mark.parametrize("name", ["evidence/../../etc/passwd", "/etc/passwd", "tables/x", "evidence/c:\\x", ""])
def test_an_entry_that_would_leave_its_folder_is_not_safe(name: str):
    assert not is_safe(name)


async def test_an_existing_file_is_not_overwritten_unasked(sqlite_db: Database, tmp_path: Path):
    archive = tmp_path / "baton.zip"
    archive.write_bytes(b"the only copy of something")
    with pytest.raises(InvalidInput) as refused:
        await back_up(sqlite_db, archive, tmp_path / "data", JUNE)
    assert refused.value.code == "console.backup.exists"
    assert archive.read_bytes() == b"the only copy of something"
    await back_up(sqlite_db, archive, tmp_path / "data", JUNE, overwrite=True)
    assert zipfile.is_zipfile(archive)
    assert [path.name for path in tmp_path.glob("*.part")] == []


async def test_a_backup_in_the_middle_of_work_is_of_one_moment(filled: Database, elsewhere: Database, tmp_path: Path):
    """Each write adds a unit and its audit row: the backup has both or neither, and the chain is whole."""
    archive, written, made = tmp_path / "baton.zip", 0, asyncio.Event()

    async def work() -> int:
        nonlocal written
        while not made.is_set():
            async with filled.write() as session:
                session.add(Unit(name=f"单位{written}"))
                audit(session, Cause(JUNE), Change("add_unit", "unit", written))
            written += 1
        return written

    async def save() -> None:
        while written < 3:
            await asyncio.sleep(0.01)
        await back_up(filled, archive, tmp_path / "data", JUNE)
        made.set()

    async with asyncio.timeout(60):
        await asyncio.gather(work(), save())
    await restore(elsewhere, archive, tmp_path / "other")
    assert await check_database(elsewhere, JUNE) == []
    async with elsewhere.read() as session:
        added = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "add_unit")
        units = select(func.count()).select_from(Unit).where(Unit.name.like("单位%"))
        assert await session.scalar(added) == await session.scalar(units) >= 3  # type: ignore[operator]
