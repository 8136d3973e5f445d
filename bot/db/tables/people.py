"""Units, posts, who holds them, and the messenger accounts bound to persons."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.tables.base import Base
from bot.db.types import Id


class Unit(Base):
    """A unit (单位). `comparison_group`: units are ranked only within it."""

    __tablename__ = "units"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    comparison_group: Mapped[str | None]
    township: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]


class Post(Base):
    """A post (岗位): rights and indicators belong to it, persons come and go."""

    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    role: Mapped[str]
    title: Mapped[str]
    deputy: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]


class Person(Base):
    """A person of the roster. `code` is the roster's own number."""

    __tablename__ = "persons"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    list_title: Mapped[str | None]
    closed_at: Mapped[datetime | None]


class Tenure(Base):
    """A person holding a post from `since` until `until` (None: now)."""

    __tablename__ = "tenures"
    __table_args__ = (
        Index(
            "uq_tenures_current",
            "person_id",
            "post_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class Account(Base):
    """A messenger account bound to a person; only the numeric id counts. Unbound accounts stay as history."""

    __tablename__ = "accounts"
    __table_args__ = (
        Index(
            "uq_accounts_user",
            "telegram_user_id",
            unique=True,
            sqlite_where=text("unbound_at IS NULL"),
            postgresql_where=text("unbound_at IS NULL"),
        ),
        Index(
            "uq_accounts_person",
            "person_id",
            unique=True,
            sqlite_where=text("unbound_at IS NULL"),
            postgresql_where=text("unbound_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    telegram_user_id: Mapped[int] = mapped_column(BigInteger)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    bound_at: Mapped[datetime]
    unbound_at: Mapped[datetime | None]
    unreachable_since: Mapped[datetime | None]
    menu_role: Mapped[str | None]


class Invite(Base):
    """A one-time code for a post (and the person who holds it); only its hash is stored."""

    __tablename__ = "invites"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by_user_id: Mapped[int | None] = mapped_column(BigInteger)
    revoked_at: Mapped[datetime | None]


class BindingRequest(Base):
    """A second account that asks for a post that is already bound: the office decides."""

    __tablename__ = "binding_requests"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    invite_id: Mapped[int] = mapped_column(ForeignKey("invites.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    telegram_user_id: Mapped[int] = mapped_column(BigInteger)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    display_name: Mapped[str]
    requested_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    approved: Mapped[bool | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
