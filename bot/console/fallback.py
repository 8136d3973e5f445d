"""`baton fallback`: the addresses of the second channel. Shows none of them, only their kind and a mark."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.console.explaining import Explained, emit, say
from bot.console.opening import Desk, at_desk
from bot.presenters.words import label, moment
from bot.services.cause import Cause
from bot.services.fallback_setting import AddressesSet, addresses, set_addresses

Json = Annotated[bool, typer.Option("--json", help="one JSON document on standard output")]
Who = Annotated[str, typer.Argument(metavar="PERSON-OR-POST", help="name, code or post")]
STANDARD_INPUT = "-"

fallback = typer.Typer(
    help="Addresses of the second channel (Apprise): for urgent warnings that are not acknowledged or not delivered.",
    no_args_is_help=True,
)


@fallback.command("set")
def set_(
    who: Who,
    urls: Annotated[
        list[str], typer.Argument(metavar="URL…", help="Apprise addresses; - reads them from standard input")
    ],
    as_json: Json = False,
) -> None:
    """Use these addresses for a person or a post, instead of those before."""
    given = sys.stdin.read().split() if urls == [STANDARD_INPUT] else urls

    async def work(desk: Desk) -> int:
        # The library that knows the addresses takes half a second to load: only this command needs it here.
        from bot.outbox.second_channel import is_address

        bad = [number for number, url in enumerate(given, 1) if not is_address(url)]
        if bad or not given:
            raise Explained(label("fallback.bad_address", numbers=", ".join(map(str, bad)) or "1"))
        done = await set_addresses(desk.db, Cause(desk.now), who, given)
        _show(done, as_json)
        return 0

    at_desk(work)


@fallback.command("list")
def list_(as_json: Json = False) -> None:
    """Who has addresses, of which kind."""

    async def work(desk: Desk) -> int:
        found = await addresses(desk.db)
        if as_json:
            rows = [
                {"whose": item.whose, "post": item.is_post, "address": item.shown, "since": item.added_at.isoformat()}
                for item in found
            ]
            emit({"ok": True, "addresses": rows})
            return 0
        for item in found:
            say(label("fallback.line", whose=item.whose, address=item.shown, since=moment(item.added_at)))
        if not found:
            say(label("fallback.nobody"))
        return 0

    at_desk(work)


@fallback.command("remove")
def remove_(who: Who, as_json: Json = False) -> None:
    """Use no addresses for a person or a post any more."""

    async def work(desk: Desk) -> int:
        done = await set_addresses(desk.db, Cause(desk.now), who, ())
        _show(done, as_json)
        return 0

    at_desk(work)


def _show(done: AddressesSet, as_json: bool) -> None:
    if as_json:
        emit({"ok": True, "whose": done.whose, "addresses": list(done.shown), "before": list(done.before)})
    elif done.shown:
        say(label("fallback.set", whose=done.whose, addresses="  ".join(done.shown)))
    else:
        say(label("fallback.removed" if done.before else "fallback.none", whose=done.whose))


def register(app: typer.Typer) -> None:
    """Add the commands to the `baton` command."""
    app.add_typer(fallback, name="fallback")
