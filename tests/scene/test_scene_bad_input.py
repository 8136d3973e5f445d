"""What a running bot makes of input that it cannot take: one clear sentence, and nothing changes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.chat.driver import Message
from tests.scene.stage import (
    CONTACT,
    GROUP,
    LEADER,
    OTHER_STRANGER,
    PEOPLE,
    PETITIONS,
    SAFETY,
    STRANGER,
    Press,
    Stage,
    only,
)
from tests.scene.workbooks import LISTS, ROSTER, SCHEME, progress_until_october

pytestmark = pytest.mark.process
MORNING = "2026-11-20T08:31"
INVESTMENT, CASES = "固定资产投资", "信访积案化解率"
FLOOD = 90


@pytest.fixture(scope="module", autouse=True)
def district(stage: Stage) -> Stage:
    """The sample district on the morning on which November's reports open; everybody of the scene is bound."""
    files = [str(path) for path in (SCHEME, LISTS, ROSTER, progress_until_october(stage.folder))]
    imported = stage.baton("import", *files, "--json", clock="2026-11-19T09:00")
    assert (imported.status, imported.json["problems"]) == (0, [])
    stage.bot.start("2026-11-19T09:00")
    invited = stage.baton("invite", "--all", "--json", clock="2026-11-19T09:00")
    codes = {item["post"]: item["code"] for item in invited.json["invites"]}
    for person in (CONTACT, SAFETY, PETITIONS, LEADER):
        stage.one(person, f"/start {codes[person]}")
    stage.bot.go_to(MORNING)
    stage.settle()
    return stage


@pytest.fixture(autouse=True)
def nothing_goes_wrong(stage: Stage):
    """Whatever comes in, nobody's update fails, and what was said before is not counted again."""
    for person in (CONTACT, SAFETY, PETITIONS, LEADER):
        stage.new(person)
    yield
    assert stage.ledger.rows("SELECT update_id, error FROM inbox WHERE state <> 'done'") == []
    assert stage.ledger.rows("SELECT 1 FROM pushes WHERE kind = 'alert'") == []
    assert [call for call in stage.calls() if not call["ok"]] == []


def reports(stage: Stage) -> int:
    return int(stage.ledger.rows("SELECT count(*) FROM reports")[0][0])


def digest_of(stage: Stage, person: str) -> Message:
    return next(item for item in reversed(stage.chat(person)) if "11月填报开始" in item.text)


def one_answer(press: Press) -> str:
    """The one thing that a press showed: a short word, or a message."""
    shown = [text for text in (press.toast, *(item.text for item in press.said)) if text]
    assert len(shown) == 1, shown
    return shown[0]


@pytest.mark.parametrize("words", ["固定资产投资 很多", "固定资产投资 9.8.6.5亿"])
def test_a_value_that_is_no_number(stage: Stage, words: str) -> None:
    before = reports(stage)
    said = stage.one(CONTACT, words, reply_to=digest_of(stage, CONTACT))
    assert INVESTMENT in said.text
    assert "✓" not in said.text
    assert reports(stage) == before
    stage.one(CONTACT, "/cancel")


def test_a_button_of_last_month(stage: Stage) -> None:
    [(number,)] = stage.ledger.rows("SELECT id FROM indicators WHERE name = :name", name=INVESTMENT)
    before = reports(stage)
    told = one_answer(stage.press_data(CONTACT, f"same:{number}:2026:10", digest_of(stage, CONTACT)))
    assert "10月" in told
    assert reports(stage) == before


@pytest.mark.parametrize(
    "data", ["ok:0", "same:1:2026", "same:99999999:2026:11", "ack:99999999:3", "nonsense", "card:-1"]
)
def test_a_button_that_somebody_made_up(stage: Stage, data: str) -> None:
    before = reports(stage)
    one_answer(stage.press_data(CONTACT, data, digest_of(stage, CONTACT)))
    assert reports(stage) == before


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"kind": "sticker"}, "表情看不懂"),
        # Pictures and files are evidence; what is in them has to be typed all the same.
        ({"kind": "photo"}, "放到哪个指标的台账"),
        ({"file": {"name": "表.xlsx", "base64": "eA=="}}, "放到哪个指标的台账"),
    ],
    ids=["sticker", "photo without caption", "file"],
)
def test_what_cannot_be_read(stage: Stage, sent: dict[str, object], told: str) -> None:
    assert told in only(stage.do(CONTACT, "send", **sent)).text


@pytest.mark.parametrize("text", ["投" * 4096, "😀" * 2048, "1\n" * 2047 + "1"], ids=["words", "emoji", "lines"])
def test_as_much_text_as_a_message_holds(stage: Stage, text: str) -> None:
    before = reports(stage)
    stage.one(CONTACT, text)
    assert reports(stage) == before
    stage.one(CONTACT, "/cancel")


def test_a_command_of_another_role(stage: Stage) -> None:
    assert "不属于您的岗位" in stage.one(CONTACT, "/remind").text
    assert "不属于您的岗位" in stage.one(LEADER, "/report").text


def test_a_command_that_nobody_has(stage: Stage) -> None:
    assert "/help" in stage.one(CONTACT, "/dance").text


def test_a_group_gets_no_answer_and_a_members_command_is_answered_in_private(stage: Stage) -> None:
    stage.post(f"chats/{GROUP}/send", text="大家好", **{"from": PEOPLE[CONTACT]})
    stage.settle()
    assert stage.get(f"calls?chat_id={GROUP}")["calls"] == []
    for words in ("/mine", "/report@baton_sandbox_bot"):
        before = stage.get(f"calls?chat_id={PEOPLE[CONTACT]}")["calls"]
        stage.post(f"chats/{GROUP}/send", text=words, **{"from": PEOPLE[CONTACT]})
        stage.settle()
        assert stage.get(f"calls?chat_id={GROUP}")["calls"] == []
        told = stage.get(f"calls?chat_id={PEOPLE[CONTACT]}")["calls"][len(before) :]
        assert any(INVESTMENT in str(call["params"]) for call in told)


def test_an_old_preview_is_pressed_after_a_new_value(stage: Stage) -> None:
    before = reports(stage)
    first = stage.one(CONTACT, "固定资产投资 99.1亿")
    second = stage.one(CONTACT, "固定资产投资 99.2亿")
    told = one_answer(stage.press(CONTACT, "确认", first))
    assert "已经变了" in told or "99.2亿元" in told
    assert reports(stage) == before
    assert "取消" in one_answer(stage.press(CONTACT, "取消", second))


def test_two_presses_at_once_make_one_report(stage: Stage) -> None:
    before = reports(stage)
    preview = stage.one(SAFETY, "生产安全事故死亡人数 1人")
    said = stage.press_twice_at_once(SAFETY, "确认", preview)
    assert sum("✓ 已报" in item.text for item in said) == 1, [item.text for item in said]
    assert reports(stage) == before + 1


def test_a_message_that_is_edited_after_it_was_confirmed(stage: Stage) -> None:
    stage.one(CONTACT, "固定资产投资 98.6亿")
    own = [item for item in stage.chat(CONTACT) if not item.outgoing][-1]
    assert "✓ 已报" in stage.say(CONTACT, "确认")[0].text
    before = reports(stage)
    offered = only(stage.do(CONTACT, "edit", message_id=own.id, text="固定资产投资 99.6亿"))
    assert "更正" in offered.text
    assert "原报98.6亿元" in offered.text
    assert reports(stage) == before, "an edit is an offer, nothing more"
    assert "已更正" in only(stage.press(CONTACT, "确认", offered).said).text
    assert stage.ledger.rows(REVISIONS, name=INVESTMENT) == [(1,), (2,)]


REVISIONS = """SELECT revision FROM reports JOIN indicators ON indicators.id = reports.indicator_id
               WHERE name = :name AND period = '2026-11' ORDER BY revision"""


def test_an_unknown_account_hears_one_sentence_in_ten_minutes(stage: Stage) -> None:
    told = stage.one(STRANGER, "固定资产投资怎么样")
    assert "邀请码" in told.text
    assert "亿" not in told.text
    for words in ("你好", "/mine", "gdzc"):
        assert stage.say(STRANGER, words) == []
    assert "邀请码" in stage.one(OTHER_STRANGER, "/help").text
    now = stage.bot.now()
    stage.bot.go_to(f"{now[:11]}{int(now[11:13]) + 1:02}{now[13:]}")
    assert "邀请码" in stage.one(STRANGER, "还在吗").text


def test_a_flood_gets_one_sentence(stage: Stage) -> None:
    def write(number: int) -> None:
        stage.post(f"chats/{PEOPLE[PETITIONS]}/send", text=f"/me {number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(FLOOD)))
    stage.settle()
    said = [item.text for item in stage.new(PETITIONS)]
    assert sum("太快" in text for text in said) == 1
    assert len(said) < FLOOD
    assert "领导" in stage.one(LEADER, "/me").text, "others are not held up"
