"""Posts that a scheme names must be in the roster."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from bot.db.engine import Database
from bot.db.tables import Post
from bot.domain.scheme import Scheme
from bot.sheets.scheme_file import SchemeProblem


async def unknown_posts(db: Database, scheme: Scheme, source: str) -> list[SchemeProblem]:
    """The problems of a scheme's named posts; none while no roster was imported."""
    async with db.read() as session:
        known = set((await session.scalars(select(Post.name))).all())
    return problems_of_posts(scheme, source, known) if known else []


def problems_of_posts(scheme: Scheme, source: str, known: Collection[str]) -> list[SchemeProblem]:
    """One problem for each named post that is not known."""
    return [
        SchemeProblem(source, f"duties.{duty.grade}.posts", None, "unknown_post", (("given", post),))
        for duty in scheme.duties
        for post in duty.posts
        if post not in known
    ]
