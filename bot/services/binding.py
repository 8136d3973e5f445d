"""Binds messenger accounts to persons by one-time codes; a second account for a person is the office's to decide."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import posts
from bot.db.binding import invite_of, open_request
from bot.db.engine import Database
from bot.db.locks import Turn, serialise
from bot.db.people import Holder, KnownActor, actor_of_person, holders
from bot.db.tables import Account, BindingRequest, Invite
from bot.domain.binding import (
    AccountTaken,
    AsksOffice,
    Bound,
    Decided,
    ExpiredCode,
    Me,
    Outcome,
    UsedCode,
    WrongCode,
)
from bot.domain.errors import NotFound
from bot.domain.rights import Action
from bot.services.binding_pushes import ask_office, tell_decided
from bot.services.cause import Cause, Change, audit, effect
from bot.services.inviting import hash_of


@dataclass(frozen=True)
class MessengerUser:
    """An account of the messenger as it presents itself. Only the number counts; the name is for the office to see."""

    user_id: int
    chat_id: int
    display_name: str


async def bind(db: Database, cause: Cause, code: str, user: MessengerUser) -> Outcome:
    """Try a code. Of two accounts with one code exactly one is bound; a code works once."""
    async with effect(db, cause) as session:
        # Bindings are rare: taking turns is simpler than telling every crossing apart by its unique key.
        await serialise(session, Turn.BINDING)
        invite = await invite_of(session, hash_of(code))
        if invite is None:
            return WrongCode()
        mine = await posts.account_of_user(session, user.user_id)
        if mine is not None and mine.person_id == invite.person_id:
            return await _greet(session, cause, invite)
        refused = await _refuse(session, cause, invite, user)
        if refused is not None:
            return refused
        held = await _held(session, invite.person_id, invite.post_id)
        if held is None:
            return ExpiredCode(invite.expires_at, replaced=True)
        if mine is not None:
            return await _taken(session, mine)
        invite.used_at, invite.used_by_user_id = cause.now, user.user_id
        if await posts.account_of(session, invite.person_id) is not None:
            await _request(session, cause, invite, user)
            return AsksOffice(held.post)
        return await _bind(session, cause, held, user)


async def _refuse(session: AsyncSession, cause: Cause, invite: Invite, user: MessengerUser) -> Outcome | None:
    if invite.used_at is not None:
        asked = await open_request(session, invite.person_id, user.user_id)
        held = await _held(session, invite.person_id, invite.post_id) if asked else None
        return AsksOffice(held.post, again=True) if held else UsedCode()
    if invite.revoked_at is not None:
        return ExpiredCode(invite.expires_at, replaced=True)
    if invite.expires_at <= cause.now:
        return ExpiredCode(invite.expires_at)
    return None


async def _held(session: AsyncSession, person_id: int, post_id: int) -> Holder | None:
    """The person in that post; in another one if they moved since the code was issued; None when out of office."""
    held = await holders(session, person_ids=[person_id])
    return next((item for item in held if item.post_id == post_id), held[0] if held else None)


async def _greet(session: AsyncSession, cause: Cause, invite: Invite) -> Outcome:
    if invite.used_at is None and invite.revoked_at is None:
        invite.used_at = cause.now
    held = await _held(session, invite.person_id, invite.post_id)
    return _bound(held, again=True) if held else ExpiredCode(invite.expires_at, replaced=True)


async def _taken(session: AsyncSession, mine: Account) -> AccountTaken:
    known = await actor_of_person(session, mine.person_id)
    return AccountTaken(known.name if known else "", known.posts[0] if known else "")


async def _bind(session: AsyncSession, cause: Cause, held: Holder, user: MessengerUser) -> Bound:
    await _put_account(session, cause, held.person_id, (user.user_id, user.chat_id))
    return _bound(held)


def _bound(held: Holder, *, again: bool = False) -> Bound:
    return Bound(held.person_id, held.person, held.post, held.unit, held.role, again)


async def _put_account(session: AsyncSession, cause: Cause, person_id: int, account: tuple[int, int]) -> None:
    user_id, chat_id = account
    row = Account(person_id=person_id, telegram_user_id=user_id, chat_id=chat_id, bound_at=cause.now)
    session.add(row)
    await session.flush()
    audit(session, cause, Change("bind", "person", person_id, after={"account": user_id}))


async def _request(session: AsyncSession, cause: Cause, invite: Invite, user: MessengerUser) -> None:
    request = await open_request(session, invite.person_id, user.user_id)
    if request is None:
        request = BindingRequest(
            invite_id=invite.id,
            post_id=invite.post_id,
            person_id=invite.person_id,
            telegram_user_id=user.user_id,
            chat_id=user.chat_id,
            display_name=user.display_name,
            requested_at=cause.now,
        )
        session.add(request)
        await session.flush()
        audit(session, cause, Change("ask_binding", "person", invite.person_id, after={"account": user.user_id}))
    await ask_office(session, cause, request)


async def decide_binding(db: Database, cause: Cause, request_id: int, *, approve: bool) -> Decided:
    """The office's answer to a second account. On approval the old account is unbound; both are told.

    Raises NotAllowed without the right, NotFound for a request of nobody in office any more.
    """
    cause.check(Action.APPROVE_BINDING)
    async with effect(db, cause) as session:
        await serialise(session, Turn.BINDING)
        request = await session.get(BindingRequest, request_id, with_for_update=True)
        held = await _held(session, request.person_id, request.post_id) if request else None
        if request is None or held is None:
            raise NotFound("binding request")
        if request.decided_at is not None:
            return await _decided_before(session, request, held)
        # Meanwhile the account may have been bound to somebody else: then it cannot be given to this person.
        approve = approve and await posts.account_of_user(session, request.telegram_user_id) is None
        request.decided_at, request.approved, request.decided_by = cause.now, approve, cause.actor.person_id
        old = await posts.unbind(session, request.person_id, cause.now) if approve else None
        await session.flush()
        if approve:
            await _put_account(session, cause, request.person_id, (request.telegram_user_id, request.chat_id))
        else:
            audit(session, cause, Change("refuse_binding", "person", request.person_id))
        await tell_decided(session, cause, request, old)
        return Decided(approve, held.person, held.post, request.display_name)


async def _decided_before(session: AsyncSession, request: BindingRequest, held: Holder) -> Decided:
    by = await actor_of_person(session, request.decided_by) if request.decided_by else None
    return Decided(
        bool(request.approved), held.person, held.post, request.display_name, before=True, by=by.name if by else None
    )


async def who_am_i(db: Database, actor: KnownActor) -> Me:
    """What Baton knows of the person who asks."""
    async with db.read() as session:
        account = await posts.account_of(session, actor.person_id)
    return Me(actor.name, actor.posts, actor.units, actor.role, account.bound_at if account else None)
