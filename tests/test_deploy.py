"""What deploy/ says of Baton is true of it: settings, roles and doors; nothing runs as root or names a host."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.app import ROLES
from bot.config import SECRET_FILES, Settings
from bot.db.audit_chain import GENESIS, Head
from bot.db.depths import Depths
from bot.measures import Measures
from bot.web.metrics import Scraped, exposition
from bot.web.server import Doors, create_app

DEPLOY = Path(__file__).parents[1] / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())
SETTINGS = {f"BATON_{name.upper()}" for name in Settings.model_fields} | {f"{name}_FILE" for name in SECRET_FILES}


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(text("compose.yaml"))
    return loaded


def ours(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: service for name, service in compose["services"].items() if service["image"] == "baton"}


def roles_of(command: list[str]) -> set[str]:
    return set(command[command.index("--only") + 1].split(",")) if "--only" in command else set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"BATON_[A-Z_]+", path.read_text(encoding="utf-8")))
    assert named <= SETTINGS


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_package_host_is_named(path: Path) -> None:
    hosts = re.findall(r"https?://([\w.-]+)", path.read_text(encoding="utf-8"))
    assert set(hosts) <= {"127.0.0.1", "baton", "baton.example.gov.cn"}


def test_the_roles_of_the_services_are_all_there_are(compose: dict[str, Any]) -> None:
    runs = [roles_of(service["command"]) for service in ours(compose).values() if service["command"][0] == "run"]
    # With a webhook nobody polls: who is given an update handles it.
    assert set.union(*runs) == set(ROLES) - {"inbox"}
    assert sum("web" in roles for roles in runs) == 2
    assert sum("jobs" in roles for roles in runs) == 1


def test_no_process_of_ours_is_root_or_writes_beside_its_data(compose: dict[str, Any]) -> None:
    for service in ours(compose).values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["volumes"] == ["data:/data"]
    lines = text("Dockerfile").splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
    assert any(line.startswith("HEALTHCHECK") for line in lines)


def test_only_the_proxy_is_reached_from_outside(compose: dict[str, Any]) -> None:
    assert {name for name, service in compose["services"].items() if "ports" in service} == {"nginx"}
    assert compose["networks"]["back"]["internal"] is True
    assert compose["services"]["postgres"]["networks"] == ["back"]


def test_no_secret_is_in_the_environment(compose: dict[str, Any]) -> None:
    secret = set(SECRET_FILES)
    for service in ours(compose).values():
        assert not secret & set(service["environment"])
        assert set(service["secrets"]) <= set(compose["secrets"])


def test_the_proxy_lets_the_webhook_through_and_nothing_else(compose: dict[str, Any]) -> None:
    proxy = text("nginx.conf")
    doors = re.findall(r"location (=? ?/\S*)", proxy)
    assert doors == ["= /telegram", "/"]
    known = {getattr(route, "path", "") for route in create_app(Doors(ready=_nothing_missing)).routes}
    assert {"/telegram", "/healthz", "/readyz", "/metrics"} <= known
    servers = set(re.findall(r"server ([\w-]+):8080", proxy))
    assert servers == {name for name, service in ours(compose).items() if "web" in roles_of(service["command"])}
    assert "client_max_body_size 1m;" in proxy
    assert "limit_req zone=webhook" in proxy
    assert "$http_x_telegram" not in proxy


async def _nothing_missing() -> list[str]:
    return []


@pytest.mark.parametrize("name", ["baton.service", "baton@.service"])
def test_the_units_are_confined(name: str) -> None:
    unit = configparser.RawConfigParser(strict=False, delimiters=("=",))
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(text(name))
    service = unit["Service"]
    assert service["ExecStart"].startswith("/opt/baton/.venv/bin/baton run")
    for option in ("NoNewPrivileges", "DynamicUser", "PrivateTmp", "PrivateDevices", "MemoryDenyWriteExecute"):
        assert service[option] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for name in ("baton.service", "baton@.service"):
        # The program need not be installed here.
        unit = text(name).replace("/opt/baton/.venv/bin/baton", "/bin/true")
        (tmp_path / name.replace("@", "@web")).write_text(unit, encoding="utf-8")
    paths = [str(path) for path in tmp_path.iterdir()]
    checked = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed here")
def test_nginx_understands_its_configuration(tmp_path: Path) -> None:
    proxy = text("nginx.conf").replace("/etc/nginx/tls", str(tmp_path)).replace("/run/nginx.pid", f"{tmp_path}/pid")
    proxy = re.sub(r"server web-\d", "server 127.0.0.1", proxy).replace("/var/cache/nginx", str(tmp_path))
    proxy = proxy.replace("/dev/stderr", f"{tmp_path}/error").replace("/dev/stdout", f"{tmp_path}/access")
    (tmp_path / "nginx.conf").write_text(proxy, encoding="utf-8")
    key = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    files = ["-subj", "/CN=localhost", "-keyout", "privkey.pem", "-out", "fullchain.pem"]
    subprocess.run([*key, *files], cwd=tmp_path, capture_output=True, check=True)
    arguments = ["nginx", "-t", "-q", "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "error")]
    checked = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_every_alarm_is_in_the_manual() -> None:
    manual = (DEPLOY.parent / "docs" / "operations.md").read_text(encoding="utf-8")
    words = tomllib.loads((DEPLOY.parent / "templates/words/checkup.toml").read_text(encoding="utf-8"))
    assert [number for number in words["db"] if f"`{number}`" not in manual] == []
    shown = re.findall(r"^# TYPE (baton_\w+)", _all_figures(), re.MULTILINE)
    assert len(shown) > 15
    assert [name for name in shown if name not in manual] == []
    failing = ("database", "migrations", "telegram", "conflict", "sweeps", "stopping")
    assert [name for name in failing if f"`{name}`" not in manual] == []


def _all_figures() -> str:
    waiting = Depths(inbox={}, inbox_age=0.0, outbox={}, due_age={}, audit=Head(0, GENESIS))
    return exposition(Measures(), Scraped("1", ROLES, depths=waiting, database_seconds=0.0)).decode()
