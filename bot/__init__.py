"""Baton: the chat assistant of a district's performance-appraisal office."""

from __future__ import annotations
