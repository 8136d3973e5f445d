"""Real processes in trouble, told to be verbose: nothing that they emit shows a secret, nor does the process list."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.web.server import SECRET_HEADER
from tests.sandbox.messenger import LI, PEOPLE, Messenger, free_port, running

pytestmark = pytest.mark.process
ROOT = Path(__file__).parents[2]
KEY = "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
TOKEN = f"110201543:{KEY}"
HIDDEN = {
    "token": KEY,
    "webhook": "webhook-secret-0123456789",
    "database": "hidden-db-password",
    "database quoted": "p%40ss-hidden",
    "database meant": "p@ss-hidden",
    "proxy": "hidden-proxy-password",
    "heartbeat": "heartbeat-uuid-4711",
    "robot": "robotkey-4712",
    "mail": "mail-password-4713",
    "words": "私密的话",
}
FALLBACK = f"wecombot://{HIDDEN['robot']}, mailto://office:{HIDDEN['mail']}@127.0.0.1:1"


def environment(folder: Path, **settings: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONUNBUFFERED": "1",
        "BATON_BOT_TOKEN": TOKEN,
        "BATON_DATABASE_URL": f"sqlite:///{folder / 'baton.db'}",
        "BATON_DATA_DIR": str(folder),
        "BATON_LISTEN": f"127.0.0.1:{free_port()}",
        "BATON_LOG_LEVEL": "debug",
        "BATON_WEBHOOK_SECRET": HIDDEN["webhook"],
        "BATON_HEARTBEAT_URL": f"http://127.0.0.1:1/ping/{HIDDEN['heartbeat']}",
        "BATON_FALLBACK_URLS": FALLBACK,
    } | settings


async def start(*arguments: str, **environ: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, env=environ, cwd=ROOT, stdout=pipe, stderr=pipe
    )


async def emitted(process: asyncio.subprocess.Process) -> str:
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return (out + err).decode()


def assert_hidden(text: str) -> None:
    assert [name for name, secret in HIDDEN.items() if secret in text] == []


async def test_processes_that_cannot_run_say_why_without_a_secret(tmp_path: Path) -> None:
    async with running(token="4242:another-token") as messenger:
        wrong = {
            "refused token": {"BATON_BOT_API_URL": messenger.url},
            "no database": {"BATON_DATABASE_URL": f"postgresql://baton:{HIDDEN['database quoted']}@127.0.0.1:1/baton"},
            "other database": {"BATON_DATABASE_URL": f"mysql://baton:{HIDDEN['database']}@127.0.0.1/baton"},
            "bad settings": {
                "BATON_HEARTBEAT_URL": HIDDEN["heartbeat"],
                "BATON_PROXY": f"http://u:{HIDDEN['proxy']}@127.0.0.1:1",
                "BATON_LISTEN": HIDDEN["proxy"],
            },
        }
        folders = {name: tmp_path / name for name in wrong}
        for folder in folders.values():
            folder.mkdir()
        runs = [await start("run", **environment(folders[name], **wrong[name])) for name in wrong]
        said = await asyncio.gather(*(emitted(process) for process in runs))
    for name, process, text in zip(wrong, runs, said, strict=True):
        assert process.returncode == 1, (name, text)
        assert text.strip(), name
        assert "Traceback" not in text, (name, text)
        assert_hidden(text)


async def in_trouble(messenger: Messenger, environ: dict[str, str], url: str) -> str:
    """All that can be had of a process whose surroundings fail in turn."""
    process = await start("run", **environ)
    async with httpx.AsyncClient(base_url=url, timeout=10) as http:
        for _ in range(600):
            await asyncio.sleep(0.05)
            assert process.returncode is None, await emitted(process)
            try:
                if (await http.get("/readyz")).status_code == 200:
                    break
            except httpx.TransportError:
                continue
        shown = Path(f"/proc/{process.pid}/cmdline").read_bytes().decode()
        for kind in ("server_error", "reset", "bad_request", "forbidden"):
            await messenger.post("faults", kind=kind, count=2, seconds=0.1, retry_after=0)
            await messenger.send(LI, HIDDEN["words"])
            await asyncio.sleep(0.1)
        wrong = {SECRET_HEADER: "wrong-" + HIDDEN["webhook"]}
        for path in ("/healthz", "/readyz", "/metrics", "/nothing"):
            answer = await http.get(path, headers=wrong)
            shown += answer.text + str(answer.headers)
        answer = await http.post("/telegram", headers=wrong, content=HIDDEN["words"])
        shown += answer.text + str(answer.headers)
        process.send_signal(signal.SIGTERM)
        return shown + await emitted(process)


async def test_a_process_in_trouble_emits_no_secret(tmp_path: Path) -> None:
    port = free_port()
    async with running(token=TOKEN) as messenger:
        await messenger.put_people(PEOPLE)
        more: dict[str, Any] = {"BATON_BOT_API_URL": messenger.url, "BATON_LISTEN": f"127.0.0.1:{port}"}
        shown = await in_trouble(messenger, environment(tmp_path, **more), f"http://127.0.0.1:{port}")
    assert "running" in shown
    assert "baton_ready" in shown
    assert_hidden(shown)
