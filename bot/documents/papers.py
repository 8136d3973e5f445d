"""Word documents: a template of templates/documents/ with its places filled.

Payload: {"template": file name, "context": names and values}. The template holds the layout of an official notice
(GB/T 9704: A4, margins 37/28/35/26 mm, 22 lines of 28 characters), so an office can change it in Word.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined

TEMPLATES = Path(__file__).parents[2] / "templates" / "documents"


def fill(payload: Mapping[str, Any]) -> bytes:
    """The .docx of a payload. Raises jinja2.UndefinedError when the template names something that is not given."""
    template = DocxTemplate(TEMPLATES / Path(payload["template"]).name)
    template.render(payload["context"], Environment(undefined=StrictUndefined, autoescape=True), autoescape=True)
    made = io.BytesIO()
    template.save(made)
    return made.getvalue()
