"""A TCP proxy that delays, stalls and cuts its connections, for the randomised fault test."""

import asyncio
import random


class Proxy:
    """Carries bytes between the clients and the server, badly while `faulty`."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.faulty = True
        self.target = 0
        self.port = 0
        self.writers = set()
        self.tasks = set()
        self.counts = {"clean": 0, "slow": 0, "cut": 0, "stall": 0, "one way": 0}

    async def start(self):
        server = await asyncio.start_server(self.accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

    def plan(self):
        """What happens to a connection: its kind and the bytes after which it does."""
        kind = self.random.choices(["clean", "slow", "cut", "stall", "one way"], [2, 2, 5, 2, 2])[0]
        after = int(self.random.expovariate(1 / 12_000))
        return (kind if self.faulty else "clean"), after

    async def accept(self, reader, writer):
        self.tasks.add(asyncio.current_task())
        kind, after = self.plan()
        self.counts[kind] += 1
        try:
            upstream, downstream = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        ends = (writer, downstream)
        self.writers.update(ends)
        # Cut in the middle of what is under way, in both directions, sometimes with a reset.
        left = [after, after]
        try:
            await asyncio.gather(
                self.pump(reader, downstream, kind, left, 0, ends), self.pump(upstream, writer, kind, left, 1, ends))
        except OSError:
            self.abort(ends)
        finally:
            self.writers.difference_update(ends)

    @staticmethod
    def abort(ends):
        for end in ends:
            end.transport.abort()

    async def pump(self, reader, writer, kind, left, direction, ends):
        while data := await reader.read(16 * 1024):
            if kind == "slow":
                await asyncio.sleep(self.random.random() * 0.02)
            left[direction] -= len(data)
            if left[direction] < 0 and kind in ("cut", "stall", "one way"):
                if kind == "cut":
                    writer.write(data[: len(data) + left[direction]])
                    return self.abort(ends) if self.random.random() < 0.5 else [end.close() for end in ends]
                if kind == "stall":
                    await asyncio.sleep(self.random.random() * 0.5)
                    left[direction] = int(self.random.expovariate(1 / 12_000))
                elif kind == "one way":
                    # What this side says is lost from here on, until the other end is gone, too.
                    await asyncio.sleep(self.random.random() * 0.3)
                    return self.abort(ends)
            writer.write(data)
            await writer.drain()
        if not writer.is_closing():
            writer.write_eof() if writer.can_write_eof() else writer.close()

    async def stop(self):
        self.heal()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def heal(self):
        """Ends the faults, and every connection that may still be under one."""
        self.faulty = False
        for writer in list(self.writers):
            writer.transport.abort()
