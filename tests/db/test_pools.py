"""As many people may look at once as like to, also when each needs a session beside it."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from bot.db.engine import Database

MANY = 40


async def test_many_lookers_that_need_a_session_beside_do_not_starve_each_other(db: Database) -> None:
    everybody = asyncio.Event()
    looking = 0

    async def one() -> None:
        nonlocal looking
        async with db.look():
            looking += 1
            if looking >= 15:
                everybody.set()
            await everybody.wait()
            async with db.read() as session:
                await session.execute(text("SELECT 1"))

    async with asyncio.timeout(15):
        await asyncio.gather(*(one() for _ in range(MANY)))
