"""A push that is too long for a few messages: a short summary, and all of it as a file."""

from __future__ import annotations

from markupsafe import Markup

from bot.presenters.reply import Attachment, Reply
from bot.presenters.words import label, render

# Word processors take a text without this mark for one in the system's own encoding.
ENCODING = "utf-8-sig"


def document_of(head: str, whole: str) -> Reply:
    """`head`: the beginning, as Telegram's HTML; `whole`: all of it as plain text."""
    file = Attachment(label("push_marks.file_name"), whole.replace("\n", "\r\n").encode(ENCODING))
    # The head is a part of a push that was rendered and escaped before.
    return Reply(render("push/as_document", head=Markup(head)), files=(file,))
