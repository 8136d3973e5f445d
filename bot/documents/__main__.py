"""The press as a process: `python -m bot.documents KIND`, JSON on standard input, the file on standard output.

A process of its own, because the drawing and document libraries take longer to load than the bot takes to start, and
more memory than the whole bot. Nothing of that stays when the file is made.
"""

from __future__ import annotations

import json
import sys


def main() -> None:
    """Make one file."""
    kind, payload = sys.argv[1], json.load(sys.stdin.buffer)
    if kind == "chart":
        from bot.documents.charts import draw

        made = draw(payload)
    elif kind == "document":
        from bot.documents.papers import fill

        made = fill(payload)
    else:
        sys.exit(f"unknown kind: {kind}")
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
