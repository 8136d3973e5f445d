"""The default scheme for tests of the rules."""

from __future__ import annotations

from pathlib import Path

from bot.domain.scheme import Scheme
from bot.sheets.scheme_file import load_scheme

# The grades of the default scheme. The code knows none of them.
NOTICE, CAUTION, SERIOUS = "notice", "caution", "serious"


def default_scheme() -> Scheme:
    scheme = load_scheme((Path(__file__).parents[2] / "samples/scheme.toml").read_text(encoding="utf-8"), "default")
    assert isinstance(scheme, Scheme), scheme
    return scheme
