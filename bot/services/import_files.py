"""The files of an import, read off the event loop: workbooks into records, scheme files into schemes."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.lists import Remark
from bot.domain.scheme import Scheme
from bot.presenters.words import label
from bot.sheets.records import Finding, ParsedFile
from bot.sheets.scheme_file import SchemeProblem, load_scheme
from bot.sheets.scheme_wording import problem_words
from bot.sheets.wording import render_problem

DEFAULT_SCHEME = Path(__file__).parents[2] / "samples" / "scheme.toml"
SCHEME_SUFFIX = ".toml"
MAX_SCHEME_BYTES = 1024 * 1024


@dataclass(frozen=True)
class FileToImport:
    """A file by its name, with its content or where to find it."""

    name: str
    content: bytes | Path


@dataclass(frozen=True)
class SchemeFile:
    """A scheme file that is in order."""

    file: str
    body: str
    scheme: Scheme

    @property
    def sha256(self) -> str:
        """What tells two files apart."""
        return hashlib.sha256(self.body.encode()).hexdigest()


@dataclass(frozen=True)
class Inputs:
    """All that the files of one import say."""

    workbooks: tuple[ParsedFile, ...] = ()
    schemes: tuple[SchemeFile, ...] = ()
    problems: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()


async def read_inputs(files: Sequence[FileToImport], default_year: int) -> Inputs:
    """Everything that the files say, with every problem; never raises for what a file may contain."""
    return await asyncio.to_thread(_read, tuple(files), default_year)


def default_scheme() -> SchemeFile:
    """The scheme that comes with Baton, for a year whose own was not imported. Raises ValueError if it is broken."""
    body = DEFAULT_SCHEME.read_text(encoding="utf-8")
    scheme = load_scheme(body, DEFAULT_SCHEME.name)
    if not isinstance(scheme, Scheme):
        raise ValueError(f"the scheme that comes with Baton has {len(scheme)} problems")
    return SchemeFile(DEFAULT_SCHEME.name, body, scheme)


def _read(files: tuple[FileToImport, ...], default_year: int) -> Inputs:
    schemes: list[SchemeFile] = []
    problems: list[Remark] = []
    for file in files:
        if is_scheme(file.name):
            found = _read_scheme(file)
            schemes += [found] if isinstance(found, SchemeFile) else []
            problems += found if isinstance(found, list) else []
    books = [(file.name, file.content) for file in files if not is_scheme(file.name)]
    # The library behind it takes longer to load than the bot itself.
    from bot.sheets.reader import read_files

    workbooks = read_files(books, default_year=default_year) if books else ()
    problems += [remark_of(finding) for book in workbooks for finding in book.problems]
    notes = [remark_of(finding) for book in workbooks for finding in book.notes]
    return Inputs(workbooks, tuple(schemes), tuple(problems), tuple(notes))


def is_scheme(name: str) -> bool:
    """Whether a file of this name is a scheme."""
    return name.lower().endswith(SCHEME_SUFFIX)


def remark_of(finding: Finding) -> Remark:
    """A finding of the reader in words."""
    return Remark(**render_problem(finding))


def _read_scheme(file: FileToImport) -> SchemeFile | list[Remark]:
    try:
        content = _content(file)
        if len(content) > MAX_SCHEME_BYTES:
            return [_scheme_remark(file.name, "", label("lists.scheme_too_big"), "lists.scheme_hint")]
        body = content.decode("utf-8-sig")
    except OSError:
        return [_scheme_remark(file.name, "", label("lists.file_missing"), "lists.file_missing_hint")]
    except UnicodeDecodeError:
        return [_scheme_remark(file.name, "", label("lists.scheme_not_text"), "lists.scheme_not_text_hint")]
    scheme = load_scheme(body, file.name)
    if isinstance(scheme, Scheme):
        return SchemeFile(file.name, body, scheme)
    return [scheme_remark(problem) for problem in scheme]


def _content(file: FileToImport) -> bytes:
    """The file's bytes, of a file that is too big only as many as show it."""
    if isinstance(file.content, bytes):
        return file.content
    with file.content.open("rb") as stream:
        return stream.read(MAX_SCHEME_BYTES + 1)


def scheme_remark(problem: SchemeProblem) -> Remark:
    """A problem of a scheme file in words."""
    where = label("lists.scheme_line", line=problem.line) if problem.line else ""
    place = f"{problem.key} {where}".strip()
    return _scheme_remark(problem.source, place, problem_words(problem), "lists.scheme_hint")


def _scheme_remark(file: str, place: str, text: str, hint: str) -> Remark:
    return Remark(file, "", place, text, label(hint))
