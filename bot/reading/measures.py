"""Units of measure as data: which words name them, what they are made of, what may follow them in a number."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Base:
    """A unit without 万 or 亿: `family` says what it compares with, `scale` how many of the family's unit it is."""

    family: str
    scale: Fraction = Fraction(1)


COUNT = "count"
PEOPLE = "people"
RATIO = "ratio"
BARE = "bare"

_COUNTERS = (
    *"个家项件起次场篇处座条户所例宗批张份间栋幢片笔门种支班部台套只头株对村镇辆艘盏块本册队段单组株床",
    *("场次", "户次", "件次", "家次", "班次", "批次", "课时", "学时", "床位", "学位", "社区", "小区"),
)
_PEOPLE = "人 名 人次 人数"
_OTHERS: dict[str, Base] = {
    "元": Base("cny"),
    "块钱": Base("cny"),
    "人民币": Base("cny"),
    "元人民币": Base("cny"),
    "美元": Base("usd"),
    "美金": Base("usd"),
    "港元": Base("hkd"),
    "港币": Base("hkd"),
    "欧元": Base("eur"),
    "日元": Base("jpy"),
    "%": Base(RATIO),
    "个百分点": Base(RATIO),
    "百分点": Base(RATIO),
    "个点": Base(RATIO),
    "‰": Base(RATIO, Fraction(1, 10)),
    "亩": Base("area", Fraction(2000, 3)),
    "公顷": Base("area", Fraction(10_000)),
    "平方公里": Base("area", Fraction(1_000_000)),
    "平方千米": Base("area", Fraction(1_000_000)),
    "平方米": Base("area"),
    "平米": Base("area"),
    "平方": Base("area"),
    "km2": Base("area", Fraction(1_000_000)),
    "m2": Base("area"),
    "吨": Base("mass", Fraction(1000)),
    "t": Base("mass", Fraction(1000)),
    "公斤": Base("mass"),
    "千克": Base("mass"),
    "kg": Base("mass"),
    "斤": Base("mass", Fraction(1, 2)),
    "公里": Base("length", Fraction(1000)),
    "千米": Base("length", Fraction(1000)),
    "km": Base("length", Fraction(1000)),
    "米": Base("length"),
    "m": Base("length"),
    "小时": Base("time", Fraction(60)),
    "个小时": Base("time", Fraction(60)),
    "分钟": Base("time"),
    "立方米": Base("volume"),
    "方": Base("volume"),
    "m3": Base("volume"),
    "千瓦时": Base("energy"),
    "度": Base("energy"),
    "kwh": Base("energy"),
    "千瓦": Base("power"),
    "kw": Base("power"),
    "吨标准煤": Base("coal"),
    "吨标煤": Base("coal"),
    "微克/立方米": Base("density"),
    "微克每立方米": Base("density"),
    "微克": Base("density"),
    "μg/m3": Base("density"),
    "ug/m3": Base("density"),
    "μg": Base("density"),
    "ug": Base("density"),
    "毫克/立方米": Base("density", Fraction(1000)),
    "mg/m3": Base("density", Fraction(1000)),
    "毫克/升": Base("concentration"),
    "mg/l": Base("concentration"),
    "分": Base("points"),
    "天": Base("days"),
    "倍": Base("times"),
}

BASES: dict[str, Base] = {
    **{word: Base(COUNT) for word in _COUNTERS},
    **{word: Base(PEOPLE) for word in _PEOPLE.split()},
    **_OTHERS,
}

MAGNITUDES: dict[str, int] = {
    "千亿": 10**11,
    "万亿": 10**12,
    "百亿": 10**10,
    "十亿": 10**9,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "万": 10**4,
    "千": 10**3,
    "百": 10**2,
}

# A counter is no counter when these follow: 12个月, 5分管, 3次性 …
NOT_BEFORE: dict[str, str] = {
    "个": "月工季多人",
    "人": "民员口大均才力行物社",
    "分": "管局之别布期批类步公",
    "次": "性日月年",
    "天": "然",
    "户": "籍",
    "场": "地所",
    "家": "庭园长",
    "处": "理置于罚",
    "起": "来步点伏",
    "条": "件",
    "名": "称额单",
    "所": "有以需",
    "批": "复准",
    "部": "门分署委",
    "方": "面案式便",
    "支": "持部",
    "对": "于口接",
    "台": "账",
    "班": "子",
    "片": "区",
    "米": "饭粮",
    "镇": "村",
    "块": "地",
    "度": "假",
    "只": "能是有",
    "本": "月年级地区市期次来身科",
    "段": "建时",
    "单": "位",
    "组": "织建",
    "队": "伍",
    "村": "级",
}

# What follows a number that counts time or names a thing, and is never a reported value.
NEVER_AFTER = (
    "几",
    "年",
    "月",
    "日",
    "号",
    "季度",
    "时",
    "点",
    "岁",
    "国道",
    "省道",
    "县道",
    "期",
    "届",
    "级",
    "楼",
    "路",
    "产",
    "强",
)
