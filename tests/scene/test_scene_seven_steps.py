"""The scene from the empty machine to the overdue reminder: real processes, real HTTP, each step after the other."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.chat.driver import Message
from tests.scene.processes import Outcome
from tests.scene.stage import (
    BOUND,
    CONTACT,
    FINANCE,
    HEAD,
    LEADER,
    OFFICE,
    PEOPLE,
    PETITIONS,
    SAFETY,
    STRANGER,
    Stage,
    only,
)
from tests.scene.workbooks import (
    LISTS,
    ROSTER,
    SCHEME,
    SHARED,
    lists_with_a_strange_target,
    not_a_workbook,
    progress_until_october,
)

pytestmark = pytest.mark.process
STEPS = True
START = "2026-11-19T09:00"
MORNING = "2026-11-20T08:31"
EVENING = "2026-11-20T20:00"
OVERDUE = "2026-11-26T08:31"
INVESTMENT = "固定资产投资"
REPORT = "固定资产投资 完成98.6亿，征地慢，请常务副区长协调"
IMPORTED_KEYS = {
    "name",
    "target",
    "unit",
    "kind",
    "direction",
    "lead_units",
    "cooperating_units",
    "responsible_leader",
    "due",
    "weight",
}
INDICATORS_OF_CONTACT = (
    "地区生产总值增速",
    "第三产业增加值增速",
    "战新产业占规上工业比重",
    "单位地区生产总值能耗下降",
    "常住人口城镇化率",
)
DIGEST_DAYS = "SELECT substr(CAST(sent_at AS TEXT), 1, 10) FROM pushes WHERE kind = 'digest' AND chat_id = :chat"
PROBLEM_KEYS = {"file", "sheet", "cell", "text", "hint"}
PUSH_KEYS = {"person", "post", "kind", "grade", "indicators", "reason", "text"}
DECISION_KEYS = {"at", "kind", "grade", "sent", "reason"}
# What one step leaves for a later one: messages by name, per engine.
Kept = dict[str, Any]


@pytest.fixture(scope="module")
def kept(empty_database: str) -> Kept:
    return {}


def keys(document: dict[str, Any]) -> set[str]:
    return set(document)


def changes(outcome: Outcome) -> int:
    document = outcome.json
    return len(document["added"]) + len(document["changed"]) + len(document["gone"])


def about(messages: list[Message], *words: str) -> list[Message]:
    """Those that hold all of these words."""
    return [item for item in messages if all(word in item.text for word in words)]


# -- 1 and 2: the lists --------------------------------------------------------------------------------------------


def test_a_dry_run_shows_the_diff_and_writes_nothing(stage: Stage) -> None:
    files = ("import", str(SCHEME), str(LISTS), str(ROSTER))
    shown = stage.baton(*files, "--dry-run", "--json", clock=START)
    assert (shown.status, shown.json["problems"]) == (0, []), shown
    assert len(shown.json["added"]) == 65
    [first] = [item for item in shown.json["added"] if item["name"] == INVESTMENT]
    assert keys(first) >= IMPORTED_KEYS
    assert (first["target"], first["unit"], first["weight"], first["kind"], first["direction"]) == (
        "162",
        "亿元",
        "30",
        "cumulative",
        "higher",
    )
    assert (first["lead_units"], first["responsible_leader"]) == (["区发改局"], "常务副区长")
    assert (first["cooperating_units"], first["due"]) == (["区住建局", "区交通局", "区工信局"], "2026-12-31")
    applied = stage.baton(*files, "--json", clock=START)
    assert (applied.status, applied.json["added"]) == (0, shown.json["added"]), "the dry run wrote, or told otherwise"


def test_importing_again_changes_nothing_and_a_broken_workbook_neither(stage: Stage, tmp_path: Path) -> None:
    strange, cell = lists_with_a_strange_target(tmp_path)
    again, misread, broken = stage.both(
        ("import", str(LISTS), str(ROSTER), "--json"),
        ("import", str(ROSTER), str(strange), "--json"),
        ("import", str(not_a_workbook(tmp_path)), "--json"),
        clock=START,
    )
    assert (again.status, changes(again), again.json["problems"]) == (0, 0, [])
    assert misread.status == 1
    [problem] = misread.json["problems"]
    assert keys(problem) >= PROBLEM_KEYS
    assert (problem["file"], problem["cell"]) == ("strange.xlsx", cell)
    assert broken.status == 1
    assert only(broken.json["problems"])["file"] == "broken.xlsx"
    rows = stage.ledger.rows("SELECT count(*) FROM indicators")
    assert rows == [(65,)]


def test_the_office_s_own_workbooks_say_the_same(stage: Stage) -> None:
    files = [SHARED / "data" / f"shiliqu-2026-{part}.xlsx" for part in ("lists", "roster")]
    if missing := [str(path) for path in files if not path.is_file()]:
        pytest.skip(f"LOUD: {', '.join(missing)} missing, the office's own workbooks are not checked here")
    again = stage.baton("import", *map(str, files), "--dry-run", "--json", clock=START)
    assert (again.status, changes(again), again.json["problems"]) == (0, 0, [])


def test_the_months_before_are_imported(stage: Stage, tmp_path: Path) -> None:
    done = stage.baton("import", str(progress_until_october(tmp_path)), "--json", clock=START)
    assert (done.status, done.json["problems"]) == (0, []), done
    assert stage.ledger.rows("SELECT count(*) FROM reports")[0][0] >= 64


# -- 3: binding ----------------------------------------------------------------------------------------------------


def test_everybody_binds_with_a_code_of_their_own(stage: Stage, kept: Kept) -> None:
    stage.bot.start(START)
    expired, everybody = stage.baton("invite", CONTACT, "--json", clock="2026-11-12T09:00"), None
    assert keys(expired.json) >= {"code", "link", "post", "expires_at"}
    assert expired.json["post"] == CONTACT
    assert expired.json["link"].endswith(f"?start={expired.json['code']}")
    assert expired.json["expires_at"].startswith("2026-11-15T")
    assert "过期" in stage.one(CONTACT, f"/start {expired.json['code']}").text
    everybody = stage.baton("invite", "--all", "--json", clock=START)
    assert everybody.status == 0
    codes = {item["post"]: item["code"] for item in everybody.json["invites"]}
    for person in BOUND:
        bound = stage.one(person, f"/start {codes[person]}")
        assert "绑定成功" in bound.text
        assert person in bound.text
        shown = {item["command"] for item in stage.get(f"chats/{PEOPLE[person]}")["commands"]}
        assert "mine" in shown
        assert ("remind" in shown) == (person == OFFICE)
    assert "已经使用过" in stage.one(STRANGER, f"/start {codes[CONTACT]}").text
    assert "不正确" in stage.one(STRANGER, "/start AAAAAAAAAAAAAAAAAAAAAAAAAA").text
    assert "无需重复绑定" in stage.one(CONTACT, f"/start {codes[CONTACT]}").text
    people = "SELECT count(*) FROM accounts WHERE telegram_user_id = :user"
    assert stage.ledger.rows(people, user=PEOPLE[STRANGER]) == [(0,)]


def test_the_contact_gets_one_digest_on_the_20th(stage: Stage, kept: Kept) -> None:
    for person in BOUND:
        stage.new(person)
    stage.bot.go_to(MORNING)
    stage.settle()
    digest = only(stage.new(CONTACT))
    assert "11月填报开始" in digest.text
    assert INVESTMENT in digest.text
    assert "11月25日" in digest.text
    kept["digest"] = digest
    assert not about(stage.new(LEADER), "【严重】", INVESTMENT)


# -- 3: the report -------------------------------------------------------------------------------------------------


def test_a_reply_to_the_digest_gives_a_preview(stage: Stage, kept: Kept) -> None:
    preview = stage.one(CONTACT, REPORT, reply_to=kept["digest"])
    for words in (INVESTMENT, "11月", "98.6亿元", "60.86%", "91.67%", "30.80", "【严重】", "征地慢"):
        assert words in preview.text, (words, preview.text)
    for words in ("比8月", "97.1", "增加1.5", "常务副区长"):
        assert words in preview.text, (words, preview.text)
    assert reports_of(stage, INVESTMENT, 11) == 0
    kept["preview"] = preview


def test_the_bot_is_killed_and_the_preview_can_still_be_confirmed(stage: Stage, kept: Kept) -> None:
    now = stage.bot.now()
    stage.bot.kill()
    stage.bot.start(now)
    pressed = stage.press(CONTACT, "确认", kept["preview"])
    done = only(about(pressed.said, "✓ 已报"))
    assert "98.6亿元" in done.text
    assert "【严重】" in done.text
    again = stage.press(CONTACT, "确认", kept["preview"])
    assert "已经确认过" in again.toast + " ".join(item.text for item in again.said)
    assert reports_of(stage, INVESTMENT, 11) == 1
    kept["reported"] = done


def reports_of(stage: Stage, name: str, month: int) -> int:
    query = """SELECT count(*) FROM reports JOIN indicators ON indicators.id = reports.indicator_id
               WHERE indicators.name = :name AND reports.period = :period"""
    return int(stage.ledger.rows(query, name=name, period=f"2026-{month:02}")[0][0])


# -- 4: the warning -------------------------------------------------------------------------------------------------


def test_the_leader_gets_one_push_and_acknowledges_it(stage: Stage, kept: Kept) -> None:
    push = only(about(stage.new(LEADER), "【严重】", INVESTMENT))
    for words in (
        "98.6亿元",
        "162亿元",
        "60.86%",
        "91.67%",
        "30.80个百分点",
        "起预警",
        "预警依据",
        "区发改局",
        "征地慢",
    ):
        assert words in push.text, (words, push.text)
    assert list(push.buttons) == ["签收", "详情", "批示"]
    card = only(about(stage.press(LEADER, "详情", push).said, INVESTMENT))
    assert "近" in card.text
    answer = stage.say(LEADER, "收到", reply_to=push)
    assert len(about(answer, "✓ 已签收", INVESTMENT)) >= 1
    data = push.buttons["签收"]
    again = stage.press_data(LEADER, data, push)
    assert "此前已签收" in again.toast + " ".join(item.text for item in again.said)
    warnings = "SELECT 1 FROM pushes WHERE kind = 'warning' AND chat_id = :chat AND text LIKE :words"
    assert len(stage.ledger.rows(warnings, chat=PEOPLE[LEADER], words=f"%{INVESTMENT}%")) == 1


# -- 5: asking -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["gdzc", "投资怎么样"])
def test_the_leader_asks_and_gets_the_card(stage: Stage, question: str) -> None:
    card = stage.one(LEADER, question)
    for words in ("【严重】", INVESTMENT, "98.6亿元", "60.86%", "91.67%", "近", "区发改局", LEADER, "征地慢"):
        assert words in card.text, (question, words, card.text)


# -- 3 again: one tap ------------------------------------------------------------------------------------------------


def test_the_next_indicator_is_reported_by_one_tap(stage: Stage, kept: Kept) -> None:
    done = kept["reported"]
    assert "下一项" in done.text
    pressed = stage.press(CONTACT, "无变化", done)
    said = only(pressed.said)
    assert "已报" in said.text
    [name] = [name for name in INDICATORS_OF_CONTACT if f"11月 {name}" in said.text]
    assert f"下一项：{name}" in done.text
    assert reports_of(stage, name, 11) == 1


# -- 6: the office urges -----------------------------------------------------------------------------------------------


def test_the_office_urges_only_those_it_chose(stage: Stage, kept: Kept) -> None:
    for person in BOUND:
        stage.new(person)
    shown = stage.one(OFFICE, "/remind")
    assert "11月未填报" in shown.text
    assert "还有5天" in shown.text
    deselected = stage.press(OFFICE, "区信访局", find_page(stage, shown, "区信访局"))
    assert any(label.startswith("☐") and "区信访局" in label for label in only(deselected.said).buttons)
    sent = only(stage.press(OFFICE, "发送（3人）", only(deselected.said)).said)
    assert "已发出（3人）" in sent.text
    assert "未催" in sent.text
    for person in (CONTACT, SAFETY, FINANCE):
        assert "【催报】11月" in only(stage.new(person)).text
    for person in (PETITIONS, LEADER, HEAD):
        assert stage.new(person) == []


def find_page(stage: Stage, shown: Message, unit: str) -> Message:
    """Turn the pages of the list until the unit is on one."""
    while not any(unit in label for label in shown.buttons):
        shown = only(stage.press(OFFICE, "下一页", shown).said)
    return shown


def test_a_second_time_within_the_hour_is_asked_first(stage: Stage) -> None:
    shown = stage.one(OFFICE, "催报")
    assert "是否再次催报" in shown.text
    assert any("再次催报" in label for label in shown.buttons)
    cancelled = stage.press(OFFICE, "取消", shown)
    assert cancelled.said or cancelled.toast
    assert stage.new(SAFETY) == []


# -- 7: overdue ------------------------------------------------------------------------------------------------------


def test_one_reports_by_replying_to_the_reminder(stage: Stage) -> None:
    urge = about(stage.chat(SAFETY), "【催报】")[-1]
    preview = stage.one(SAFETY, "1人", reply_to=urge)
    assert "生产安全事故死亡人数" in preview.text
    done = stage.one(SAFETY, "确认")
    assert "全部报完" in done.text


def test_the_sweep_of_the_26th_can_be_seen_before(stage: Stage) -> None:
    before = stage.ledger.rows("SELECT count(*) FROM pushes")
    swept, why = stage.both(
        ("sweep", "--dry-run", "--at", OVERDUE, "--json"),
        ("why", LEADER, INVESTMENT, "--json"),
        clock=EVENING,
    )
    assert swept.status == 0
    assert keys(swept.json) >= {"pushes", "withheld"}
    for push in swept.json["pushes"]:
        assert keys(push) >= PUSH_KEYS
    for item in swept.json["withheld"]:
        assert keys(item) >= {"person", "kind", "reason"}
    digests = {push["post"]: push for push in swept.json["pushes"] if push["kind"] == "digest"}
    assert "逾期" in digests[PETITIONS]["text"]
    assert SAFETY not in digests
    assert stage.ledger.rows("SELECT count(*) FROM pushes") == before
    assert why.status == 0
    told = [item for item in why.json["decisions"] if item["kind"] == "warning" and item["sent"]]
    assert "serious" in {item["grade"] for item in told}
    for item in why.json["decisions"]:
        assert keys(item) >= DECISION_KEYS


def test_on_the_26th_only_those_who_owe_are_reminded(stage: Stage) -> None:
    for person in BOUND:
        stage.new(person)
    stage.bot.go_to(OVERDUE)
    stage.settle()
    late = stage.new(PETITIONS)
    overdue = only([item for item in late if re.match("11月填报.*逾期", item.text)])
    assert overdue is late[-1]
    assert "信访积案化解率" in overdue.text
    assert stage.new(SAFETY) == []
    for person in BOUND:
        days = [moment for (moment,) in stage.ledger.rows(DIGEST_DAYS, chat=PEOPLE[person])]
        assert len(days) == len(set(days)), f"{person} got two digests in a day"


# -- the operator ------------------------------------------------------------------------------------------------------


def test_the_operator_s_documents(stage: Stage, tmp_path: Path) -> None:
    book, archive = tmp_path / "all.xlsx", tmp_path / "baton.zip"
    database, health, exported, backup = stage.both(
        ("db", "check", "--json"),
        ("check", "--json"),
        ("export", str(book)),
        ("backup", str(archive), "--json"),
        clock=OVERDUE,
    )
    for checked in (database, health):
        assert (checked.status, checked.json["ok"]) == (0, True), checked
        for finding in checked.json["findings"]:
            assert keys(finding) >= {"id", "level", "text", "hint"}
    assert (exported.status, backup.status) == (0, 0), (exported, backup)
    again = stage.baton("import", str(book), "--dry-run", "--json", clock=OVERDUE)
    assert (again.status, changes(again), again.json["problems"]) == (0, 0, [])
    other = {"BATON_DATABASE_URL": f"sqlite:///{tmp_path / 'restored.db'}", "BATON_DATA_DIR": str(tmp_path / "data")}
    restored = stage.baton("restore", str(archive), "--json", clock=OVERDUE, **other)
    assert (restored.status, restored.json["rows"]) == (0, backup.json["rows"])
    checked = stage.baton("db", "check", "--json", clock=OVERDUE, **other)
    assert (checked.status, checked.json["ok"]) == (0, True), checked


def test_wrong_usage_is_status_two_and_a_problem_is_status_one(stage: Stage) -> None:
    usage, unknown, nobody = stage.both(("import",), ("conduct",), ("invite", "没有这个岗位"), clock=OVERDUE)
    assert (usage.status, unknown.status, nobody.status) == (2, 2, 1)
    assert "没有这个岗位" in nobody.err


# -- what holds for all of it ------------------------------------------------------------------------------------------


def test_nothing_was_lost_and_nothing_was_refused(stage: Stage) -> None:
    assert stage.ledger.rows("SELECT state, count(*) FROM inbox GROUP BY state") == [
        ("done", stage.ledger.rows("SELECT count(*) FROM inbox")[0][0])
    ]
    assert {state for (state,) in stage.ledger.rows("SELECT DISTINCT state FROM pushes")} <= {"sent", "cancelled"}
    refused = [call for call in stage.calls() if not call["ok"]]
    assert refused == []


def test_the_bot_ends_when_it_is_asked_to(stage: Stage) -> None:
    assert stage.bot.stop() == 0


def test_every_request_is_what_the_bot_api_documents(stage: Stage) -> None:
    check = the_validator()
    problems = [
        (call["seq"], found) for call in stage.calls() if (found := check(call["method"], call["params"], form=True))
    ]
    assert problems == []


def the_validator() -> Callable[..., list[str]]:
    path = SHARED / "botapi" / "botapi_validate.py"
    if not path.is_file():
        pytest.skip(f"LOUD: {path} is missing, the bot's requests are not checked against the Bot API's documentation")
    spec = importlib.util.spec_from_file_location("botapi_validate", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    check: Callable[..., list[str]] = module.check_request
    return check
