"""The peer Python websockets, on uvloop: whoever opens /ROOM hears every text frame of that room.

    websockets_hub.py HOST PORT CERTIFICATE KEY
"""

import asyncio
import ssl
import sys

import uvloop
from websockets.asyncio.server import broadcast, serve

host, port, certificate, key = sys.argv[1:]
rooms = {}


async def hear(connection):
    members = rooms.setdefault(connection.request.path, set())
    members.add(connection)
    try:
        await connection.send("ready")
        async for text in connection:
            if text == "join":
                members.add(connection)
            elif text == "leave":
                members.discard(connection)
            else:
                broadcast(members, text)
    finally:
        members.discard(connection)


async def main():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.minimum_version = ssl.TLSVersion.TLSv1_3
    tls.load_cert_chain(certificate, key)
    async with serve(
        hear, host, int(port), ssl=tls, compression=None, ping_interval=None, max_queue=None, backlog=4096,
        open_timeout=60,
    ) as server:
        await server.serve_forever()


uvloop.run(main())
