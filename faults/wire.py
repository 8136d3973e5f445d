"""Between the bot and the messenger: a relay whose connections can be frozen, as by a peer that vanished."""

from __future__ import annotations

import asyncio
import contextlib


class Wire:
    """Relays to `port` of loopback. Frozen connections stay open and carry nothing any more; new ones work."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._generation = 0
        self._thawed = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def open(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])

    def freeze(self) -> None:
        """Every connection that is open now goes dead without a word."""
        self._generation += 1

    async def close(self) -> None:
        """Cut everything."""
        self._thawed.set()
        for task in self._tasks:
            task.cancel()
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        generation = self._generation
        there, onward = await asyncio.open_connection("127.0.0.1", self._target)
        pumps = [
            asyncio.create_task(self._pump(reader, onward, generation)),
            asyncio.create_task(self._pump(there, writer, generation)),
        ]
        self._tasks |= set(pumps)
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()
            self._tasks.discard(pump)
        for end in (onward, writer):
            end.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, generation: int) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if generation < self._generation:
                    await self._thawed.wait()
                writer.write(data)
                await writer.drain()
