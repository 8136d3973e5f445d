"""What people call the usual indicators, as data: words of the lists left, words of speech right."""

from __future__ import annotations

# Names are written in their compact form: lower case, no punctuation (PM2.5 is pm25, R&D is rd).
SPOKEN: tuple[tuple[str, str], ...] = (
    ("地区生产总值", "gdp 生产总值 经济增速 经济增长 经济总量 地方生产总值"),
    ("固定资产投资", "固投 投资 固定投资 固资 全社会投资 固定资产"),
    ("工业技改投资", "技改 技改投资 工业技改 技术改造 技术改造投资 工业投资"),
    ("社会消费品零售总额", "社零 社消零 消费 零售 零售总额 社会零售 社零总额"),
    ("规模以上工业增加值", "规上工业 规工 规上 工业增加值 规模工业 工业增速 规上工业增加值 工业"),
    ("第一产业增加值", "一产 第一产业 农业增加值 一产增加值"),
    ("第二产业增加值", "二产 第二产业 二产增加值"),
    ("第三产业增加值", "三产 第三产业 服务业 服务业增加值 三产增加值"),
    ("服务业增加值", "三产 服务业"),
    ("一般公共预算收入", "财政收入 财政 公共预算 预算收入 公共预算收入 一般预算收入 地方财政收入"),
    ("进出口总额", "外贸 进出口 出口 外贸进出口"),
    ("实际利用外资", "外资 利用外资 实际外资 到位外资 外商投资"),
    ("研发投入强度", "rd 研发 研发投入 研发经费 研发强度 rd投入 rd强度 rd经费"),
    ("研发支出", "rd 研发 研发投入 研发经费 rd投入"),
    ("研发费用", "rd 研发 研发投入 研发经费 rd投入"),
    ("高新技术企业", "高企 高新企业 国高"),
    ("科技型中小企业", "科小 中小企业 科技型企业 科技中小企业 科技企业"),
    ("战新产业", "战新 战略性新兴产业 新兴产业"),
    ("战略性新兴产业", "战新 战新产业 新兴产业"),
    ("城镇化率", "城镇化 城市化 城市化率"),
    ("城镇登记失业率", "失业率 失业 登记失业率"),
    ("城镇新增就业", "就业 新增就业 城镇就业"),
    ("单位地区生产总值能耗", "能耗 单位gdp能耗 万元gdp能耗 gdp能耗 节能 能耗强度 单耗"),
    ("粮食产量", "粮食 粮产 粮食生产"),
    ("高标准农田", "高标 农田 高标农田 高标田"),
    ("pm25", "细颗粒物 pm"),
    ("优良天数", "优良率 空气优良率 优良 蓝天"),
    ("污水处理率", "污水 污水处理"),
    ("生产安全事故", "安全生产 安全事故 安全 生产安全 安全生产事故 事故"),
    ("信访积案", "信访 积案"),
    ("旅游接待收入", "旅游 旅游收入 文旅 文旅收入"),
    ("城区老旧小区改造", "老旧小区 旧改 老旧小区改造 小区改造"),
    ("亿元以上项目新开工", "新开工 开工 亿元项目开工 项目开工 亿元新开工"),
    ("亿元以上项目新竣工", "新竣工 竣工 亿元项目竣工 项目竣工 亿元新竣工"),
    ("引进10亿元以上项目", "招商 招商引资 大项目 10亿项目 10亿元项目 十亿项目 十亿元以上项目"),
    ("电信网络诈骗", "电诈 反诈 电信诈骗 网络诈骗"),
    ("群众安全感", "安全感"),
    ("居民人均可支配收入", "居民收入 可支配收入 人均收入"),
    ("高效办成一件事", "一件事 高效办"),
    ("政务服务满意度", "政务服务 营商环境"),
    ("移风易俗示范村", "移风易俗"),
    ("志愿服务时长", "志愿服务 志愿时长"),
)

# More letters than this around the concept, and the name is about something else that only mentions it.
CLOSE = 4
_SPOKEN = tuple((concept, tuple(words.split())) for concept, words in SPOKEN)


def spoken_names(compact_name: str) -> list[tuple[str, int]]:
    """Spoken names of an indicator, each with the number of letters that its name has around the concept."""
    return [
        (word, len(compact_name) - len(concept))
        for concept, words in _SPOKEN
        if concept in compact_name
        for word in words
        if word != compact_name
    ]
