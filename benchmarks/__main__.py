"""`make bench`: all measures in one run, the table and the curves written into docs/.

.venv-bench/bin/python -m benchmarks --quick
.venv-bench/bin/python -m benchmarks --only questions,reports --rounds 3
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

import orjson
import uvloop

from benchmarks.measures import MEASURES, Bench
from benchmarks.publishing import publish, table


def main() -> None:
    """Parse, measure, tell."""
    parser = argparse.ArgumentParser(description="What Baton costs, beside the bare libraries.")
    parser.add_argument("--quick", action="store_true", help="a fifth of everything, one round; writes nothing")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(MEASURES), help=",".join(MEASURES))
    parser.add_argument("--publish", action="store_true", help="write docs/performance.md and its pictures")
    parser.add_argument("--json", type=Path, help="where the plain numbers go")
    parser.add_argument("--keep", type=Path, help="a folder for the databases, used again by the next run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="baton-bench-") as temporary:
        bench = Bench(1 if options.quick else options.rounds, options.quick, options.keep or Path(temporary))
        found: dict[str, dict] = {}
        for name in options.only.split(","):
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                found[name] = runner.run(MEASURES[name](bench))
            if options.json:
                options.json.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    print(table(found))
    if options.publish:
        publish(found)


if __name__ == "__main__":
    main()
