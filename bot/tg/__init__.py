from __future__ import annotations

import os

# python-telegram-bot gives times to wait as timedelta, which its next version does anyway, and warns of nothing.
os.environ.setdefault("PTB_TIMEDELTA", "1")
