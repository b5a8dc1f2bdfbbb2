"""How fast a client catches up, and what a reader that does not read costs.

Called by config/measure with what is to be measured (`resume` or `stalled`), the binary, its working folder and the
server's URL. Reads records and counts frames by their text, since a client of this language would else be what is
measured.
"""

import base64
import json
import os
import re
import secrets
import socket
import ssl
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit
from urllib.request import HTTPSHandler, Request, build_opener

what, binary, work, url = sys.argv[1:]
common = ["--config", f"{work}/parley.yaml", "--data", f"{work}/data"]
tls = ssl.create_default_context(cafile=f"{work}/data/certs/dev-ca.pem")
FIFTY = 50
FRAME = re.compile(rb'"room":"([^"]+)","seq":(\d+),"at"')


def run(*arguments, **options):
    return subprocess.run([binary, *arguments, *common], check=True, capture_output=True, text=True, **options).stdout


def bench(*flags):
    return json.loads(run("bench", url, "--ca", f"{work}/data/certs/dev-ca.pem", "--json", *flags))


class Reader:
    """A wss connection that keeps bytes as they come."""

    def __init__(self, cookie, receive_buffer=None):
        address = urlsplit(url)
        plain = socket.socket()
        if receive_buffer:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        plain.connect((address.hostname, address.port))
        self.socket = tls.wrap_socket(plain, server_hostname=address.hostname)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self.socket.sendall(
            f"GET /ws HTTP/1.1\r\nHost: {address.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nCookie: {cookie}\r\n\r\n".encode())
        self.data = bytearray()
        self.read_until(b'"type":"hello"')

    def read_until(self, *endings):
        """Reads on until one of the endings is among the new bytes."""
        seen = len(self.data)
        while True:
            chunk = self.socket.recv(1 << 18)
            if not chunk:
                sys.exit("the server closed the connection")
            self.data += chunk
            if any(ending in self.data[max(0, seen - 4096):] for ending in endings):
                return
            seen = len(self.data)

    def send(self, command):
        payload = json.dumps(command).encode()
        length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
        # A mask of zeros is a mask.
        self.socket.sendall(b"\x81" + length + b"\0\0\0\0" + payload)

    def settle(self):
        """Reads everything that was sent before."""
        self.send({"type": "ping", "id": "settled"})
        self.read_until(b'"id":"settled"')

    def seqs(self):
        """The `seq` of the frames of each room, in the order in which they came."""
        found = {}
        for room, seq in FRAME.findall(self.data):
            found.setdefault(room, []).append(int(seq))
        return found


def log_in(name):
    password = secrets.token_urlsafe(18)
    run("user", "add", name, "--password-stdin", input=password + "\n")
    body = json.dumps({"username": name, "password": password}).encode()
    request = Request(f"{url}/api/v1/auth/login", data=body, headers={"content-type": "application/json"})
    cookies = build_opener(HTTPSHandler(context=tls)).open(request).headers.get_all("set-cookie")
    return next(cookie.split(";")[0] for cookie in cookies if cookie.startswith("__Host-"))


def public_rooms(cookie):
    return [room for room in heads(cookie) if room.startswith("bench-")]


def heads(cookie):
    """The last `seq` of every room that is listed."""
    found, cursor = {}, ""
    while cursor is not None:
        request = Request(f"{url}/api/v1/rooms?limit=200{cursor and f'&cursor={cursor}'}", headers={"cookie": cookie})
        page = json.load(build_opener(HTTPSHandler(context=tls)).open(request))
        found |= {room["id"]: room["head"] for room in page["items"]}
        cursor = page["cursor"]
    return found


class Echoes(threading.Thread):
    """Counts how long another socket's ping takes."""

    def __init__(self, cookie):
        super().__init__(daemon=True)
        self.reader = Reader(cookie)
        self.times = []
        self.done = False
        self.start()

    def run(self):
        while not self.done:
            sent = time.perf_counter()
            self.reader.send({"type": "ping"})
            self.reader.read_until(b'"type":"pong"')
            self.reader.data.clear()
            self.times.append((time.perf_counter() - sent) * 1000)
            time.sleep(0.001)

    def end(self):
        self.done = True
        self.join()
        times = sorted(self.times)
        return f"p50 {times[len(times) // 2]:.2f} ms, p99 {times[len(times) * 99 // 100]:.2f} ms, slowest {times[-1]:.2f} ms"


def resume():
    """100,000 events and more over 50 rooms, a restart, and a client that has none of them."""
    with open(f"{work}/published") as file:
        print(file.read().strip())
    cookie, other = log_in("reader"), log_in("other")
    reader = Reader(cookie)
    rooms = public_rooms(cookie)
    for room in rooms:
        reader.send({"type": "join", "id": room, "room": room})
    reader.read_until(f'"id":"{rooms[-1]}"'.encode())
    reader.settle()
    echoes = Echoes(other)
    time.sleep(1)
    before = echoes.end()
    echoes = Echoes(other)
    reader.data.clear()
    started = time.perf_counter()
    reader.send({"type": "resume", "id": "all", "rooms": {room: 0 for room in rooms}})
    reader.read_until(b'"id":"all"')
    took = time.perf_counter() - started
    during = echoes.end()
    seqs = reader.seqs()
    total = sum(len(found) for found in seqs.values())
    for room, found in seqs.items():
        if found != list(range(1, len(found) + 1)):
            wrong = next(index for index, seq in enumerate(found) if seq != index + 1)
            sys.exit(f"{room.decode()} did not come in order and whole: {found[max(0, wrong - 3):wrong + 3]} at {wrong}")
    print(f"resume of {total} events in {len(seqs)} rooms: {took:.2f} s, {total / took:,.0f} events/s, "
          f"{len(reader.data) / took / 1e6:.1f} MB/s, all in order and whole")
    print(f"another socket's echo before: {before}; meanwhile: {during}")


def resident_kilobytes():
    with open(f"/proc/{os.environ['SERVER_PID']}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))


def unsent_bytes():
    """What the kernel holds of the server's sockets, besides what the server does itself."""
    port = urlsplit(url).port
    with open("/proc/net/tcp") as file:
        rows = [line.split() for line in file.readlines()[1:]]
    return sum(int(row[4].split(":")[0], 16) for row in rows if int(row[1].split(":")[1], 16) == port)


def load(cookie, what, readers):
    """1000 sockets in a room at 20 messages/s of 4 kB; the readers join them and then read nothing. Gives the kB of
    memory that the server has more after it."""
    before = resident_kilobytes()
    held, stop = set(public_rooms(cookie)), threading.Event()

    def join():
        while not stop.is_set():
            for room in set(public_rooms(cookie)) - held:
                held.add(room)
                # One for all: they are of one user.
                readers[0].send({"type": "join", "room": room})
            stop.wait(0.2)

    joining = threading.Thread(target=join, daemon=True)
    if readers:
        joining.start()
    report = bench(
        "--sockets", "1000", "--sockets-per-user", "50", "--publishers", "50", "--rate", "20", "--size", "4000",
        "--duration", "10", "--pid", os.environ["SERVER_PID"])
    stop.set()
    if readers:
        joining.join()
    latency, spent = report["traffic"]["latency"], resident_kilobytes() - before
    print(f"{what}: latency p50 {latency['p50'] / 1000:.2f} p99 {latency['p99'] / 1000:.2f} ms, server memory +{spent} kB")
    return spent


def stalled():
    """The same load without, with one and with fifty sockets besides that do not read."""
    cookie = log_in("stalled")
    load(cookie, "a first run", [])
    usual = load(cookie, "all read", [])
    readers = [Reader(cookie, receive_buffer=4096)]
    load(cookie, "one does not read", readers)
    readers += [Reader(cookie, receive_buffer=4096) for _ in range(FIFTY - 1)]
    spent = load(cookie, f"{FIFTY} do not read", readers)
    print(f"a socket that does not read costs {(spent - usual) / FIFTY:.0f} kB of the server's memory, "
          f"and {unsent_bytes() / FIFTY / 1024:.0f} kB of the kernel's for what was written and not taken")
    ends = heads(cookie)
    for reader in readers:
        reader.socket.settimeout(30)
        # An answer may overtake what a socket behind is still to get: read until the last event of each room.
        while any(reader.seqs().get(room.encode(), [0])[-1] < last for room, last in ends.items()):
            reader.read_until(b'"seq":')
        for room, found in reader.seqs().items():
            if found != list(range(found[0], found[0] + len(found))):
                sys.exit(f"{room.decode()} did not come in order and whole")
    print("when they read again each gets everything, in order and whole")


{"resume": resume, "stalled": stalled}[what]()
