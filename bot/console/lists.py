"""`baton import`, `baton export` and `baton invite`."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table as RichTable

from bot.console.explaining import Explained, emit, os_reason, say, screen
from bot.console.linking import UNKNOWN, link_for, name_in_links
from bot.console.opening import Desk, at_desk
from bot.domain.lists import ImportResult, Remark
from bot.presenters.import_diff import Table, document, lines, tables
from bot.presenters.words import label, moment
from bot.services.cause import Cause
from bot.services.exporting import export_workbook
from bot.services.importing import import_paths
from bot.services.inviting import IssuedInvite, issue_all, issue_invite

Json = Annotated[bool, typer.Option("--json", help="one JSON document on standard output")]


def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="scheme (.toml) and workbooks (.xlsx)")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show what would change, write nothing")] = False,
    as_post: Annotated[str | None, typer.Option("--as", metavar="POST", help="on whose behalf values come")] = None,
    as_json: Json = False,
) -> None:
    """Import a scheme, lists, roster and progress: all of the files, or with any problem nothing."""

    async def work(desk: Desk) -> int:
        result = await import_paths(desk.db, Cause(desk.now), files, dry_run=dry_run, as_post=as_post)
        if as_json:
            emit(document(result, dry_run=dry_run))
        else:
            _show_import(result, dry_run)
        return 1 if result.problems else 0

    at_desk(work)


def _show_import(result: ImportResult, dry_run: bool) -> None:
    if result.problems:
        say(label("console.import.problems", count=len(result.problems)))
        for problem in result.problems:
            say(label("console.import.problem", place=_place(problem), text=problem.text, hint=problem.hint))
        return
    for table in tables(result):
        _show_table(table)
    for line in lines(result):
        say(line)
    for note in result.notes:
        place = f"{_place(note)}: " if note.file else ""
        say(label("console.import.note", place=place, text=note.text, hint=note.hint))
    if result.is_empty:
        say(label("console.import.nothing"))
    else:
        say(label("console.import.dry_run" if dry_run else "console.import.applied"))


def _place(remark: Remark) -> str:
    return " · ".join(part for part in (remark.file, remark.sheet, remark.cell) if part)


def _show_table(table: Table) -> None:
    shown = RichTable(title=table.title, title_justify="left")
    for column in table.columns:
        shown.add_column(column, overflow="fold")
    for row in table.rows:
        shown.add_row(*(cell.replace("[", r"\[") for cell in row))
    screen().print(shown)


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="the workbook to write")],
    as_json: Json = False,
) -> None:
    """Write everything that import reads into one workbook."""

    async def work(desk: Desk) -> int:
        exported = await export_workbook(desk.db, Cause(desk.now))
        try:
            file.write_bytes(exported.content)
        except OSError as error:
            raise Explained(label("console.file_unwritable", path=file, reason=os_reason(error))) from error
        counts = exported.counts()
        if as_json:
            emit({"file": str(file), "year": exported.year, **counts})
        else:
            say(label("console.export.written", path=file, **counts))
        return 0

    at_desk(work)


def invite(
    who: Annotated[str | None, typer.Argument(metavar="POST-OR-PERSON", help="post, name or roster code")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="everybody who is not bound yet")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="one line per person")] = False,
    as_json: Json = False,
) -> None:
    """Print a one-time code and link that binds a messenger account to a post."""
    if (who is None) == (not everybody):
        raise typer.BadParameter("POST-OR-PERSON or --all")

    async def work(desk: Desk) -> int:
        if who is None:
            issued = await issue_all(desk.db, Cause(desk.now))
        else:
            issued = [await issue_invite(desk.db, desk.now, who)]
        name = await name_in_links(desk.settings)
        links = [link_for(name, item.code) for item in issued]
        documents = [_invite_document(item, link) for item, link in zip(issued, links, strict=True)]
        if as_json:
            emit({"invites": documents} if who is None else documents[0])
        elif as_csv:
            _show_csv(issued, links)
        else:
            _show_invites(issued, links)
        return 0

    at_desk(work)


def _invite_document(item: IssuedInvite, link: str) -> dict[str, object]:
    return {
        "code": item.code,
        "link": link,
        "post": item.post,
        "expires_at": item.expires_at.isoformat(),
        "person": item.person,
        "person_code": item.person_code,
        "unit": item.unit,
    }


def _show_csv(issued: Sequence[IssuedInvite], links: Sequence[str]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(label("console.invite.columns").split(","))
    for item, link in zip(issued, links, strict=True):
        cells = (item.unit, item.post, item.person, item.person_code, item.code, link, moment(item.expires_at))
        writer.writerow([_inert(cell or "") for cell in cells])


def _inert(cell: str) -> str:
    """A spreadsheet must not run what a roster or a code begins with."""
    return f"'{cell}" if cell[:1] in ("=", "+", "@", "-") else cell


def _show_invites(issued: Sequence[IssuedInvite], links: Sequence[str]) -> None:
    if not issued:
        say(label("console.invite.none"))
    if links and UNKNOWN in links[0]:
        say(label("console.invite.unknown_bot"), error=True)
    for item, link in zip(issued, links, strict=True):
        words = {"person": item.person, "post": item.post, "expires": moment(item.expires_at)}
        say(label("console.invite.issued", **words))
        say(link)
        say(label("console.invite.code", code=item.code))


def register(app: typer.Typer) -> None:
    """Add the commands to the `baton` command."""
    app.command("import")(import_)
    app.command()(export)
    app.command()(invite)
