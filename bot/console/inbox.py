"""`baton inbox`: updates that could not be handled: who sent what, and what becomes of it."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
import typer

from bot.console.explaining import Explained, emit, say
from bot.console.opening import Desk, at_desk
from bot.db.parked import ParkedUpdate
from bot.domain.errors import NotFound
from bot.presenters.words import label, moment, words_under
from bot.reading.safe_text import safe_text
from bot.services import parking
from bot.services.cause import Cause

Json = Annotated[bool, typer.Option("--json", help="one JSON document on standard output")]
NUMBER = "of the update, as the list shows it"
PREVIEW = 40

inbox = typer.Typer(
    help="Updates that could not be handled: list them, have them handled again, or drop them.", no_args_is_help=True
)


@inbox.command("list")
def list_(as_json: Json = False) -> None:
    """The parked updates, oldest first."""

    async def work(desk: Desk) -> int:
        found = await parking.parked_updates(desk.db)
        if as_json:
            emit({"ok": True, "updates": [_document(item) for item in found]})
            return 0
        for item in found:
            say(_line(item))
        if not found:
            say(label("inbox.none"))
        return 0

    at_desk(work)


@inbox.command()
def replay(
    number: Annotated[
        int | None, typer.Argument(metavar="[NUMBER]", help="of the update, as the list shows it")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="every parked update")] = False,
    as_json: Json = False,
) -> None:
    """Have parked updates handled again by the running process."""
    if (number is None) != everything:
        raise typer.BadParameter(label("inbox.one_or_all"))

    async def work(desk: Desk) -> int:
        try:
            numbers = await parking.replay(desk.db, Cause(desk.now), number)
        except NotFound as error:
            raise Explained(label("inbox.not_parked", number=number)) from error
        if as_json:
            emit({"ok": True, "replayed": numbers})
        elif numbers:
            say(label("inbox.replayed", count=len(numbers), numbers=", ".join(map(str, numbers))))
        else:
            say(label("inbox.none"))
        return 0

    at_desk(work)


@inbox.command()
def drop(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help=NUMBER)],
    reason: Annotated[str, typer.Option("--reason", help="why; it is kept in the audit")],
    as_json: Json = False,
) -> None:
    """Give a parked update up."""
    if not reason.strip():
        raise typer.BadParameter(label("inbox.no_reason"), param_hint="--reason")

    async def work(desk: Desk) -> int:
        try:
            await parking.drop(desk.db, Cause(desk.now), number, safe_text(reason))
        except NotFound as error:
            raise Explained(label("inbox.not_parked", number=number)) from error
        if as_json:
            emit({"ok": True, "dropped": number})
        else:
            say(label("inbox.dropped", number=number))
        return 0

    at_desk(work)


def _line(item: ParkedUpdate) -> str:
    kinds = words_under("inbox.kind")
    unknown = label("inbox.stranger", user=item.chat_id) if item.chat_id is not None else label("inbox.nobody")
    return label(
        "inbox.line",
        number=item.update_id,
        at=moment(item.received_at),
        who=item.person or unknown,
        kind=kinds.get(item.kind, kinds["unknown"]),
        preview=_preview(item),
        error=item.error or "",
        effect=label("inbox.had_effect") if item.had_effect else "",
    )


def _document(item: ParkedUpdate) -> dict[str, object]:
    return {
        "number": item.update_id,
        "person": item.person,
        "chat": item.chat_id,
        "kind": item.kind,
        "received_at": item.received_at.isoformat(),
        "parked_at": item.parked_at.isoformat() if item.parked_at else None,
        "error": item.error,
        "had_effect": item.had_effect,
        "preview": _preview(item),
    }


def _preview(item: ParkedUpdate) -> str:
    """The first words of it, on one line; of a button what it carries."""
    raw: Any = orjson.loads(item.payload)
    content = raw.get(item.kind) if isinstance(raw, dict) else None
    if not isinstance(content, dict):
        return ""
    said = content.get("text") or content.get("caption") or content.get("data") or ""
    return safe_text(" ".join(str(said).split()), PREVIEW)


def register(app: typer.Typer) -> None:
    """Add the command group to the `baton` command."""
    app.add_typer(inbox, name="inbox")
