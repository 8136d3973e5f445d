"""What falls on a working day of the month: bulletin, quarterly brief, the warning about next year's calendar."""

from __future__ import annotations

from datetime import date

from bot.domain.months import nth_workday, quarter_before
from bot.domain.period import Period
from bot.holidays import china
from bot.services.brief_sending import send_briefs
from bot.services.cause import Cause
from bot.services.import_files import FileToImport
from bot.services.importing import import_files
from bot.services.year import year_at
from bot.sheets.records import CalendarRow, ExportData
from bot.sheets.writer import write_workbook
from tests.chat.driver import Chat

LEADER, OFFICE = "常务副区长", "区督查绩效办主任"


def test_the_third_working_day_jumps_over_holidays() -> None:
    assert nth_workday(Period(2026, 10), 1, china()) == date(2026, 10, 8)
    assert nth_workday(Period(2026, 12), 3, china()) == date(2026, 12, 3)
    assert [quarter_before(Period(2026, month)) for month in (4, 5, 10)] == [Period(2026, 3), None, Period(2026, 9)]


async def test_december_brings_the_bulletin_and_the_warning_about_next_year(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(OFFICE)
    await sqlite_chat.at("2026-12-03T09:00")
    said = [message.text for message in await sqlite_chat.inbox(OFFICE)]
    (calendar,) = [text for text in said if "2027年的放假调休安排还没有收录" in text]
    assert "工作日调整" in calendar
    (bulletin,) = [text for text in said if "2026年11月绩效指标预警通报已备好" in text]
    assert "未报" in bulletin
    paper = (await sqlite_chat.press(OFFICE, "Word 文件"))[-1]
    assert paper.document == "2026年11月绩效指标预警通报.docx"


async def test_a_leader_gets_a_brief_on_their_own_indicators(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(LEADER)
    async with sqlite_chat.db.write() as session:
        assert await send_briefs(session, Cause(sqlite_chat.now), Period(2026, 9)) == 1
        assert await send_briefs(session, Cause(sqlite_chat.now), Period(2026, 9)) == 0
    await sqlite_chat.settle()
    brief = (await sqlite_chat.inbox(LEADER))[-1]
    assert "2026年三季度简报" in brief.text
    assert "您分管5项" in brief.text


async def test_the_districts_own_days_move_deadlines_and_are_taken_back(sqlite_chat: Chat) -> None:
    typhoon = write_workbook(ExportData(2026, calendar=(CalendarRow(date(2026, 11, 25), False, "台风"),)))
    result = await import_files(sqlite_chat.db, Cause(sqlite_chat.now), [FileToImport("工作日.xlsx", typhoon)])
    assert (result.applied, result.smaller["calendar"].added) == (True, 1)
    async with sqlite_chat.db.read() as session:
        assert not (await year_at(session, sqlite_chat.now)).calendar.is_workday(date(2026, 11, 25))
    none = write_workbook(ExportData(2026, calendar=(CalendarRow(date(2026, 11, 26), True, ""),)))
    result = await import_files(sqlite_chat.db, Cause(sqlite_chat.now), [FileToImport("工作日.xlsx", none)])
    assert (result.smaller["calendar"].added, result.smaller["calendar"].gone) == (1, 1)
    async with sqlite_chat.db.read() as session:
        assert (await year_at(session, sqlite_chat.now)).calendar.is_workday(date(2026, 11, 25))


async def test_a_year_that_the_office_entered_itself_is_known(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(OFFICE)
    days = write_workbook(ExportData(2027, calendar=(CalendarRow(date(2027, 10, 1), False, "国庆节"),)))
    await import_files(sqlite_chat.db, Cause(sqlite_chat.now), [FileToImport("2027年工作日.xlsx", days)])
    await sqlite_chat.at("2026-12-01T09:00")
    assert all("放假调休安排还没有收录" not in message.text for message in await sqlite_chat.inbox(OFFICE))
