"""The files of a dispatch meeting, for the office: the packet as Word and as a workbook, the minutes as Word."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from bot.db.engine import Database
from bot.documents.press import press
from bot.domain.rights import Action
from bot.presenters.meeting_paper import minutes_paper, packet_paper, packet_tables
from bot.presenters.reply import Attachment
from bot.presenters.words import label
from bot.services.cause import Cause
from bot.services.meeting_packet import minutes_in, packet_in
from bot.sheets.packet_sheet import write_packet


async def packet_file(db: Database, cause: Cause, meeting_id: int) -> Attachment:
    """The packet as a Word document. Raises NotAllowed, NotFound and Refused."""
    cause.check(Action.CALL_MEETING)
    async with db.read() as session:
        packet = await packet_in(session, cause, meeting_id)
    name = label("meeting.packet_file", title=packet.meeting.title)
    return Attachment(name, await press("document", packet_paper(packet)))


async def sheet_file(db: Database, cause: Cause, meeting_id: int) -> Attachment:
    """The packet as a workbook. Raises as `packet_file` does."""
    cause.check(Action.CALL_MEETING)
    async with db.read() as session:
        packet = await packet_in(session, cause, meeting_id)
    name = label("meeting.sheet_file", title=packet.meeting.title)
    return Attachment(name, await asyncio.to_thread(write_packet, packet_tables(packet)))


async def minutes_file(db: Database, cause: Cause, meeting_id: int) -> Attachment:
    """The minutes as a Word document. Raises as `packet_file` does."""
    cause.check(Action.CALL_MEETING)
    async with db.read() as session:
        minutes = await minutes_in(session, cause, meeting_id)
    name = label("meeting.minutes_file", title=minutes.meeting.title)
    return Attachment(name, await press("document", minutes_paper(minutes)))


FILES: Mapping[str, Callable[[Database, Cause, int], Awaitable[Attachment]]] = {
    "packet": packet_file,
    "sheet": sheet_file,
    "minutes": minutes_file,
}
