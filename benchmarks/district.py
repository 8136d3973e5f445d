"""Databases to measure with: the sample district and as many made-up units, people and indicators as wanted.

    .venv/bin/python benchmarks/district.py build FOLDER --units 250 --each 4
    .venv/bin/python benchmarks/district.py pushes FOLDER/baton.db --count 1000
    .venv/bin/python benchmarks/district.py urgent FOLDER/baton.db --count 30 --every 1.0

`build` leaves baton.db and plan.json: who may ask what. It runs in Baton's own environment and writes with
Baton's own tables, so that a change of them needs no change here.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
from pypinyin import Style, lazy_pinyin
from sqlalchemy import delete, func, insert, select, update

from bot.db.engine import Database
from bot.db.migrate import migrate
from bot.db.pushes import PushToSend, enqueue_all
from bot.db.tables import (
    Account,
    Cycle,
    Indicator,
    IndicatorUnit,
    JobRun,
    Person,
    Post,
    Push,
    Report,
    Snapshot,
    Target,
    Tenure,
    Unit,
)
from bot.domain.period import Period
from bot.domain.pushes import Priority, PushKind, PushState
from bot.logs import set_up_logging
from bot.presenters.words import load_everything
from bot.services import sampling
from bot.services.cause import Cause
from bot.services.evaluating import evaluate
from bot.services.name_index import keep_names
from bot.services.sweeping import JOBS
from bot.services.year import year_at

SAMPLES = Path(__file__).parents[1] / "samples"
# 10:00 in the office on a day on which reports are asked for; the measured process starts its clock here.
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
MONTH = "2026-10"
ACCOUNTS_FROM = 1_000_000
# Of each unit: its head, and contacts.
PEOPLE = ("head", "contact", "contact", "contact")
CHUNK = 20_000
TARGET = Decimal(1200)
PLACES = (
    "青云 石桥 柳林 双河 平安 永丰 太平 新丰 东湖 南山 北关 西坝 白沙 红旗 金泉 玉屏 凤鸣 龙潭 清溪 高坪",
    "镇 乡 街道 园区 新区 农场 林场 港区 库区 景区 片区 试验区 示范区 社区 工区 度假区 开发区 保税区 功能区 新城",
)
KINDS = "重点 新建 续建 规上 城乡 农村 城区 民营 民生 生态 数字 文化 农业 工业 服务业 外贸"
THINGS = (
    "投资完成额 项目开工数 项目竣工数 税收收入 就业人数 签约额 到位资金 改造面积 "
    "绿化面积 培训人次 企业净增数 专利授权数 道路里程 供水户数 床位数 总产值"
)
ASKED = ("{}", "{}现在怎么样了", "查一下{}")


def names() -> Iterable[str]:
    """Up to 102,400 names, no two alike."""
    places = [one + kind for kind in PLACES[1].split() for one in PLACES[0].split()]
    things = [kind + thing for thing in THINGS.split() for kind in KINDS.split()]
    return (place + thing for thing in things for place in places)


async def _highest(session: Any, row: Any) -> int:
    return int(await session.scalar(select(func.max(row.id))) or 0)


async def _put(session: Any, row: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), CHUNK):
        await session.execute(insert(row.__table__), rows[start : start + CHUNK])


async def add_units(db: Database, count: int, staffed: int) -> list[tuple[int, list[int]]]:
    """Units, so many of them with people, all bound; (unit, accounts) of each."""
    async with db.write() as session:
        unit0, post0, person0 = [await _highest(session, row) + 1 for row in (Unit, Post, Person)]
        units, posts, persons, tenures, accounts, made = [], [], [], [], [], []
        numbers = itertools.count()
        for place in range(count):
            unit = {"id": unit0 + place, "name": f"测试单位{place:05d}", "township": False}
            units.append({**unit, "comparison_group": None, "closed_at": None})
            mine = []
            for seat, role in enumerate(PEOPLE if place < staffed else ()):
                n = next(numbers)
                post = {"id": post0 + n, "name": f"{unit['name']}{role}{seat}", "unit_id": unit["id"], "role": role}
                posts.append({**post, "title": role, "deputy": False, "closed_at": None})
                persons.append({"id": person0 + n, "code": f"B{n:06d}", "name": f"李{n:05d}"})
                tenures.append({"person_id": person0 + n, "post_id": post0 + n, "since": NOW})
                account = {"person_id": person0 + n, "telegram_user_id": ACCOUNTS_FROM + n}
                # They have talked to the bot before: their command menu is set.
                accounts.append({**account, "chat_id": ACCOUNTS_FROM + n, "bound_at": NOW, "menu_role": role})
                mine.append(ACCOUNTS_FROM + n)
            made.append((unit0 + place, mine))
        for row, rows in ((Unit, units), (Post, posts), (Person, persons), (Tenure, tenures), (Account, accounts)):
            await _put(session, row, rows)
    return made


async def add_indicators(db: Database, units: list[int], count: int) -> list[tuple[int, str]]:
    """Indicators spread over the units, each with a target, a report and a snapshot of last month; (unit, name)."""
    async with db.write() as session:
        year = await year_at(session, NOW)
        first = await _highest(session, Indicator) + 1
        report0 = await _highest(session, Report) + 1
        indicators, parts, targets, reports, snapshots, made = [], [], [], [], [], []
        for place, name in enumerate(itertools.islice(names(), count)):
            key, unit = first + place, units[place % len(units)]
            # One in five is behind; the others are on their way.
            value = Decimal(700 if place % 5 == 0 else 1005)
            common = {"cycle_id": year.cycle_id, "position": 1000 + place, "unit_of_measure": "万元", "aliases": []}
            kind = {"kind": "cumulative", "direction": "higher", "start_month": 1, "list_title": "bench"}
            indicators.append({**common, **kind, "id": key, "name": name, "row_version": 1, "weight": Decimal(1)})
            parts.append({"indicator_id": key, "unit_id": unit, "side": "lead", "position": 1})
            target = {"indicator_id": key, "effective_from": date(2026, 1, 1), "value": TARGET}
            targets.append({**target, "text": str(TARGET), "recorded_at": NOW})
            report = {"id": report0 + place, "indicator_id": key, "period": MONTH, "revision": 1, "value": value}
            reports.append({**report, "nodes_done": [], "no_change": False, "source": "import", "reported_at": NOW})
            grade, severity = ("caution", 2) if place % 5 == 0 else ("normal", 0)
            graded = {"indicator_id": key, "period": MONTH, "grade": grade, "severity": severity, "base_grade": grade}
            points = {"pace": Decimal("83.333333"), "progress": value / 12, "gap": Decimal(0), "expected_loss": None}
            why = {"reason": "pace", "rule_id": "bench", "scheme_version_id": year.scheme_version_id, "inputs": {}}
            points = {key: None if item is None else item.quantize(Decimal("0.000001")) for key, item in points.items()}
            stand = {"standing": "on_pace", "actual": value, "target": TARGET, "report_id": report0 + place}
            snapshots.append({**graded, **points, **why, **stand, "computed_at": NOW})
            made.append((unit, name))
        tables = (Indicator, indicators), (IndicatorUnit, parts), (Target, targets)
        for row, rows in (*tables, (Report, reports), (Snapshot, snapshots)):
            await _put(session, row, rows)
        await session.execute(Cycle.__table__.update().values(revision=f"bench{count}"))
    return made


def asked_by(units: list[tuple[int, list[int]]], owned: list[tuple[int, str]]) -> list[dict[str, Any]]:
    """What each account asks: the names of its unit's indicators in several ways, and their pinyin initials."""
    mine: dict[int, list[str]] = {}
    for unit, name in owned:
        mine.setdefault(unit, []).append(name)
    asked = {unit for unit, accounts in units if accounts}
    initials = {name: "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)) for unit, name in owned if unit in asked}
    often = Counter(initials.values())
    people = []
    for unit, accounts in units:
        if not accounts:
            continue
        own = mine.get(unit, [])
        for seat, account in enumerate(accounts):
            questions = []
            for turn, name in enumerate(own[seat:] + own[:seat]):
                way = (seat + turn) % (len(ASKED) + 1)
                short = initials.get(name, "")
                text = short if way == len(ASKED) and often[short] == 1 else ASKED[way % len(ASKED)].format(name)
                questions.append({"text": text, "name": name})
            people.append({"account": account, "role": PEOPLE[seat], "questions": questions})
    return people


async def settle_morning(db: Database, asked: list[int]) -> None:
    """What falls due until now is put down as done, so that the measured process does not begin with it.

    Not done in truth for all: judging 100,000 indicators and opening their orders takes longer than all that is
    measured. Those that somebody asks about are judged, and have their orders.
    """
    async with db.write() as session:
        parts = select(IndicatorUnit.indicator_id).where(IndicatorUnit.unit_id.in_(asked))
        await evaluate(session, Cause(NOW), (await session.scalars(parts)).all(), Period.parse(MONTH))
    async with db.write() as session:
        year = await year_at(session, NOW)
        due = [item for job in JOBS for item in job.plan(year, NOW)]
        runs = [{"job": item.job, "occurrence": item.name, "planned_at": item.planned_at} for item in due]
        done = {"started_at": NOW, "finished_at": NOW, "claimed_by": "bench", "result": {}, "late_seconds": 0}
        # What the sample's months left behind is either done or before the ledger's begin.
        await session.execute(delete(JobRun))
        await _put(session, JobRun, [{**run, **done} for run in runs])
        await session.execute(update(Push).values(state=PushState.SENT.value, sent_at=NOW))


async def build(folder: Path, units: int, each: int, staffed: int) -> None:
    """The database and who asks what in it."""
    load_everything()
    set_up_logging("warning")
    folder.mkdir(parents=True, exist_ok=True)
    db = Database(f"sqlite:///{folder / 'baton.db'}")
    await migrate(db)
    await sampling.load_lists(db, SAMPLES, NOW.replace(month=1, day=4))
    await sampling.load_months(db, SAMPLES, Period.of(NOW.date()))
    await sampling.bind_everybody(db, NOW)
    made = await add_units(db, units, staffed)
    owned = await add_indicators(db, [unit for unit, _ in made], units * each)
    # As an import does in its own transaction.
    await keep_names(db)
    await settle_morning(db, [unit for unit, accounts in made if accounts])
    await db.close()
    with sqlite3.connect(folder / "baton.db") as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = sum(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    plan = {"rows": rows, "indicators": units * each, "clock": "2026-11-20T10:00", "people": asked_by(made, owned)}
    (folder / "plan.json").write_bytes(orjson.dumps(plan))


def _push(number: int, chat: int, now: datetime, priority: Priority) -> PushToSend:
    return PushToSend(
        kind=PushKind.DIGEST,
        chat_id=chat,
        text=f"<b>今日事项 {number}</b>\n1. 青云镇重点投资完成额还没有报",
        dedupe_key=f"bench:{priority}:{number}",
        reason="bench",
        now=now,
        priority=priority,
    )


async def pushes(path: Path, count: int, chats: int) -> None:
    """Routine pushes that wait in the outbox."""
    db = Database(f"sqlite:///{path}")
    async with db.write() as session:
        rows = [_push(n, ACCOUNTS_FROM + n % chats, NOW, Priority.ROUTINE) for n in range(count)]
        await enqueue_all(session, rows)
    await db.close()


async def urgent(path: Path, count: int, every: float) -> None:
    """Red pushes one after the other into a running bot's database; prints when each was committed (monotonic)."""
    db = Database(f"sqlite:///{path}")
    for number in range(count):
        await asyncio.sleep(every)
        async with db.write() as session:
            await enqueue_all(session, [_push(number, ACCOUNTS_FROM - 1 - number, NOW, Priority.RED)])
        sys.stdout.write(f"{ACCOUNTS_FROM - 1 - number} {time.perf_counter()}\n")
        sys.stdout.flush()
    await db.close()


def main() -> None:
    """Parse and do."""
    parser = argparse.ArgumentParser(description="Databases to measure with.")
    parser.add_argument("what", choices=("build", "pushes", "urgent"))
    parser.add_argument("where", type=Path)
    parser.add_argument("--units", type=int, default=250)
    parser.add_argument("--each", type=int, default=4)
    parser.add_argument("--staffed", type=int, default=250, help="so many of the units have people")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--chats", type=int, default=1000)
    parser.add_argument("--every", type=float, default=1.0)
    options = parser.parse_args()
    if options.what == "build":
        asyncio.run(build(options.where, options.units, options.each, options.staffed))
    elif options.what == "pushes":
        asyncio.run(pushes(options.where, options.count, options.chats))
    else:
        asyncio.run(urgent(options.where, options.count, options.every))


if __name__ == "__main__":
    main()
