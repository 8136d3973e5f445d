"""How updates reach the bot: getUpdates and the webhook's set-up."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.errors import bad_request
from bot.sandbox.params import Params
from bot.sandbox.updates import MAX_BATCH
from bot.sandbox.world import World

SECRET = re.compile(r"[A-Za-z0-9_\-]{1,256}\Z")
DEFAULT_CONNECTIONS = 40


def _allowed(params: Params) -> list[str] | None:
    kinds = params.tree("allowed_updates", "allowed updates")
    if kinds is None:
        return None
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise bad_request("can't parse allowed updates: expected an Array of String")
    return kinds


async def get_updates(world: World, params: Params) -> list[dict[str, Any]]:
    world.updates.allow(_allowed(params))
    limit = params.integer("limit", MAX_BATCH)
    limit = limit if 1 <= limit <= MAX_BATCH else MAX_BATCH
    return await world.updates.poll(params.integer("offset"), limit, params.integer("timeout"))


def set_webhook(world: World, params: Params) -> bool:
    url = params.text("url").strip()
    if not url:
        return delete_webhook(world, params)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = params.text("secret_token")
    if secret and not SECRET.match(secret):
        raise bad_request("secret token contains unallowed characters")
    world.updates.allow(_allowed(params))
    connections = min(100, max(1, params.integer("max_connections", DEFAULT_CONNECTIONS)))
    if params.flag("drop_pending_updates"):
        world.updates.drop()
    world.store.put("webhook", {"url": url, "secret": secret, "max_connections": connections})
    world.store.put("webhook_error", None)
    world.updates.interrupt("terminated by setWebhook request")
    world.updates.on_push()
    return True


def delete_webhook(world: World, params: Params) -> bool:
    world.store.put("webhook", None)
    if params.flag("drop_pending_updates"):
        world.updates.drop()
    return True


def webhook_info(world: World, _params: Params) -> dict[str, Any]:
    hook = world.store.get("webhook") or {}
    error = world.store.get("webhook_error") or {}
    info = {
        "url": hook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": world.updates.count(),
    }
    if hook:
        info.update(error, max_connections=hook["max_connections"], ip_address="127.0.0.1")
    if kinds := world.store.get("allowed_updates"):
        info["allowed_updates"] = kinds
    return info


METHODS = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
}
