"""`baton db upgrade`, `baton db check`, `baton backup` and `baton restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.console.explaining import emit, say
from bot.console.findings import show_findings
from bot.console.lists import Json
from bot.console.opening import Desk, at_desk
from bot.db.migrate import current_revision, migrate
from bot.presenters.words import label
from bot.services.backup import back_up
from bot.services.checking_rows import check_database
from bot.services.restoring import restore

db = typer.Typer(help="The database: migrations and integrity.", no_args_is_help=True)


@db.command()
def upgrade(as_json: Json = False) -> None:
    """Bring the database to the newest revision."""

    async def work(desk: Desk) -> int:
        before = await current_revision(desk.db)
        await migrate(desk.db)
        after = await current_revision(desk.db)
        if as_json:
            emit({"ok": True, "from": before, "to": after})
        else:
            key = "console.up_to_date" if before == after else "console.upgraded"
            say(label(key, revision=after))
        return 0

    at_desk(work, upgrade=False)


@db.command()
def check(as_json: Json = False) -> None:
    """Check integrity, and that nothing was lost."""

    async def work(desk: Desk) -> int:
        return show_findings(await check_database(desk.db, desk.now, desk.settings.data_dir), as_json=as_json)

    at_desk(work, upgrade=False)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="the archive to write")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="replace a file of that name")] = False,
    as_json: Json = False,
) -> None:
    """Write a consistent snapshot of all rows and files, and read it back to verify it."""

    async def work(desk: Desk) -> int:
        made = await back_up(desk.db, file, desk.settings.data_dir, desk.now, overwrite=overwrite)
        if as_json:
            emit({"ok": True, "file": str(file), "rows": made.rows, "files": made.files, "sha256": made.sha256})
        else:
            say(label("console.backup.written", path=file, rows=made.total, files=made.files))
        return 0

    at_desk(work)


def restore_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="the archive to read")],
    replace: Annotated[bool, typer.Option("--replace", help="clear what the database holds now")] = False,
    as_json: Json = False,
) -> None:
    """Restore a snapshot into an empty database, of either engine, and verify it."""

    async def work(desk: Desk) -> int:
        made = await restore(desk.db, file, desk.settings.data_dir, replace=replace)
        if as_json:
            emit({"ok": True, "file": str(file), "rows": made.rows, "files": made.files})
        else:
            say(label("console.backup.restored", rows=made.total, files=made.files))
        return 0

    at_desk(work)


def register(app: typer.Typer) -> None:
    """Add the commands to the `baton` command."""
    app.add_typer(db, name="db")
    app.command()(backup)
    app.command("restore")(restore_)
