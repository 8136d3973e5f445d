"""Fault injection: real `baton run` processes, a messenger, real databases, and the plug pulled at every step.

`python -m faults` runs the suite and writes its table into docs/reliability.md; `python -m faults.soak` runs an hour.
Nothing here is part of the product, and nothing of the product knows that it is here.
"""

from __future__ import annotations
