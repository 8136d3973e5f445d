"""Where a reader writes down what it did not understand, sheet by sheet."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sheets.records import CellRef, Note, Problem

At = tuple[int, int]  # row and column, from 1


def cell_name(at: At | None) -> str:
    """(12, 6) -> "F12"; nothing for a whole sheet."""
    if not at:
        return ""
    # openpyxl takes longer to load than the bot itself; only who makes or reads a workbook waits for it.
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(at[1])}{at[0]}"


@dataclass(slots=True)
class Log:
    """Problems and notes of one file; `sheet` is the sheet being read."""

    file: str
    sheet: str = ""
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    _said: set[tuple[str, str, str]] = field(default_factory=set)

    def problem(self, at: At | None, code: str, **params: object) -> None:
        if self._is_new(at, code):
            self.problems.append(Problem(self.file, self.sheet, cell_name(at), code, _texts(params)))

    def note(self, at: At | None, code: str, **params: object) -> None:
        if self._is_new(at, code):
            self.notes.append(Note(self.file, self.sheet, cell_name(at), code, _texts(params)))

    def _is_new(self, at: At | None, code: str) -> bool:
        """A table that is list, points and progress at once is read three times; each thing is said once."""
        said = (self.sheet, cell_name(at), code)
        new = said not in self._said
        self._said.add(said)
        return new

    def ref(self, at: At) -> CellRef:
        return CellRef(self.file, self.sheet, cell_name(at))


def _texts(params: dict[str, object]) -> dict[str, str]:
    return {key: _shortened(str(value)) for key, value in params.items()}


def _shortened(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
