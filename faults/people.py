"""People with their phones: they report and confirm, ask, and acknowledge, and know what each of it must come to."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from sqlalchemy import select

from bot.db.engine import Database
from bot.db.tables import Indicator as IndicatorRow
from bot.db.tables import IndicatorUnit, Report, Unit
from bot.sandbox.acting import Pressed, press, send_text
from bot.sandbox.world import World
from bot.services.sampling import SamplePerson
from faults.ledger import Arrival, Wiretap

# How long a person waits for an answer before it counts as none.
PATIENCE = 60.0
# Values with decimals, so that each report of an indicator says another one.
FRACTIONS = ("亿元", "%", "亿美元", "万吨", "万亩", "万小时", "分")
KINDS = ("cumulative", "level", "growth")
# The second line of a warning; a card of the same indicator has another.
ORDER = "预警〔"
REPORTED, FAILED, LATE = ("✓ 已报", "✓ 已更正"), "没有办成", "已经办好"


@dataclass(frozen=True)
class Indicator:
    """What a contact reports on."""

    id: int
    name: str
    unit: str
    kind: str
    last: Decimal


@dataclass
class Act:
    """Something that must have exactly one effect: the update that causes it, and what the person was told of it."""

    kind: str
    update_id: int
    chat: int
    indicator: int | None = None
    value: Decimal | None = None
    said: str | None = None

    @property
    def told(self) -> bool:
        """Whether the person was told that it is done."""
        return self.said is not None and FAILED not in self.said


@dataclass
class Question:
    """A question of a round of them, and the number of the arrival that answered it."""

    update_id: int
    chat: int
    words: str
    round: int
    answer: int | None = None
    # What was heard instead.
    heard: str = ""


@dataclass
class Crowd:
    """Everybody's acts so far. `pause`: seconds between one person's conversations, on average."""

    world: World
    tap: Wiretap
    people: list[SamplePerson]
    indicators: dict[str, list[Indicator]]
    pause: float = 2.0
    patience: float = PATIENCE
    acts: list[Act] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    conversations: int = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Everybody talks until `stop`, and then to the end of the conversation."""
        async with asyncio.TaskGroup() as group:
            for number, person in enumerate(self.people):
                dice = random.Random(number)
                if person.role == "contact" and self.indicators.get(person.unit or ""):
                    group.create_task(self._talk(Reporter(self, person, dice), stop))
                elif person.role == "head":
                    group.create_task(self._talk(Asker(self, person, dice), stop))
                elif person.role == "leader":
                    group.create_task(self._talk(Leader(self, person, dice), stop))

    async def _talk(self, person: Reporter | Asker | Leader, stop: asyncio.Event) -> None:
        await asyncio.sleep(person.dice.random() * self.pause)
        while not stop.is_set():
            await person.once()
            self.conversations += 1
            try:
                await asyncio.wait_for(stop.wait(), self.pause * (0.5 + person.dice.random()))
            except TimeoutError:
                continue

    def say(self, chat: int, words: str, reply_to: int = 0) -> int:
        """Write to the bot; the number of the update."""
        return int(send_text(self.world, chat, words, reply_to)["update_id"])

    async def press(self, chat: int, message: Arrival, data: str) -> int:
        """Press a button; the number of the update."""
        pressed = await press(self.world, chat, Pressed(message.message_id, data), wait=0.01)
        return int(pressed["update_id"])

    @property
    def now(self) -> int:
        """The number that the next arrival will have."""
        return len(self.tap.arrivals)


@dataclass
class Reporter:
    """A unit's contact: value, preview, confirmation, one indicator after the other."""

    crowd: Crowd
    person: SamplePerson
    dice: random.Random
    turn: int = 0

    async def once(self) -> None:
        """One report from the value to the word that it is in; now and then the next one by a tap."""
        chat, crowd = self.person.account, self.crowd
        indicators = crowd.indicators[self.person.unit or ""]
        indicator = indicators[self.turn % len(indicators)]
        value = self._value(indicator)
        self.turn += 1
        since = crowd.now
        crowd.say(chat, f"{indicator.name} 完成{value}{indicator.unit}")
        preview = await crowd.tap.expect(
            chat, lambda one: str(value) in one.text and one.button("确认") is not None, since, crowd.patience
        )
        if preview is None:
            heard = " | ".join(one.text[:60] for one in crowd.tap.by_chat[chat] if one.number >= since)
            crowd.troubles.append(f"no preview for {indicator.name} {value} in {chat}: {heard}")
            return
        await self._confirm(preview, indicator, value)

    def _value(self, indicator: Indicator) -> Decimal:
        """Another value each time. A level that halves at the first report brings a serious warning."""
        # Never a whole tenth: the bot would print it shorter than it is typed here.
        step = Decimal(self.turn + self.turn // 9 + 1) / 100
        if self.turn < len(self.crowd.indicators[self.person.unit or ""]) and indicator.kind in ("level", "growth"):
            return (indicator.last / 2).quantize(Decimal("0.1")) + step
        return indicator.last.quantize(Decimal("0.1")) + step

    async def _confirm(self, preview: Arrival, indicator: Indicator, value: Decimal) -> None:
        chat, crowd = self.person.account, self.crowd
        since = crowd.now
        if self.dice.random() < 0.5:
            number = crowd.say(chat, "确认")
        else:
            number = await crowd.press(chat, preview, preview.button("确认") or "")
        act = Act("report", number, chat, indicator.id, value)
        crowd.acts.append(act)
        done = await crowd.tap.expect(
            chat,
            lambda one: (one.text.startswith(REPORTED) and str(value) in one.text) or is_end(one),
            since,
            crowd.patience,
        )
        act.said = done.text if done else None
        if done is not None and (data := done.button("无变化")) and self.dice.random() < 0.3:
            await self._no_change(done, data)

    async def _no_change(self, done: Arrival, data: str) -> None:
        chat, crowd = self.person.account, self.crowd
        since = crowd.now
        act = Act("no change", await crowd.press(chat, done, data), chat)
        crowd.acts.append(act)
        said = await crowd.tap.expect(
            chat, lambda one: one.text.startswith(REPORTED) or is_end(one), since, crowd.patience
        )
        act.said = said.text if said else None


def is_end(arrival: Arrival) -> bool:
    """Whether it says that the thing failed, or that it stands and only the answer was late."""
    return FAILED in arrival.text or LATE in arrival.text


@dataclass
class Asker:
    """A unit's head: several questions in a row, without waiting in between."""

    crowd: Crowd
    person: SamplePerson
    dice: random.Random
    rounds: int = 0
    # Not asked again at once: a repeated answer to an earlier question would look like one that came too soon.
    lately: list[str] = field(default_factory=list)

    async def once(self) -> None:
        """Two or three questions and their answers."""
        chat, crowd = self.person.account, self.crowd
        names = [one.name for several in crowd.indicators.values() for one in several]
        # How a name is read that begins like a number (一般…) is no matter of this suite.
        names = [name for name in names if name not in self.lately and not name.startswith("一")]
        asked = []
        since = crowd.now
        self.rounds += 1
        self.lately = self.dice.sample(names, self.dice.choice((2, 3)))
        for name in self.lately:
            question = Question(crowd.say(chat, name), chat, name, self.rounds)
            crowd.questions.append(question)
            asked.append(question)
        for question in asked:
            words = question.words
            answer = await crowd.tap.expect(chat, partial(is_answer_or_failure, name=words), since, crowd.patience)
            question.answer = answer.number if answer else None
            if answer is None:
                heard = [one for one in crowd.tap.by_chat[chat] if one.number >= since]
                question.heard = " | ".join(one.text[:40].replace("\n", " ") for one in heard)


def is_answer_or_failure(arrival: Arrival, name: str) -> bool:
    """Whether it ends the wait for that card."""
    return is_answer(arrival, name) or FAILED in arrival.text


def is_answer(arrival: Arrival, name: str) -> bool:
    """Whether it is the card of that indicator, or the word that it is not for this person; no push and no edit."""
    first, _, rest = arrival.text.partition("\n")
    if arrival.edited or rest.startswith(ORDER):
        return False
    return first.endswith(f"】{name}") or f"“{name}”" in first


@dataclass
class Leader:
    """A district leader: acknowledges what arrives."""

    crowd: Crowd
    person: SamplePerson
    dice: random.Random
    seen: int = 0

    async def once(self) -> None:
        """Acknowledge what came since the last look."""
        chat, crowd = self.person.account, self.crowd
        arrived = [one for one in crowd.tap.by_chat[chat] if one.number >= self.seen]
        self.seen = crowd.now
        for message in arrived:
            data = message.button("签收")
            if data is None or message.edited or not message.text.partition("\n")[2].startswith(ORDER):
                continue
            since = crowd.now
            act = Act("acknowledge", await crowd.press(chat, message, data), chat)
            crowd.acts.append(act)
            said = await crowd.tap.expect(
                chat, lambda one: "签收" in one.text.partition("\n")[0] or is_end(one), since, crowd.patience
            )
            act.said = said.text if said else None


async def indicators_of(db: Database) -> dict[str, list[Indicator]]:
    """What each unit reports on, by the unit's name, with the last value reported."""
    query = (
        select(IndicatorRow, Unit.name, Report.value)
        .join(IndicatorUnit, IndicatorUnit.indicator_id == IndicatorRow.id)
        .join(Unit, Unit.id == IndicatorUnit.unit_id)
        .join(Report, Report.indicator_id == IndicatorRow.id)
        .where(
            IndicatorUnit.side == "lead",
            IndicatorRow.closed_at.is_(None),
            IndicatorRow.kind.in_(KINDS),
            IndicatorRow.unit_of_measure.in_(FRACTIONS),
            Report.superseded_at.is_(None),
        )
        .order_by(IndicatorRow.id, Report.period)
    )
    async with db.read() as session:
        rows = (await session.execute(query)).all()
    newest = {
        row.id: (unit, Indicator(row.id, row.name, row.unit_of_measure or "", row.kind, value or Decimal(0)))
        for row, unit, value in rows
    }
    found: dict[str, list[Indicator]] = {}
    for unit, indicator in newest.values():
        found.setdefault(unit, []).append(indicator)
    return found
