"""换人: a post goes to a new person. What belongs to the post goes along: rights, open orders, tasks, an open draft."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts, posts
from bot.db.drafts import DraftToKeep, Ending
from bot.db.engine import Database
from bot.db.locks import Turn, serialise
from bot.db.people import Holder, holders
from bot.db.pushes import cancel_chat
from bot.db.tables import Draft, Leave, OrderRecipient, Person, Post, Task, Tenure, WarningOrder
from bot.domain.errors import InvalidInput, Stale
from bot.domain.rights import Action
from bot.domain.tasks import OPEN
from bot.presenters.succession import Succession, SuccessionDone, SuccessionUsage
from bot.reading.plain import name_key
from bot.services.cause import Cause, Change, audit, effect
from bot.services.inviting import IssuedInvite, issue_in

KIND = "succession"
LONGEST_NAME = 20


@dataclass(frozen=True)
class _Meant:
    """The post, who holds it now (None: vacant), and the new person's name with who of that name is there already."""

    post: Post
    before: Holder | None
    name: str
    known: Holder | None


async def preview(db: Database, cause: Cause, words: str) -> Succession | SuccessionUsage:
    """What would change. Raises NotAllowed for anybody but the office, InvalidInput with what is wrong."""
    cause.check(Action.CHANGE_POST)
    post_words, _, name = words.strip().rpartition(" ")
    if not post_words.strip() or not name:
        return SuccessionUsage()
    async with effect(db, cause) as session:
        meant = await _meant(session, cause, post_words.strip(), name)
        payload: dict[str, object] = {"post": meant.post.name, "name": name}
        version = await drafts.put(session, DraftToKeep(cause.actor.person_id, KIND, payload, cause.now))
        return await _shown(session, cause, meant, version)


async def _meant(session: AsyncSession, cause: Cause, post_words: str, name: str) -> _Meant:
    if len(name) > LONGEST_NAME:
        raise InvalidInput("errors_succession.name", limit=LONGEST_NAME)
    every = (await session.scalars(select(Post).where(Post.closed_at.is_(None)))).all()
    post = next((item for item in every if name_key(item.name) == name_key(post_words)), None)
    if post is None:
        raise InvalidInput("errors_succession.no_post", post=post_words)
    held = await holders(session, post_ids=[post.id])
    if len(held) > 1:
        raise InvalidInput("errors_succession.several_holders", post=post.name)
    before = held[0] if held else None
    if before is not None and before.person == name:
        raise InvalidInput("errors_succession.same", post=post.name, person=name)
    if before is not None and before.person_id == cause.actor.person_id:
        raise InvalidInput("errors_succession.self")
    namesakes = {item.person_id: item for item in await holders(session) if item.person == name}
    if len(namesakes) > 1:
        raise InvalidInput("errors_succession.several", person=name)
    return _Meant(post, before, name, next(iter(namesakes.values()), None))


async def _shown(session: AsyncSession, cause: Cause, meant: _Meant, version: int) -> Succession:
    before = meant.before
    others = await _other_posts(session, before, meant.post.id) if before else []
    orders = await _open_orders(session, before) if before is not None else 0
    unit_id = meant.post.unit_id
    where = Task.to_post_id == meant.post.id
    if unit_id is not None:
        where |= Task.to_post_id.is_(None) & (Task.to_unit_id == unit_id)
    query = select(func.count(Task.id)).where(where, Task.state.in_([state.value for state in OPEN]))
    tasks = int(await session.scalar(query) or 0)
    draft = await drafts.current(session, before.person_id, cause.now) if before and not others else None
    return Succession(
        post=meant.post.name,
        before=before.person if before else None,
        other_posts=tuple(item.post for item in others),
        person=meant.name,
        known_as=meant.known.post if meant.known else None,
        bound=meant.known is not None and meant.known.chat_id is not None,
        orders=orders,
        tasks=tasks,
        draft=draft is not None,
        version=version,
    )


async def _other_posts(session: AsyncSession, holder: Holder, post_id: int) -> list[Holder]:
    return [item for item in await holders(session, person_ids=[holder.person_id]) if item.post_id != post_id]


async def _open_orders(session: AsyncSession, before: Holder) -> int:
    opened = select(WarningOrder.id).where(WarningOrder.closed_at.is_(None))
    query = select(func.count(OrderRecipient.id)).where(
        OrderRecipient.person_id == before.person_id,
        OrderRecipient.post_id == before.post_id,
        OrderRecipient.order_id.in_(opened),
    )
    return int(await session.scalar(query) or 0)


async def carry_out(db: Database, cause: Cause, version: int) -> SuccessionDone:
    """Change the post as shown. Raises NotAllowed, Stale for an older preview, InvalidInput where things changed."""
    cause.check(Action.CHANGE_POST)
    async with effect(db, cause) as session:
        await serialise(session, Turn.BINDING)
        draft = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
        if draft is None or draft.kind != KIND or draft.version != version:
            raise Stale
        meant = await _meant(session, cause, str(draft.payload["post"]), str(draft.payload["name"]))
        await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)
        person_id = meant.known.person_id if meant.known else await _add(session, meant)
        session.add(Tenure(person_id=person_id, post_id=meant.post.id, since=cause.now))
        await session.flush()
        if meant.before is not None:
            await _hand_over(session, cause, meant.before, person_id)
        return await _welcome(session, cause, meant, person_id)


async def _add(session: AsyncSession, meant: _Meant) -> int:
    """The new person, on the roster of whom they follow."""
    before = await session.get(Person, meant.before.person_id) if meant.before else None
    person = Person(code=None, name=meant.name, list_title=before.list_title if before else None)
    session.add(person)
    await session.flush()
    return person.id


async def _hand_over(session: AsyncSession, cause: Cause, before: Holder, to: int) -> None:
    """End the predecessor's time in the post; without another post their account is unbound."""
    others = await _other_posts(session, before, before.post_id)
    ended = (Tenure.person_id == before.person_id, Tenure.post_id == before.post_id, Tenure.until.is_(None))
    await session.execute(update(Tenure).where(*ended).values(until=cause.now))
    await posts.revoke_invites(session, before.person_id, cause.now, before.post_id)
    await _hand_over_orders(session, before, to)
    if others:
        return
    away = (Leave.person_id == before.person_id, Leave.ended_at.is_(None))
    await session.execute(update(Leave).where(*away).values(ended_at=cause.now))
    account = await posts.unbind(session, before.person_id, cause.now)
    if account is not None:
        await cancel_chat(session, account.chat_id, "succeeded")
    person = await session.get_one(Person, before.person_id)
    person.closed_at = cause.now
    if await session.get(Draft, to) is None and await drafts.current(session, before.person_id, cause.now) is not None:
        await session.execute(update(Draft).where(Draft.person_id == before.person_id).values(person_id=to))
    await session.flush()


async def _hand_over_orders(session: AsyncSession, before: Holder, to: int) -> None:
    """The new person is asked for open orders, and told of them, as if they had just been issued."""
    opened = select(WarningOrder.id).where(WarningOrder.closed_at.is_(None))
    has = select(OrderRecipient.order_id).where(OrderRecipient.person_id == to)
    await session.execute(
        update(OrderRecipient)
        .where(
            OrderRecipient.person_id == before.person_id,
            OrderRecipient.post_id == before.post_id,
            OrderRecipient.order_id.in_(opened),
            OrderRecipient.order_id.not_in(has),
        )
        .values(person_id=to, told_severity=None, told_at=None, acknowledged_at=None, acknowledged_severity=None)
        .execution_options(synchronize_session=False)
    )


async def _welcome(session: AsyncSession, cause: Cause, meant: _Meant, person_id: int) -> SuccessionDone:
    (held,) = await holders(session, person_ids=[person_id], post_ids=[meant.post.id])
    issued: IssuedInvite | None = None
    if await posts.account_of(session, person_id) is None:
        issued = await issue_in(session, cause, held)
    before: dict[str, object] | None = {"person_id": meant.before.person_id} if meant.before else None
    after: dict[str, object] = {"person_id": person_id, "post": meant.post.name}
    audit(session, cause, Change("change_post", "post", meant.post.id, before=before, after=after))
    return SuccessionDone(
        post=meant.post.name,
        before=meant.before.person if meant.before else None,
        person=meant.name,
        code=issued.code if issued else None,
        expires_at=issued.expires_at if issued else None,
    )
