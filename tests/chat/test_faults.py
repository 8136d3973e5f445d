"""A sip of the fault suite, so that it does not rot: a process that dies at two steps, on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from faults.ground import Plan, ground
from faults.scenarios import SCENARIOS, die_at
from faults.steps import STEPS, named

pytestmark = pytest.mark.process
CHOSEN = ("answer: not sent", "send: on the wire")


class District:
    """An engine whose one database is there already."""

    def __init__(self, url: str) -> None:
        self.name = url.partition(":")[0]
        self._url = url

    def fresh(self, _folder: Path) -> str:
        return self._url


async def test_it_dies_with_an_answer_in_its_mouth_and_with_a_push_on_the_wire(
    district_url: str, tmp_path: Path
) -> None:
    async with ground(District(district_url), tmp_path, Plan(pause=3.0, patience=20.0)) as trial:
        await trial.start()
        trial.talk()
        for name in CHOSEN:
            await trial.bot.kill()
            await die_at(trial, named(name), 1)
        await trial.rest()
        verdict = await trial.verdict()
    assert verdict.broken == []
    assert verdict.accepted
    assert verdict.pushes


def test_every_scenario_and_step_has_a_name_of_its_own() -> None:
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)
    assert len({step.name for step in STEPS}) == len(STEPS)
