"""What people type when they look for an indicator, and what they get first."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from bot.reading.likeness import Why
from bot.reading.named import NamedItem
from bot.reading.search import NameIndex
from tests.reading.district import BY_NAME, ITEMS

INDEX = NameIndex(ITEMS)
LISTS = Path(__file__).parents[3] / "shared" / "data" / "shiliqu-2026-lists.xlsx"

# query | the first hit; "=" where it must be the clear winner
QUERIES = """
固定资产投资|=固定资产投资
gdzctz|=固定资产投资
gdzc|=固定资产投资
GDZC|=固定资产投资
ｇｄｚｃ|=固定资产投资
gdtz|=固定资产投资
gudingzichan|=固定资产投资
gudingzichantouzi|=固定资产投资
gudingzic|=固定资产投资
gudinzichan|=固定资产投资
固定zichan|=固定资产投资
touzi|=固定资产投资
固定资产投姿|=固定资产投资
固定资产头资|=固定资产投资
固定资投资|=固定资产投资
固投|=固定资产投资
投资|=固定资产投资
投资怎么样|=固定资产投资
投资怎么样了？|=固定资产投资
固投完成多少了|=固定资产投资
看看固投的进度|=固定资产投资
今年固定资产投资完成情况如何|=固定资产投资
GDP|=地区生产总值增速
GDP到哪了|=地区生产总值增速
gdp增速|=地区生产总值增速
生产总值|=地区生产总值增速
地区生产总植|=地区生产总值增速
diqushengchanzongzhi|=地区生产总值增速
单位GDP能耗|=单位地区生产总值能耗下降
能耗|=单位地区生产总值能耗下降
社零|=社会消费品零售总额增速
社零咋样|=社会消费品零售总额增速
消费|=社会消费品零售总额增速
规上工业|=规模以上工业增加值增速
规上工业增加值|=规模以上工业增加值增速
gmysgy|=规模以上工业增加值增速
一产|=第一产业增加值增速
三产增速|=第三产业增加值增速
第三产业|=第三产业增加值增速
服务业|=第三产业增加值增速
看看外资|=实际利用外资
waizi|=实际利用外资
sjlywz|=实际利用外资
外贸|=进出口总额增速
进出口|=进出口总额增速
jckze|=进出口总额增速
财政收入|=一般公共预算收入
一般公共预算|=一般公共预算收入
ybggys|=一般公共预算收入
高企|=新增高新技术企业
我们单位的高企|=新增高新技术企业
高企几家了|=新增高新技术企业
高薪技术企业|=新增高新技术企业
gaoqi|=新增高新技术企业
科小|=新培育科技型中小企业
中小企业|=新培育科技型中小企业
技改|=工业技改投资
工业投资|=工业技改投资
技改投资占比|技改投资占固定资产投资比重
亿元以上项目新开工|=亿元以上项目新开工
新开工|=亿元以上项目新开工
竣工|=亿元以上项目新竣工
招商引资|=引进10亿元以上项目
10亿元以上项目|=引进10亿元以上项目
107国道|=107国道绕城段建成通车
107guodao|=107国道绕城段建成通车
国道|=107国道绕城段建成通车
绕城|=107国道绕城段建成通车
再生资源|=再生资源产业集群签约落地
zszy|=再生资源产业集群签约落地
农业科技园|=农业科技园创新平台提档
全产业链招商|=现代农业全产业链招商
旅游|=旅游接待收入
旅游接带收入|=旅游接待收入
lyjdsr|=旅游接待收入
老旧小区|=城区老旧小区改造
旧改|=城区老旧小区改造
R&D|=研发投入强度
研发|=研发投入强度
研发投入多少了|=研发投入强度
战略性新兴产业|=战新产业占规上工业比重
城镇化率|=常住人口城镇化率
城镇化|=常住人口城镇化率
长住人口|=常住人口城镇化率
changzhurenkou|=常住人口城镇化率
失业率|=城镇登记失业率
shiyelv|=城镇登记失业率
shiyelu|=城镇登记失业率
就业|=城镇新增就业
粮食|=粮食产量
高标准农田|=新建及改造提升高标准农田
PM2.5|=PM2.5平均浓度
pm25|=PM2.5平均浓度
PM2.5怎么样|=PM2.5平均浓度
ＰＭ２．５|=PM2.5平均浓度
污水|=城区污水处理率
优良天数|=优良天数比率
安全生产|=生产安全事故死亡人数
死亡人数|=生产安全事故死亡人数
信访|=信访积案化解率
35岁干部|=35岁及以下科级干部占比
党建品牌|=党建品牌创建
干部培训|=干部教育培训人次
软弱涣散|=软弱涣散党组织整顿
村集体经济|村级集体经济收入20万元以上村
未成年人|=未成年人思想道德建设测评
文明单位|=文明单位创建
志愿服务|=志愿服务时长
zhiyuanfuwushizhang|=志愿服务时长
zhiyuanfuwushichang|=志愿服务时长
移风易俗|=移风易俗示范村
安全感|=群众安全感满意率
发案率|=千人发案率
电诈|=电信网络诈骗案件下降
命案|=命案破案率
群体性事件|=重大群体性事件
zhongda|=重大群体性事件
一件事|=“高效办成一件事”落地
国企改革任务|=国企改革任务
国企改革|=国企改革任务
改革任务完成了吗|年度改革任务完成
政务服务|=政务服务满意度
改革信息|=改革信息刊发
"""
PAIRS = [tuple(line.split("|")) for line in QUERIES.split()]


@pytest.mark.parametrize(("query", "expected"), PAIRS, ids=[query for query, _ in PAIRS])
def test_the_first_hit_is_the_one_that_was_meant(query: str, expected: str) -> None:
    found = INDEX.find(query)
    assert found.hits, "nothing found"
    assert found.hits[0].item.name == expected.removeprefix("=")
    assert (found.winner is not None) or not expected.startswith("=")


@pytest.mark.parametrize("query", ["民族团结", "增速", "企业", "测评", "发改局", "区科技局", "改革", "示范"])
def test_what_fits_several_leaves_the_choice(query: str) -> None:
    found = INDEX.find(query)
    assert len(found.hits) > 1
    assert found.winner is None


@pytest.mark.parametrize(
    "query",
    [
        "",
        "  ",
        "？",
        "你好",
        "征地慢",
        "收到",
        "怎么样",
        "指标",
        "98.6亿",
        "qqqqq",
        "👍",
        "天气怎么样",
        "请常务副区长协调",
    ],
)
def test_what_means_nothing_finds_nothing(query: str) -> None:
    assert INDEX.find(query).winner is None


@pytest.mark.skipif(not LISTS.exists(), reason=f"the workbook of real names is missing: {LISTS}")
def test_the_names_of_the_real_list_are_found_by_themselves() -> None:
    rows = openpyxl.load_workbook(LISTS).worksheets[0].iter_rows(min_row=4, values_only=True)
    names = [str(row[3]) for row in rows if row[3]]
    assert names == [item.name for item in ITEMS]
    index = NameIndex(NamedItem(number, name) for number, name in enumerate(names))
    for name in names:
        winner = index.find(name).winner
        assert winner is not None
        assert (winner.item.name, winner.score, winner.why) == (name, 100, Why.NAME)


def test_an_alias_of_the_list_is_as_good_as_the_name() -> None:
    index = NameIndex([NamedItem(1, "“三个年”活动推进", aliases=("三年行动",)), NamedItem(2, "三年行动方案编制")])
    winner = index.find("三年行动").winner
    assert winner is not None
    assert (winner.item.id, winner.why) == (1, Why.ALIAS)


def test_polyphones_are_found_by_either_reading() -> None:
    index = NameIndex([NamedItem(1, "重点行业增长率"), NamedItem(2, "粮食产量")])
    for query in ("zhongdianhangye", "chongdianxingye", "zdhy", "cdxy", "zengzhanglv", "zengchanglu"):
        winner = index.find(query).winner
        assert winner is not None
        assert winner.item.id == 1


def test_names_come_and_go() -> None:
    index = NameIndex()
    assert index.find("固投").hits == ()
    index.add(NamedItem(7, "固定资产投资"))
    assert index.find("固投").hits[0].item.id == 7
    index.add(NamedItem(7, "工业技改投资"))
    assert len(index) == 1
    assert [hit.item.name for hit in index.find("固定资产投资").hits] != ["固定资产投资"]
    index.remove(7)
    index.remove(7)
    assert index.find("技改").hits == ()
    assert list(index) == []


def test_the_same_question_has_the_same_answer() -> None:
    again = NameIndex(ITEMS)
    for query, _ in PAIRS:
        assert INDEX.find(query) == again.find(query)


def test_a_unit_lists_its_indicators() -> None:
    hits = INDEX.find("区科技局", limit=20).hits
    assert {hit.item for hit in hits if hit.why is Why.OWNER} == {
        item for item in ITEMS if item.owners == ("区科技局",)
    }


def test_the_list_is_bounded() -> None:
    assert len(INDEX.find("改革", limit=2).hits) == 2


def thousand() -> list[NamedItem]:
    places = [f"{place}片区" for place in "东西南北中上下左右前后新老大小长短高"]
    names = [f"{place}{item.name}" for place in places for item in ITEMS]
    return [NamedItem(number, name) for number, name in enumerate(names[:1000])]


def test_a_name_among_a_thousand_is_found() -> None:
    index = NameIndex([*thousand(), NamedItem(5000, "矿山生态修复")])
    for query in ("矿山生态修复", "矿山", "ksstxf", "kuangshan", "况山生态修复", "矿山修复怎么样了"):
        winner = index.find(query).winner
        assert winner is not None
        assert winner.item.id == 5000


def test_the_sample_names_have_measures() -> None:
    assert BY_NAME["固定资产投资"].measure == "亿元"


@pytest.mark.parametrize("asked", ["{}", "{}现在怎么样了", "查一下{}", "请问{}完成多少了", "我们单位的{}"])
def test_a_name_that_is_spelled_out_needs_no_ranking(asked: str):
    index = NameIndex(ITEMS)
    spelled = 0
    for item in ITEMS:
        text = asked.format(item.name)
        whole = index.find_whole(text)
        if whole is not None:
            spelled += 1
            ranked = index.find(text)
            assert whole.winner is not None
            assert whole.winner.item == item
            assert ranked.winner is None or ranked.winner.item == item
            assert whole.query == ranked.query
    assert spelled > len(ITEMS) * 3 // 4


@pytest.mark.parametrize("text", ["固投", "gdzctz", "投资", "固定资产头子", "今天天气真好", "", "固定资产投资和社零"])
def test_what_is_not_one_whole_name_is_ranked(text: str):
    assert NameIndex(ITEMS).find_whole(text) is None
