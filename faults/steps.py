"""The named steps at which a process is killed: which function of the bot marks each, and which side of it.

A step that names a function which is not there any more ends the child with a status of its own: the list cannot rot.
"""

from __future__ import annotations

from dataclasses import dataclass

NO_SUCH_STEP = 97


@dataclass(frozen=True)
class Step:
    """`target` is `module:Name.attribute`; `when` is "before" or "after" the call (after it returned)."""

    name: str
    target: str
    when: str
    meaning: str


STEPS = (
    Step("receive: not stored", "bot.inbox.receiving:Inbox._write_together", "before", "fetched, nothing on disk"),
    Step("receive: stored, not taken up", "bot.inbox.receiving:Inbox.accept", "after", "on disk, nobody works on it"),
    Step("handle: begun", "bot.tg.handling:Handling.__call__", "before", "the handler has not run"),
    Step("handle: effect claimed", "bot.db.updates:claim_effect", "after", "in the open transaction of the effect"),
    Step("handle: effect written", "bot.services.cause:audit", "after", "written and audited, not committed"),
    Step("answer: not sent", "bot.tg.answering:_answer", "before", "the effect is committed, nobody answered"),
    Step("answer: sent", "bot.tg.answering:_answer", "after", "answered, the end of the update not noted"),
    Step("settle: noted", "bot.inbox.receiving:Inbox.end", "after", "the end is noted, not on disk"),
    Step("settle: written", "bot.inbox.receiving:Inbox._write", "after", "ends and arrivals are on disk"),
    Step("claim: written", "bot.db.claims:claim", "after", "a push is claimed, not committed"),
    Step("send: not sent", "bot.tg.transport:TelegramTransport.send", "before", "claimed, nothing on the wire"),
    Step("send: on the wire", "bot.tg.transport:TelegramTransport.send", "after", "arrived, nothing written down"),
    Step("send: not settled", "bot.outbox.settling:settle_arrived", "before", "in the transaction that will say sent"),
    Step("send: settled", "bot.outbox.settling:settle_arrived", "after", "said to be sent, not committed"),
)


def named(name: str) -> Step:
    """The step of that name. Raises KeyError."""
    return {step.name: step for step in STEPS}[name]
