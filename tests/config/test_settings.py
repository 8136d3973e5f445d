"""Settings from the environment: what is taken, what is refused, and that no secret shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.clock import RehearsalClock, SystemClock, clock_for
from bot.config import Settings, read_settings

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def test_nothing_set_gives_the_defaults() -> None:
    settings = read_settings({})
    assert settings.bot_token is None
    assert settings.database_url.get_secret_value() == "sqlite:///baton.db"
    assert settings.listen_address == ("127.0.0.1", 8080)
    assert (settings.mode, settings.timezone, settings.clock) == ("polling", "Asia/Shanghai", None)


def test_what_the_environment_says_is_taken_and_empty_is_not_set() -> None:
    settings = read_settings({"BATON_BOT_TOKEN": TOKEN, "BATON_LISTEN": "[::1]:9000", "BATON_PROXY": "", "OTHER": "x"})
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == TOKEN
    assert settings.listen_address == ("::1", 9000)
    assert settings.proxy is None


def test_only_the_given_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATON_BOT_TOKEN", TOKEN)
    assert read_settings({}).bot_token is None
    assert read_settings().bot_token is not None


@pytest.mark.parametrize("name", ["BOT_TOKEN", "WEBHOOK_SECRET", "DATABASE_URL", "FALLBACK_URLS", "PROXY"])
def test_a_secret_may_come_from_a_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("sqlite:///x.db\n", encoding="utf-8")
    settings = read_settings({f"BATON_{name}_FILE": str(tmp_path / "secret")})
    assert getattr(settings, name.lower()).get_secret_value() == "sqlite:///x.db"
    with pytest.raises(OSError):
        read_settings({f"BATON_{name}_FILE": str(tmp_path / "missing")})


def test_unknown_names_are_ignored() -> None:
    assert read_settings({"BATON_TYPO": "x", "BATON_LISTEN_FILE": "x"}) == read_settings({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LISTEN", "8080"),
        ("LISTEN", "host:port"),
        ("LISTEN", "host:70000"),
        ("TIMEZONE", "Mars/Olympus"),
        ("TIMEZONE", "../../etc/passwd"),
        ("MODE", "carrier-pigeon"),
        ("BOT_API_URL", "api.telegram.org"),
        ("BOT_API_URL", "file:///etc"),
        ("CLOCK", "yesterday"),
    ],
)
def test_a_bad_value_is_refused_by_name_without_showing_secrets(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as caught:
        read_settings({"BATON_BOT_TOKEN": TOKEN, f"BATON_{name}": value})
    assert name.lower() in str(caught.value)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        None,
        "https://api.telegram.org",
        "https://api.telegram.org/",
        "HTTPS://API.TELEGRAM.ORG",
        "http://telegram.org:443",
    ],
)
def test_the_rehearsal_clock_is_refused_with_real_people(url: str | None) -> None:
    environ = {"BATON_BOT_TOKEN": TOKEN, "BATON_CLOCK": "2026-11-20T09:00", "BATON_BOT_API_URL": url or ""}
    with pytest.raises(ValidationError, match="real people") as caught:
        read_settings(environ)
    assert TOKEN not in str(caught.value)


def test_a_rehearsal_time_without_zone_is_office_time() -> None:
    settings = read_settings({"BATON_BOT_API_URL": "http://127.0.0.1:1", "BATON_CLOCK": "2026-11-20T09:00"})
    assert settings.clock == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    settings = read_settings(
        {"BATON_BOT_API_URL": "http://127.0.0.1:1", "BATON_CLOCK": "2026-11-20T09:00", "BATON_TIMEZONE": "UTC"}
    )
    assert settings.clock == datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def test_no_representation_shows_a_secret() -> None:
    settings = Settings(bot_token=TOKEN, webhook_secret="hidden-one", database_url="postgresql://u:hidden-two@h/d")
    for shown in (repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()):
        assert TOKEN not in shown
        assert "hidden" not in shown


def test_a_rehearsal_clock_runs_on_and_is_never_set_back() -> None:
    start = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    clock = clock_for(start)
    assert isinstance(clock, RehearsalClock)
    assert start <= clock.now() < start + timedelta(seconds=5)
    assert clock.set(start + timedelta(days=1)) >= start + timedelta(days=1)
    assert clock.set(start) >= start + timedelta(days=1)
    assert isinstance(clock_for(None), SystemClock)
    assert clock_for(None).now().tzinfo is UTC
