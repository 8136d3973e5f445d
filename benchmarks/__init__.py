"""What Baton costs, beside the bare libraries: `make bench`."""

from __future__ import annotations
