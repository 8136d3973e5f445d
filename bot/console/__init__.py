"""The commands of `baton`, by subject: parse, call one service, print."""

from __future__ import annotations
