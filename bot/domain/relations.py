"""How a post stands to an indicator."""

from __future__ import annotations

from enum import StrEnum


class Relation(StrEnum):
    """How a post stands to an indicator, so that recipients can be named without naming people."""

    CONTACT = "contact"  # contact of the unit that reports
    DEPUTY = "deputy"  # deputy head in charge
    HEAD = "head"  # head of the unit
    LEAD_CONTACT = "lead_contact"  # contact of the lead unit
    LEAD_HEAD = "lead_head"  # head of the lead unit
    COOPERATING_CONTACT = "cooperating_contact"  # contacts of the cooperating units
    RESPONSIBLE_LEADER = "responsible_leader"
    OFFICE = "office"  # everybody in the appraisal office
    OFFICE_DIRECTOR = "office_director"
    MAIN_LEADERS = "main_leaders"
    NAMED = "named"  # a post that the scheme names itself; no relation that a file could write
