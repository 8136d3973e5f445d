"""Rows of the roster."""

from __future__ import annotations

import re

from bot.domain.kinds import Role
from bot.reading.plain import squeezed, tidy
from bot.sheets import values
from bot.sheets.body import body_rows
from bot.sheets.columns import Column
from bot.sheets.log import Log
from bot.sheets.offices import is_none
from bot.sheets.records import PersonRow
from bot.sheets.table import Table

# The first word of each role is the one that is written.
_WORDS: dict[Role, str] = {
    Role.LEADER: "区领导 县领导 市领导 领导 责任领导 分管领导 包干领导 区级领导",
    Role.HEAD: "单位负责人 主要负责人 负责人 部门负责人 分管负责人 单位领导 单位主要负责人 单位分管负责人",
    Role.CONTACT: "联络员 联系人 经办人 联络人 信息员",
    Role.OFFICE: "绩效办 督查绩效办 考评办 考核办 督查办 绩效考评办 绩效办工作人员",
    Role.ADMIN: "系统管理员 管理员",
}
ROLE_WORDS = {role: words.split()[0] for role, words in _WORDS.items()}
DEPUTY_WORD = "分管负责人"
_ROLE_OF = {word: role for role, words in _WORDS.items() for word in words.split()}
_DEPUTY = re.compile(r"分管|^副|副(?:局长|主任|书记|部长|科长|处长|镇长|乡长|院长|行长|会长|总|区长|县长)")
_TOWNSHIP = re.compile(r"镇街|乡镇|街道|镇办")


def read_people(table: Table, log: Log) -> list[PersonRow]:
    """The roster; a unit cell that is merged downwards or left empty holds for the rows below."""
    found: list[PersonRow] = []
    codes: dict[str, str] = {}
    unit: str | None = None
    for entry in body_rows(table, log):
        unit = _unit(table, entry.row, unit, log)
        person = _read_person(table, entry.row, unit, log)
        if person is None:
            continue
        if person.code and person.code in codes:
            place = table.at(entry.row, Column.NUMBER)
            log.problem(place, "duplicate_code", value=person.code, first=codes[person.code])
        elif person.code:
            codes[person.code] = person.name
        found.append(person)
    return found


def _unit(table: Table, row: int, above: str | None, log: Log) -> str | None:
    text = values.text_of(table, row, Column.UNIT, log)
    shown = table.cell(row, Column.UNIT).text
    if shown or table.grid.is_merged(table.at(row, Column.UNIT)) or Column.UNIT not in table:
        return None if is_none(shown) else squeezed(text)
    if above:
        log.note(table.at(row, Column.UNIT), "unit_carried", unit=above)
    return above


def _read_person(table: Table, row: int, unit: str | None, log: Log) -> PersonRow | None:
    name = values.text_of(table, row, Column.PERSON_NAME, log)
    title = values.text_of(table, row, Column.POST, log)
    place = table.at(row, Column.PERSON_NAME)
    if not name:
        log.problem(place, "person_missing", title=title)
        return None
    role_text = squeezed(values.text_of(table, row, Column.ROLE, log))
    role = _ROLE_OF.get(role_text or squeezed(title))
    if role is None:
        at = table.at(row, Column.ROLE if Column.ROLE in table else Column.POST)
        log.problem(at, "role_unknown", text=role_text or title, name=name)
        return None
    note = values.text_of(table, row, Column.REMARK, log)
    deputy = role is Role.HEAD and bool(_DEPUTY.search(title) or role_text.endswith(DEPUTY_WORD))
    code = tidy(table.cell(row, Column.NUMBER).text) or None
    group = squeezed(values.text_of(table, row, Column.COMPARISON, log)) if unit else ""
    township = bool(_TOWNSHIP.search(note))
    return PersonRow(code, name, unit, title, role, deputy, note, township, group or None, log.ref(place))
