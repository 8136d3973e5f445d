"""The transport of the second channel: Apprise (WeCom, DingTalk, Feishu, mail, SMS gateways). Shows no address."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.db import fallback
from bot.db.claims import Claimed
from bot.db.engine import Database
from bot.domain.pushes import Act
from bot.outbox.delivery import Delivered, DeliveryError, FailureKind
from bot.presenters.plain import plain_text

# The first line of a push is its title, where a channel has titles.
TITLE_LENGTH = 60
SECONDS = 30.0
# After so many refusals an address is wrong rather than busy.
MOST_ATTEMPTS = 8


def administrators_urls(setting: str | None) -> tuple[str, ...]:
    """The addresses in BATON_FALLBACK_URLS: separated by blanks or line breaks."""
    return tuple((setting or "").split())


def is_address(url: str) -> bool:
    """Whether Apprise knows what to do with this URL."""
    # Apprise takes more than half a second to load, and only who uses the second channel needs it.
    from apprise import Apprise

    _silence()
    return "://" in url and Apprise.instantiate(url, suppress_exceptions=True) is not None


def _silence() -> None:
    """What these libraries log holds addresses, and an address holds its secret."""
    for name in ("apprise", "urllib3", "requests"):
        logging.getLogger(name).disabled = True


@dataclass
class SecondChannel:
    """Sends pushes to the addresses of persons and posts, and (`chat_id` 0) to those of the administrators."""

    db: Database
    administrators: Sequence[str] = field(default=(), repr=False)
    seconds: float = SECONDS

    async def send(self, claimed: Claimed, text: str) -> Delivered:
        """Send the push; an address that takes it is enough. Raises DeliveryError."""
        push = claimed.push
        if push.act != Act.SEND.value:
            raise DeliveryError(FailureKind.BAD_REQUEST, detail="nothing can be edited here")
        urls = await self._urls(push.chat_id)
        if not urls:
            raise DeliveryError(FailureKind.BAD_REQUEST, detail="no such address")
        title, _, body = plain_text(text).partition("\n")
        if len(title) > TITLE_LENGTH or not body.strip():
            title, body = "", plain_text(text)
        failures = [await self._notify(url, title, body.strip()) for url in urls]
        if None in failures:
            return Delivered(())
        if FailureKind.UNCERTAIN in failures:
            raise DeliveryError(FailureKind.UNCERTAIN, detail="no answer in time")
        kind = FailureKind.NETWORK if push.attempts < MOST_ATTEMPTS else FailureKind.BAD_REQUEST
        raise DeliveryError(kind, detail="not accepted")

    async def _urls(self, address_id: int) -> Sequence[str]:
        if address_id == fallback.ADMINISTRATORS:
            return self.administrators
        async with self.db.read() as session:
            url = await fallback.url_of(session, address_id)
        return (url,) if url is not None else ()

    async def _notify(self, url: str, title: str, body: str) -> FailureKind | None:
        """None when the address took it. Apprise does not say why one did not."""
        from apprise import Apprise, NotifyFormat

        _silence()
        service = Apprise()
        if not service.add(url):
            return FailureKind.BAD_REQUEST
        try:
            sending = service.async_notify(title=title, body=body, body_format=NotifyFormat.TEXT)
            taken = await asyncio.wait_for(sending, self.seconds)
        except TimeoutError:
            return FailureKind.UNCERTAIN
        except Exception:  # noqa: BLE001 - a plugin may raise anything, and its words may hold the address
            return FailureKind.NETWORK
        return None if taken else FailureKind.NETWORK
