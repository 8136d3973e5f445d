"""`python -m bot.sandbox --port 8081 --state x.db`: the messenger alone."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from bot.sandbox.server import serve
from bot.sandbox.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description="The sandbox messenger, on loopback.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--state", default=":memory:", help="SQLite file that keeps chats and queued updates")
    parser.add_argument("--clock-upstream", help="URL of the bot's rehearsal clock")
    parser.add_argument("--token", help="serve only this bot token")
    options = parser.parse_args(arguments)
    settings = Settings(
        host=options.host,
        port=options.port,
        state=options.state,
        clock_upstream=options.clock_upstream,
        token=options.token,
    )
    try:
        asyncio.run(serve(settings))
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
