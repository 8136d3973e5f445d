from __future__ import annotations

import importlib.util
import sys
import types

if importlib.util.find_spec("bot.services.sweeping") is None:
    stub = types.ModuleType("bot.services.sweeping")

    async def run_due(*_args: object, **_more: object) -> None:
        return None

    stub.run_due = run_due  # type: ignore[attr-defined]
    sys.modules["bot.services.sweeping"] = stub
