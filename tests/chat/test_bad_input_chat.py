"""What bad input gets: one clear sentence that says what to do next, and nothing changes that should not."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.db.people import KnownActor
from bot.db.tables import Draft, Indicator, Report
from bot.presenters.asked import present
from bot.presenters.report_said import Told
from bot.presenters.words import MESSAGE_LIMIT
from bot.services import asking, report_taking, reporting
from bot.services.actors import identify
from bot.services.cause import Cause
from bot.services.hearing import CommandWanted, DirectWanted, DraftText, Heard
from bot.services.listening import understand
from bot.services.report_table import Typed
from bot.services.reporting import open_reports
from tests.chat.driver import Chat, Message

CONTACT, LEADER, OFFICE = "区发改局联络员", "常务副区长", "区督查绩效办主任"
SCENE = "固定资产投资 完成98.6亿，征地慢，请常务副区长协调"


async def reports(chat: Chat) -> int:
    async with chat.db.read() as session:
        return int(await session.scalar(select(func.count()).select_from(Report)) or 0)


def one(answers: list[Message]) -> str:
    """The text of the only answer."""
    (answer,) = answers
    return answer.text


async def test_what_is_no_text_gets_a_sentence_of_its_own(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    before = await reports(sqlite_chat)
    assert "表情" in one(await sqlite_chat.sticker(CONTACT))
    # A picture and a file are evidence; the number in it has to be typed all the same.
    assert "放到哪个指标的台账" in one(await sqlite_chat.photo(CONTACT))
    assert "放到哪个指标的台账" in one(await sqlite_chat.document(CONTACT, "11月.pdf", b"%PDF"))
    assert await reports(sqlite_chat) == before


async def test_a_caption_is_read_like_a_text(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    filed, preview = await sqlite_chat.photo(CONTACT, SCENE)
    assert "已收入台账" in filed.text
    assert "98.6亿元" in preview.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("/nosuch", "没有这个指令"),
        ("/remind", "不属于您的岗位"),
        ("/review", "不属于您的岗位"),
        ("催报", "没有办理这项的权限"),
        ("审核", "没有办理这项的权限"),
        ("确认", "没有待确认的填报"),
        ("取消", "没有正在办理"),
        ("详情", "发指标名称"),
        ("批示：抓紧办", "批示"),
        ("？？？", "没有找到"),
        ("。。。", "没有找到"),
        ("固定资产投资 很多", "固定资产投资"),
        ("城" * 4096, "没有找到"),
        ("投资" * 2000, "固定资产投资"),
        ("\u202e\u200b", "没有看懂"),
        ("<b>&", "没有找到“<b>&”"),
    ],
)
async def test_words_that_fit_nothing_get_one_answer(sqlite_chat: Chat, typed: str, sentence: str) -> None:
    await sqlite_chat.bind(CONTACT)
    before = await reports(sqlite_chat)
    text = one(await sqlite_chat.send(CONTACT, typed))
    assert sentence in text
    assert await reports(sqlite_chat) == before


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("不清楚", "没有读到"),
        ("98个", "单位是亿元"),
        ("增长5%", "累计数"),
        ("9" * 30, "没有读到"),
        ("999999999999999亿", "太大"),
        ("1.5.2", "没有读到"),
    ],
)
async def test_no_number_is_asked_for_again(sqlite_chat: Chat, typed: str, sentence: str) -> None:
    await sqlite_chat.bind(CONTACT)
    await sqlite_chat.send(CONTACT, "/report")
    await sqlite_chat.press(CONTACT, "固定资产投资")
    text = one(await sqlite_chat.send(CONTACT, typed))
    assert sentence in text
    assert "60.86%" in one(await sqlite_chat.send(CONTACT, "98.6亿"))


async def test_a_button_of_last_month_names_the_month(chat: Chat) -> None:
    await chat.bind(CONTACT)
    card = (await chat.send(CONTACT, "固定资产投资"))[-1]
    indicator_id = int(card.buttons["填报"].split(":")[1])
    before = await reports(chat)
    text = one(await chat.press(CONTACT, f"same:{indicator_id}:2026:10", card.id))
    assert "这是10月的按钮，现在填报的是11月" in text
    assert await reports(chat) == before


@pytest.mark.parametrize(
    "data", ["same:1:2026:13", "same:x:2026:1", "ok:99", "drop:99", "node:1:99", "pick:1:99", "zzz"]
)
async def test_a_button_that_fits_nothing_changes_nothing(sqlite_chat: Chat, data: str) -> None:
    await sqlite_chat.bind(CONTACT)
    shown = (await sqlite_chat.send(CONTACT, "/report"))[-1]
    before = await reports(sqlite_chat)
    answers = await sqlite_chat.press(CONTACT, data, shown.id)
    assert len(answers) + bool(sqlite_chat.toast) == 1
    assert await reports(sqlite_chat) == before


async def test_somebody_elses_indicator_cannot_be_reported(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT, "区财政局联络员")
    other = (await sqlite_chat.send("区财政局联络员", "/report"))[-1]
    start = next(data for data in other.buttons.values() if data.startswith("rep:"))
    own = (await sqlite_chat.send(CONTACT, "/report"))[-1]
    assert await sqlite_chat.press(CONTACT, start, own.id) == []
    assert "权限" in sqlite_chat.toast
    same = start.replace("rep:", "same:") + ":2026:11"
    assert await sqlite_chat.press(CONTACT, same, own.id) == []
    assert "权限" in sqlite_chat.toast


async def test_an_expired_draft_is_gone(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    preview = (await sqlite_chat.send(CONTACT, SCENE))[-1]
    await sqlite_chat.at("2026-11-21T10:00", live=False)
    before = await reports(sqlite_chat)
    assert "以最新一条为准" in one(await sqlite_chat.press(CONTACT, "确认", preview))
    assert "没有待确认" in one(await sqlite_chat.send(CONTACT, "确认"))
    assert await reports(sqlite_chat) == before


PIECES = [
    "固定资产投资",
    "投资",
    "GDP",
    "gdzc",
    "107国道",
    "路面完成",
    "98.6亿",
    "－0.5%",
    "八成五",
    "12个",
    "同上月",
    "无变化",
    "，",
    "征地慢",
    "请常务副区长协调",
    "确认",
    "取消",
    "收到",
    "批示：",
    "更正",
    "下一项",
    "查",
    "预警",
    "<b>",
    "&",
    "\u202e",
    "99999999999999999999",
    "无",
    "怎么样",
    "？",
    "👌",
    "1,234.5",
    "十万",
    "/mine",
    "不文明行为通报",
]
ANY_TEXT = st.one_of(st.text(max_size=80), st.lists(st.sampled_from([*PIECES, "\n"]), max_size=8).map("".join))


@pytest.mark.parametrize("person", [CONTACT, LEADER, OFFICE, "区交通局联络员"])
async def test_any_words_of_anybody_get_one_answer(sqlite_chat: Chat, person: str) -> None:
    """Through the service, which is where words are understood; the answer always fits into one message."""
    await sqlite_chat.bind(person)
    known = await identify(sqlite_chat.db, sqlite_chat.who(person))
    texts: list[str] = []

    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(ANY_TEXT)
    def gather(text: str) -> None:
        texts.append(text)

    gather()
    for number, text in enumerate(texts):
        said = await understand(sqlite_chat.db, Cause(sqlite_chat.now, known), Heard(text, 1, number))
        if not isinstance(said, CommandWanted | DirectWanted | DraftText):
            assert 0 < len(present(said).text) <= MESSAGE_LIMIT, text


async def test_the_longest_names_fit_into_a_message(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT, LEADER)
    async with sqlite_chat.db.write() as session:
        for number, row in enumerate((await session.scalars(select(Indicator))).all()):
            row.name = f"{number:03d}<&>" + "推进项目建设" * 40
    for person in (CONTACT, LEADER):
        known = await identify(sqlite_chat.db, sqlite_chat.who(person))
        cause = Cause(sqlite_chat.now, known)
        said: list[object] = [await open_reports(sqlite_chat.db, cause)]
        said.append(await understand(sqlite_chat.db, cause, Heard("推进项目建设", 1, 1)))
        for item in said:
            assert len(present(item).text) <= MESSAGE_LIMIT
        for make in (asking.mine, asking.warnings):
            listed = await make(sqlite_chat.db, cause)
            card = await asking.card_of(sqlite_chat.db, cause, listed.rows[0].indicator_id)
            assert len(present(card).text) <= MESSAGE_LIMIT
    await _longest_report(sqlite_chat, await identify(sqlite_chat.db, sqlite_chat.who(CONTACT)))


async def _longest_report(chat: Chat, known: KnownActor | None) -> None:
    """A report of everything with endless words: preview, confirmation and card stay within the limit."""
    cause = Cause(chat.now, known)
    listed = await open_reports(chat.db, cause)
    assert not isinstance(listed, Told)
    for item in listed.items:
        lines = f"{item.name} 5，{'征地拆迁推进缓慢' * 300}，请常务副区长协调{'用地' * 300}"
        shown = await report_taking.take(chat.db, cause, Typed(lines, 5, (item.indicator_id,)))
        assert len(present(shown).text) <= MESSAGE_LIMIT
    done = await reporting.confirm(chat.db, cause)
    assert len(present(done).text) <= MESSAGE_LIMIT
    async with chat.db.read() as session:
        drafts = (await session.scalars(select(Draft))).all()
    assert drafts[0].kind == "idle"
