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
    Step("receive: stored, not committed", "bot.db.updates:store", "after", "the batch is in an open transaction"),
    Step("receive: committed, not taken up", "bot.inbox.receiving:Inbox.accept", "after", "on disk, nobody told"),
    Step("handle: begun", "bot.tg.handling:Handling.__call__", "before", "the handler has not run"),
    Step("handle: effect claimed", "bot.db.updates:claim_effect", "after", "in the open transaction of the effect"),
    Step("handle: effect written", "bot.services.cause:audit", "after", "written and audited, not committed"),
    Step("answer: not sent", "bot.tg.answering:_answer", "before", "the effect is committed, nobody answered"),
    Step("answer: sent", "bot.tg.answering:_answer", "after", "answered, the update not settled"),
    Step("settle: written", "bot.db.updates:settle", "after", "the end state is in an open transaction"),
    Step("handle: settled", "bot.inbox.dispatching:Dispatcher.handle_one", "after", "all is over"),
    Step("claim: written", "bot.db.pushes:claim", "after", "a push is claimed, not committed"),
    Step("send: not sent", "bot.tg.transport:TelegramTransport.send", "before", "claimed, nothing on the wire"),
    Step("send: on the wire", "bot.tg.transport:TelegramTransport._send", "after", "sent, nothing written down"),
    Step("settle: push not written", "bot.db.pushes:settle_sent", "before", "in the transaction that would say sent"),
    Step("settle: push written", "bot.db.pushes:settle_sent", "after", "said, not committed"),
)


def named(name: str) -> Step:
    """The step of that name. Raises KeyError."""
    return {step.name: step for step in STEPS}[name]
