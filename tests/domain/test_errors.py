"""Errors carry a class, a code and parameters; the English message is for the log."""

from __future__ import annotations

from bot.domain.errors import BatonError, InvalidInput, NotAllowed, Stale


def test_the_docstring_is_the_message():
    assert str(NotAllowed()) == NotAllowed.__doc__
    assert str(Stale("order 12")) == "order 12"


def test_parameters_are_for_the_template():
    error = InvalidInput("not_a_number", given="abc")
    assert isinstance(error, BatonError)
    assert (error.code, error.params) == ("not_a_number", {"given": "abc"})
    assert "not_a_number" in str(error)
