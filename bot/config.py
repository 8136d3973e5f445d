"""Settings from the environment (`BATON_…`), with `…_FILE` variants for secrets. Reads nothing else."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

PUBLIC_BOT_API = "https://api.telegram.org"
PUBLIC_DOMAIN = "telegram.org"
SECRET_FILES = (
    "BATON_BOT_TOKEN",
    "BATON_WEBHOOK_SECRET",
    "BATON_DATABASE_URL",
    "BATON_FALLBACK_URLS",
    "BATON_PROXY",
    "BATON_HEARTBEAT_URL",
)
# Shorter parts of an address are no secrets: hiding them would make holes into every log line.
SHORTEST_SECRET = 6


class Settings(BaseModel):
    """All that an operator can set. Field names are the contract without the `BATON_` prefix."""

    # What was given may be a secret: an error names the setting, never its value.
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    bot_token: SecretStr | None = None
    bot_api_url: str = PUBLIC_BOT_API
    database_url: SecretStr = SecretStr("sqlite:///baton.db")
    data_dir: Path = Path("./data")
    timezone: str = "Asia/Shanghai"
    mode: Literal["polling", "webhook"] = "polling"
    listen: str = "127.0.0.1:8080"
    public_url: str | None = None
    webhook_secret: SecretStr | None = None
    proxy: SecretStr | None = None
    heartbeat_url: SecretStr | None = None
    fallback_urls: SecretStr | None = None
    metrics_listen: str | None = Field(default=None, description="health and figures alone, for every role")
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    clock: datetime | None = Field(default=None, description="rehearsal: the moment at which the process starts")

    @field_validator("bot_api_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        if urlsplit(value).scheme not in ("http", "https"):
            raise ValueError("must be an http(s) address")
        return value.rstrip("/")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, OSError) as error:
            raise ValueError("must be a time zone such as Asia/Shanghai") from error
        return value

    @field_validator("heartbeat_url")
    @classmethod
    def _an_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value and urlsplit(value.get_secret_value()).scheme not in ("http", "https"):
            raise ValueError("must be an http(s) address")
        return value

    @field_validator("listen", "metrics_listen")
    @classmethod
    def _host_and_port(cls, value: str | None) -> str | None:
        if value is None:
            return None
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or int(port) > 65535:
            raise ValueError("must be HOST:PORT")
        return value

    @model_validator(mode="after")
    def _rehearsal_is_private(self) -> Settings:
        host = urlsplit(self.bot_api_url).hostname or ""
        if self.clock and host.endswith(PUBLIC_DOMAIN):
            raise ValueError("BATON_CLOCK is refused with the public Bot API: real people would get rehearsal messages")
        if self.clock and self.clock.tzinfo is None:
            self.clock = self.clock.replace(tzinfo=self.zone)
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def listen_address(self) -> tuple[str, int]:
        """Host and port of our own HTTP server."""
        return _address(self.listen)

    @property
    def metrics_address(self) -> tuple[str, int] | None:
        """Host and port of the server for health and figures alone, if there is one."""
        return _address(self.metrics_listen) if self.metrics_listen else None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Whatever must never be shown, the longest first: the values, and in addresses each part that may be one."""
        found: set[str] = set()
        for value in (self.bot_token, self.webhook_secret, self.database_url, self.proxy, self.heartbeat_url):
            found |= _parts(value.get_secret_value()) if value else set()
        for url in re.split(r"[\s,]+", self.fallback_urls.get_secret_value()) if self.fallback_urls else ():
            # Many of these carry their key where an address has its host.
            found |= _parts(url) | {urlsplit(url).netloc, *urlsplit(url).path.split("/")}
        return tuple(sorted((part for part in found if len(part) >= SHORTEST_SECRET), key=len, reverse=True))


def _address(value: str) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    return host.strip("[]"), int(port)


def _parts(value: str) -> set[str]:
    """A secret as such; of an address what is in front of its host and behind its path, as written and as meant."""
    if "://" not in value:
        return {value, value.partition(":")[2]}
    found = {value} if not value.startswith("sqlite") else set()
    authority = urlsplit(value).netloc.rpartition("@")[0]
    user, _, password = authority.partition(":")
    query = [part for _, part in parse_qsl(urlsplit(value).query)]
    secret = password or (user if urlsplit(value).scheme not in ("postgresql", "postgres") else "")
    found |= {secret, unquote(secret)}
    if urlsplit(value).scheme in ("http", "https"):
        found |= {part for part in urlsplit(value).path.split("/") if part} | set(query)
    return found


def read_settings(environ: dict[str, str] | None = None) -> Settings:
    """Settings from `environ` (default: the process's), secrets also from the files that `…_FILE` names.

    Raises pydantic.ValidationError for a bad value and OSError for a secret file that cannot be read.
    """
    environ = dict(os.environ) if environ is None else environ
    values: dict[str, Any] = {
        name.removeprefix("BATON_").lower(): value
        for name, value in environ.items()
        if name.startswith("BATON_") and value and name.removesuffix("_FILE") not in SECRET_FILES
    }
    for name in SECRET_FILES:
        if value := environ.get(name):
            values[name.removeprefix("BATON_").lower()] = value
        elif path := environ.get(f"{name}_FILE"):
            values[name.removeprefix("BATON_").lower()] = Path(path).read_text(encoding="utf-8").strip()
    return Settings(**values)
