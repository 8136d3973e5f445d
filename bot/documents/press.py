"""Makes pictures and Word documents in a process of its own; the words and numbers come ready from the caller."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Literal

LONGEST_SECONDS = 60.0
# One at a time: each takes a hundred megabytes while it runs.
_turn = asyncio.Semaphore(1)


class PressFailed(Exception):
    """The file could not be made."""


async def press(kind: Literal["chart", "document"], payload: Mapping[str, object]) -> bytes:
    """A PNG picture or a .docx file. Raises PressFailed."""
    async with _turn:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.documents",
            kind,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            made, complaint = await asyncio.wait_for(
                process.communicate(json.dumps(payload, ensure_ascii=False).encode()), LONGEST_SECONDS
            )
        except TimeoutError:
            raise PressFailed(f"{kind} took longer than {LONGEST_SECONDS:g} s") from None
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
    if process.returncode != 0 or not made:
        last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
        raise PressFailed(f"{kind}: {last}")
    return made
