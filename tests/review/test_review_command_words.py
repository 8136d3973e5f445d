"""What the command says when the system or a setting refuses: in the office's words, with the setting's name."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot.config import read_settings
from bot.console.explaining import explain, sentences_for


def refused(**environ: str) -> list[str]:
    with pytest.raises(ValidationError) as raised:
        read_settings(environ)
    return sentences_for(raised.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BATON_MODE", "pull"),
        ("BATON_LISTEN", "localhost"),
        ("BATON_TIMEZONE", "Mars/Base"),
        ("BATON_BOT_API_URL", "ftp://x"),
        ("BATON_CLOCK", "tomorrow"),
        ("BATON_CLOCK", "2026-11-20T08:30"),
    ],
)
def test_a_setting_is_named_and_explained(name: str, value: str):
    said = refused(**{name: value})[0]
    assert name in said
    for word in ("must", "Input", "should", "refused", value):
        assert word not in said


def test_a_system_error_is_explained(capsys: pytest.CaptureFixture[str]):
    assert explain(FileNotFoundError(2, "No such file or directory", "/没有")) == 1
    shown = capsys.readouterr().err
    assert "文件或目录不存在" in shown
    assert "/没有" in shown
    assert "No such" not in shown
