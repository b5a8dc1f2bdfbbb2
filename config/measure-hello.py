"""Times the hello of users of 200 rooms: one who has read everything, and one with 5,000 unread messages in each room.

Called by config/measure twice with the binary, its working folder and the server's URL: `prepare` makes the accounts and
the rooms and writes the messages to the database, `measure` runs on the server after a restart and reads its CPU time.
"""

import json
import os
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
import urllib.request

step, binary, work, url = sys.argv[1:]
tls = ssl.create_default_context(cafile=f"{work}/data/certs/dev-ca.pem")
ROOMS, MESSAGES, TRIES = 200, 5000, 100
USERS = {"nothing unread": True, f"{MESSAGES} unread in each": False}


def cookie_file(number):
    return f"{work}/hello-{number}"


def cookie(number):
    with open(cookie_file(number)) as file:
        return file.readline().strip()


def prepare():
    for number, has_read in enumerate(USERS.values()):
        subprocess.run(
            [binary, "bench", url, "--config", f"{work}/parley.yaml", "--data", f"{work}/data",
             "--ca", f"{work}/data/certs/dev-ca.pem", "--sockets", "1", "--cookies-to", cookie_file(number)],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        rooms = [f"hello-{number}-{room}" for room in range(ROOMS)]
        for room in rooms:
            request = urllib.request.Request(
                f"{url}/api/v1/rooms", json.dumps({"id": room}).encode(), method="POST",
                headers={"Content-Type": "application/json", "Cookie": cookie(number)},
            )
            urllib.request.urlopen(request, context=tls).read()
        database = sqlite3.connect(f"{work}/data/parley.sqlite3", timeout=60)
        with database:
            for room in rooms:
                head, = database.execute("SELECT max(seq) FROM events WHERE room = ?", (room,)).fetchone()
                database.executemany(
                    "INSERT INTO events (room, seq, at, kind, author, text) VALUES (?, ?, 0, 0, 'someone', ?)",
                    ((room, head + seq, "x" * 128) for seq in range(1, MESSAGES + 1)),
                )
                # Two million messages to index would be what is measured.
                database.execute(
                    "INSERT INTO search_rooms (room, number, indexed_seq) "
                    "VALUES (?, (SELECT COALESCE(max(number), 0) + 1 FROM search_rooms), ?) "
                    "ON CONFLICT (room) DO UPDATE SET indexed_seq = excluded.indexed_seq", (room, head + MESSAGES))
                if has_read:
                    database.execute("UPDATE members SET read_seq = ? WHERE room = ?", (head + MESSAGES, room))
        database.close()


def hello(number):
    """Milliseconds from the request to the whole hello, on a connection whose handshake is done, and the hello."""
    host, port = url.removeprefix("https://").split(":")
    with tls.wrap_socket(socket.create_connection((host, int(port))), server_hostname=host) as connection:
        request = (
            f"GET /ws HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"Cookie: {cookie(number)}\r\n\r\n"
        ).encode()
        start = time.perf_counter()
        connection.sendall(request)
        received = b""
        while True:
            data = connection.recv(65536)
            if not data:
                sys.exit(f"no hello: {received!r}")
            received += data
            _, _, frame = received.partition(b"\r\n\r\n")
            # More than 64 KiB has the longest form of a length (RFC 6455, section 5.2), less the one before.
            offset = {126: 4, 127: 10}.get(frame[1] if len(frame) > 1 else 0, 2)
            if len(frame) < offset:
                continue
            size = int.from_bytes(frame[2:offset]) if offset > 2 else frame[1]
            if len(frame) >= offset + size > offset:
                return (time.perf_counter() - start) * 1000, json.loads(frame[offset : offset + size])


def server_milliseconds():
    """The CPU time of the server so far, in steps of 10 ms."""
    with open(f"/proc/{os.environ['SERVER_PID']}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def measure():
    for number, what in enumerate(USERS):
        first, event = hello(number)
        own = [room for room in event["rooms"] if room["id"].startswith("hello-")]
        before = server_milliseconds()
        times = sorted(hello(number)[0] for _ in range(TRIES))
        spent = (server_milliseconds() - before) / TRIES
        print(
            f"{what}: the first after the start {first:.1f} ms, then p50 {times[TRIES // 2]:.1f} ms, "
            f"p99 {times[TRIES * 99 // 100]:.1f} ms, {spent:.1f} ms of server CPU each, the handshake among it; "
            f"{len(own)} rooms, unread told {min(r['unread'] for r in own)} to {max(r['unread'] for r in own)}"
        )


{"prepare": prepare, "measure": measure}[step]()
