"""Sends updates to the bot's webhook: in order per chat, several chats at once, again with growing pauses."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

from bot.sandbox.api import call, params_of_answer
from bot.sandbox.store import Row, dumps
from bot.sandbox.world import World

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
TIMEOUT = aiohttp.ClientTimeout(total=60)


class WebhookSender:
    """`run()` runs for ever; an update leaves the queue when the bot has answered 2xx."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._wake = asyncio.Event()
        self._busy: set[int] = set()
        self._not_before: dict[int, float] = {}
        self._pauses: dict[int, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        world.updates.on_push = self._wake.set

    async def run(self) -> None:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            try:
                while True:
                    self._wake.clear()
                    pause = self._start_due(session)
                    try:
                        await asyncio.wait_for(self._wake.wait(), pause)
                    except TimeoutError:
                        continue
            finally:
                for task in self._tasks:
                    task.cancel()

    def _start_due(self, session: aiohttp.ClientSession) -> float | None:
        """Starts what may go now; gives the seconds until something else is due, None for "when woken"."""
        hook = self._world.store.get("webhook")
        if not hook:
            self._pauses.clear()
            self._not_before.clear()
            return None
        now = asyncio.get_running_loop().time()
        later = []
        rows = self._world.store.all("SELECT * FROM updates WHERE id IN (SELECT min(id) FROM updates GROUP BY queue)")
        for row in rows:
            if row["queue"] in self._busy or len(self._busy) >= hook["max_connections"]:
                continue
            due = self._not_before.get(row["queue"], 0.0)
            if due > now:
                later.append(due - now)
                continue
            self._busy.add(row["queue"])
            task = asyncio.create_task(self._deliver(session, hook, row))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return min(later) if later else None

    async def _deliver(self, session: aiohttp.ClientSession, hook: dict[str, Any], row: Row) -> None:
        queue = row["queue"]
        try:
            error = await self._post(session, hook, row)
            if error is None:
                self._world.store.run("DELETE FROM updates WHERE id = ?", row["id"])
                self._pauses.pop(queue, None)
                self._not_before.pop(queue, None)
            else:
                self._note_error(error)
                pause = min(LONGEST_PAUSE_SECONDS, self._pauses.get(queue, FIRST_PAUSE_SECONDS / 2) * 2)
                self._pauses[queue] = pause
                self._not_before[queue] = asyncio.get_running_loop().time() + pause
        finally:
            self._busy.discard(queue)
            self._wake.set()

    async def _post(self, session: aiohttp.ClientSession, hook: dict[str, Any], row: Row) -> str | None:
        """One attempt; gives Telegram's words for what went wrong."""
        headers = {"Content-Type": "application/json"}
        if hook["secret"]:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook["secret"]
        update = dumps({"update_id": row["id"], **json.loads(row["body"])})
        try:
            async with session.post(hook["url"], data=update.encode(), headers=headers, allow_redirects=False) as reply:
                if not 200 <= reply.status < 300:
                    return f"Wrong response from the webhook: {reply.status} {reply.reason}"
                asked = params_of_answer(reply.headers.get("Content-Type", ""), await reply.read())
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientError as error:
            return (
                "Connection refused" if isinstance(error, aiohttp.ClientConnectorError) else "Connection reset by peer"
            )
        if asked:
            await call(self._world, *asked)
        return None

    def _note_error(self, message: str) -> None:
        error = {"last_error_date": int(self._world.settings.wall()), "last_error_message": message}
        self._world.store.put("webhook_error", error)
