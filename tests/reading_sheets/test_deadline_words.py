"""Deadlines as offices write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.deadline import read_deadline
from bot.reading.plain import name_key, plain, tidy

YEAR_END = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12月底前", YEAR_END),
        ("年底前", YEAR_END),
        ("全年", YEAR_END),
        ("持续推进", YEAR_END),
        ("长期坚持", YEAR_END),
        ("节点", YEAR_END),
        ("按节点推进", YEAR_END),
        ("2026年", YEAR_END),
        ("2026年底前完成", YEAR_END),
        ("2026.12.31", YEAR_END),
        ("20261231", YEAR_END),
        ("2026-12-31 00:00:00", YEAR_END),
        ("2026年12月", YEAR_END),
        ("3—12月", YEAR_END),
        ("2026年3月至2026年12月", YEAR_END),
        ("11月30日前", date(2026, 11, 30)),
        ("１１月３０日前", date(2026, 11, 30)),
        ("11.30", date(2026, 11, 30)),
        ("2月底", date(2026, 2, 28)),
        ("10月中旬", date(2026, 10, 20)),
        ("一季度", date(2026, 3, 31)),
        ("第三季度末", date(2026, 9, 30)),
        ("前三季度", date(2026, 9, 30)),
        ("上半年", date(2026, 6, 30)),
        ("次年3月底前", date(2027, 3, 31)),
        ("2027年6月", date(2027, 6, 30)),
    ],
)
def test_a_deadline_is_the_last_day_meant(text: str, day: date) -> None:
    assert read_deadline(text, 2026) == day


@pytest.mark.parametrize("text", ["", "尽快", "13月", "2月30日", "12", "2026.13.40", "第五季度", "待定", "0月"])
def test_what_names_no_day_is_not_read(text: str) -> None:
    assert read_deadline(text, 2026) is None


days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(
    days,
    st.sampled_from(["{y}年{m}月{d}日", "{y}.{m}.{d}", "{y}-{m:02}-{d:02}", "{y}/{m}/{d}"]),
    st.sampled_from(["", "前", "之前", "完成"]),
)
def test_a_full_date_is_read_in_every_style(day: date, style: str, tail: str) -> None:
    assert read_deadline(style.format(y=day.year, m=day.month, d=day.day) + tail, 2026) == day


@given(
    st.integers(2000, 2099),
    st.integers(1, 12),
    st.sampled_from(["{m}月", "{m}月底", "{m}月末前", "{m}月份", "{y}年{m}月底前"]),
)
def test_a_month_means_its_last_day(year: int, month: int, style: str) -> None:
    day = read_deadline(style.format(y=year, m=month), year)
    assert day is not None
    assert (day.year, day.month) == (year, month)
    assert (day + timedelta(days=1)).day == 1


@given(st.text(max_size=20), st.integers(2000, 2099))
def test_any_text_is_a_day_or_none(text: str, year: int) -> None:
    day = read_deadline(text, year)
    assert day is None or 2000 <= day.year <= 2100


@given(st.text(max_size=40))
def test_the_plain_form_is_stable(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert name_key(tidy(text)) == name_key(text)


def test_plain_text_is_half_width_without_thousands_separators() -> None:
    assert plain("１，２３４，５６７　万元") == "1234567 万元"
    assert plain("1,23") == "1,23"
    assert plain("−0.5％") == "-0.5%"
    assert tidy("ＰＭ２.５ 平均\n浓度（全区）") == "PM2.5 平均 浓度（全区）"
    assert name_key("“高效办成一件事” 落地") == name_key("高效办成一件事落地")
