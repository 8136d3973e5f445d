"""Every sentence that the conversation may say exists, and every record of it has a presenter."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bot.domain.kinds import Kind, Standing
from bot.domain.orders import OrderState
from bot.domain.reporting import Doubt
from bot.presenters.words import label, words_under
from bot.reading.units import Note, Why
from bot.services.report_table import FIELDS, VALUE

BOT = Path(__file__).parents[2] / "bot"


def codes(record: str) -> set[str]:
    """The literal codes with which a record is made anywhere in the bot."""
    found = set()
    for path in [*(BOT / "services").glob("*.py"), *(BOT / "handlers").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == record and node.args:
                first = node.args[0]
                choices = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
                found |= {one.value for one in choices if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return found


def test_every_sentence_is_worded() -> None:
    worded = words_under("report.told")
    assert codes("Told") >= {"already_in", "outdated", "confirmed_before"}
    assert codes("Told") - set(worded) == set()
    assert {f"trouble_{code}" for code in codes("Trouble")} - set(worded) == set()


@pytest.mark.parametrize("why", [why for why in Why if why is not Why.OTHER_UNIT])
def test_every_misfit_of_a_unit_is_worded(why: Why) -> None:
    assert label(f"report.told.trouble_unit_{why.value}", name="x", unit="y", typed="z")


def test_doubts_notes_states_and_standings_are_worded() -> None:
    assert set(words_under("report.doubt")) == {doubt.value for doubt in Doubt}
    assert set(words_under("report.note")) == {note.value for note in Note} | {"tick_nodes"}
    assert set(words_under("card.state")) == {state.value for state in OrderState}
    assert set(words_under("kinds.standing")) == {standing.value for standing in Standing}
    assert {name for name in FIELDS if name != VALUE} == set(words_under("report.ask"))
    assert len(Kind) == 8, "the card and the preview have words for each kind"
