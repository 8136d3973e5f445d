"""Baton: the chat assistant of a district's performance-appraisal office."""

from __future__ import annotations

import os

# Workbooks come from anywhere. With lxml installed (the Word documents need it) openpyxl would read them with it, and
# lxml resolves entities; without it openpyxl reads through defusedxml. Decided when openpyxl is first imported.
os.environ["OPENPYXL_LXML"] = "False"
