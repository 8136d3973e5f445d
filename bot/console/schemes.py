"""`baton scheme check`, `baton scheme explain` and `baton scheme diff`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.console.explaining import Explained, emit, os_reason, say
from bot.console.lists import Json
from bot.console.opening import Desk, at_desk
from bot.domain.errors import NotFound
from bot.domain.scheme import Scheme
from bot.presenters.scheme_words import explained
from bot.presenters.words import full_date, label, month_words
from bot.services.scheme_comparing import Compared, Judgement, SchemeDiff, compare_schemes
from bot.services.scheme_posts import unknown_posts
from bot.sheets.scheme_file import SchemeProblem, load_scheme
from bot.sheets.scheme_wording import problem_words

File = Annotated[Path, typer.Argument(metavar="FILE", help="a scheme (.toml)")]


def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="schemes (.toml)")], as_json: Json = False
) -> None:
    """Check scheme files: every problem with its key and line."""
    found = [(file, _load(file)) for file in files]
    if any(isinstance(scheme, Scheme) and _names_posts(scheme) for _, scheme in found):

        async def work(desk: Desk) -> int:
            checked = [(file, await _with_posts(desk, file, scheme)) for file, scheme in found]
            return _show_check(checked, as_json=as_json)

        at_desk(work)
    raise typer.Exit(_show_check(found, as_json=as_json))


async def _with_posts(desk: Desk, file: Path, scheme: Scheme | list[SchemeProblem]) -> Scheme | list[SchemeProblem]:
    if not isinstance(scheme, Scheme):
        return scheme
    return await unknown_posts(desk.db, scheme, file.name) or scheme


def _names_posts(scheme: Scheme) -> bool:
    return any(duty.posts for duty in scheme.duties)


def explain(file: File, as_json: Json = False) -> None:
    """Print the scheme in plain Chinese, for the office to sign."""
    scheme = _sound(file, as_json=as_json)
    text = explained(scheme)
    if as_json:
        emit({"ok": True, "file": str(file), "name": scheme.name, "version": scheme.version, "text": text})
    else:
        say(text)


def diff(
    before: Annotated[Path, typer.Argument(metavar="A", help="a scheme (.toml)")],
    after: Annotated[Path, typer.Argument(metavar="B", help="the scheme to compare it with")],
    at: Annotated[datetime | None, typer.Option("--at", formats=["%Y-%m-%d"], metavar="DATE", help="as of")] = None,
    as_json: Json = False,
) -> None:
    """Show which indicators would change grade, and who would be told, by the database's own reports."""
    schemes = _sound(before, as_json=as_json), _sound(after, as_json=as_json)

    async def work(desk: Desk) -> int:
        day = at.date() if at else desk.now.astimezone(desk.settings.zone).date()
        try:
            found = await compare_schemes(desk.db, day, *schemes)
        except NotFound as error:
            raise Explained(label("scheme.check.needs_lists", year=day.year)) from error
        if as_json:
            emit(_document(found))
        else:
            _show_diff(found)
        return 0

    at_desk(work)


def _load(file: Path) -> Scheme | list[SchemeProblem]:
    try:
        return load_scheme(file.read_text(encoding="utf-8-sig"), file.name)
    except UnicodeDecodeError as error:
        raise Explained(label("lists.scheme_not_text")) from error
    except OSError as error:
        raise Explained(label("console.file_unreadable", path=file, reason=os_reason(error))) from error


def _sound(file: Path, *, as_json: bool) -> Scheme:
    scheme = _load(file)
    if isinstance(scheme, Scheme):
        return scheme
    raise typer.Exit(_show_check([(file, scheme)], as_json=as_json))


def _show_check(found: list[tuple[Path, Scheme | list[SchemeProblem]]], *, as_json: bool) -> int:
    problems = [problem for _, scheme in found if isinstance(scheme, list) for problem in scheme]
    if as_json:
        emit({"ok": not problems, "files": [str(file) for file, _ in found], "problems": _problems(problems)})
        return 1 if problems else 0
    for file, scheme in found:
        if isinstance(scheme, Scheme):
            since = full_date(scheme.effective_from)
            say(label("scheme.check.ok", file=file, name=scheme.name, version=scheme.version, since=since))
            continue
        say(label("scheme.check.count", file=file, count=len(scheme)))
        for problem in scheme:
            say(label("scheme.check.problem", place=_place(problem), text=problem_words(problem)))
    return 1 if problems else 0


def _place(problem: SchemeProblem) -> str:
    place = problem.source
    if problem.line is not None:
        place = label("scheme.check.line", file=problem.source, line=problem.line)
    return label("scheme.check.key", place=place, name=problem.key) if problem.key else place


def _problems(problems: list[SchemeProblem]) -> list[dict[str, object]]:
    return [
        {"file": one.source, "key": one.key, "line": one.line, "code": one.code, "text": problem_words(one)}
        for one in problems
    ]


def _document(found: SchemeDiff) -> dict[str, object]:
    return {
        "ok": True,
        "at": _iso(found.at),
        "period": found.period,
        "indicators": found.indicators,
        "counts": [{"grade": word, "before": before, "after": after} for word, before, after in found.counts],
        "changed": [
            {"name": item.indicator, "before": _judgement(item.before), "after": _judgement(item.after)}
            for item in found.changed
        ],
    }


def _iso(day: date) -> str:
    return day.isoformat()


def _judgement(found: Judgement | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {
        "period": found.period,
        "grade": found.grade,
        "word": found.word,
        "reason": found.reason,
        "told": list(found.told),
    }


def _show_diff(found: SchemeDiff) -> None:
    about = {"month": month_words(found.period), "count": found.indicators, "changed": len(found.changed)}
    say(label("scheme.diff.title", **about))
    for word, before, after in found.counts:
        say(label("scheme.diff.count", word=word, before=before, after=after))
    if not found.changed:
        say(label("scheme.diff.same"))
    for item in found.changed:
        _show_compared(item)


def _show_compared(item: Compared) -> None:
    none = label("scheme.diff.none")
    words = [side.word if side else none for side in (item.before, item.after)]
    say(label("scheme.diff.line", name=item.indicator, before=words[0], after=words[1]))
    if item.after is not None:
        say(label("scheme.diff.because", reason=item.after.reason))
    before, after = (side.told if side else () for side in (item.before, item.after))
    comma = label("scheme.comma")
    for key, people in (("more", set(after) - set(before)), ("less", set(before) - set(after))):
        if people:
            say(label(f"scheme.diff.{key}", people=comma.join(sorted(people))))


def register(app: typer.Typer) -> None:
    """Add the commands to the `baton` command."""
    group = typer.Typer(help="Check, explain and compare scheme files.", no_args_is_help=True)
    group.command()(check)
    group.command()(explain)
    group.command()(diff)
    app.add_typer(group, name="scheme")
