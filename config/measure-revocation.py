"""Revokes one user with 1,000 sockets among 10,000, with a publisher at full speed in the user's room, while another
socket counts its own echoes. Checks the fence: no revoked socket saw a `seq` above the room's head at the receipt.

Called by config/measure with the binary, its working folder and the server's URL; a fourth argument is the number of
messages that the publisher has under way at a time. Ends with 1 where the fence does not
hold; a slowest echo says little on a machine with other work to do.
"""

import json
import multiprocessing
import os
import re
import selectors
import socket as sockets
import ssl
import subprocess
import sys
import time
import urllib.request

from websockets.sync.client import connect

binary, work, url = sys.argv[1:4]
window = int(sys.argv[4]) if len(sys.argv) > 4 else 1
common = ["--config", f"{work}/parley.yaml", "--data", f"{work}/data"]
authority = f"{work}/data/certs/dev-ca.pem"


def bench(sockets, *flags):
    """Holds idle sockets of one or more accounts open, and returns when all of them are."""
    command = [binary, "bench", url, *common, "--ca", authority, "--sockets", str(sockets), "--publishers", "0"]
    return subprocess.Popen(
        [*command, "--idle", "120", *flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def statistics():
    """The sockets that are open, by the metrics on the admin socket."""
    answer = subprocess.run(
        ["curl", "-sS", "--unix-socket", f"{work}/data/admin.sock", "http://localhost/metrics"],
        capture_output=True, text=True, check=True,
    ).stdout
    return next(int(line.split()[1]) for line in answer.splitlines() if line.startswith("parley_sockets "))


def wait_for(count):
    deadline = time.monotonic() + 120
    while statistics() < count:
        if time.monotonic() > deadline:
            sys.exit(f"only {statistics()} of {count} sockets opened")


def users():
    answer = subprocess.run(
        [binary, "session", "list", "--json", *common], capture_output=True, text=True, check=True
    ).stdout
    return {item["user"] for item in json.loads(answer)["items"]}


def log_in():
    """The cookie of a fresh account."""
    before = users()
    cookies = f"{work}/cookies"
    subprocess.run(
        [binary, "bench", url, *common, "--ca", authority, "--sockets", "1", "--cookies-to", cookies],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    with open(cookies) as file:
        cookie = file.readline().strip()
    (name,) = users() - before
    return name, cookie


def call(method, path, cookie, body=None):
    request = urllib.request.Request(
        url + "/api/v1" + path, method=method, data=None if body is None else json.dumps(body).encode(),
        headers={"Cookie": cookie, "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=authority)) as answer:
        return json.loads(answer.read() or b"null")


def hold(cookie, count, ready, result):
    """Opens sockets of one account, takes what comes, and gives the highest `seq` that any of them saw."""
    context = ssl.create_default_context(cafile=authority)
    host, port = re.match(r"https://(.*):(\d+)", url).groups()
    chosen = selectors.DefaultSelector()
    highest, open_sockets, frames = 0, 0, 0
    for _ in range(count):
        plain = sockets.create_connection((host, int(port)))
        one = context.wrap_socket(plain, server_hostname=host)
        one.sendall(
            f"GET /ws HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"Cookie: {cookie}\r\n\r\n".encode()
        )
        one.setblocking(False)
        chosen.register(one, selectors.EVENT_READ, b"")
        open_sockets += 1
    ready.set()
    while open_sockets:
        for key, _ in chosen.select(60):
            try:
                more = key.fileobj.recv(1 << 16)
            except ssl.SSLWantReadError:
                continue
            except OSError:
                more = b""
            if not more:
                chosen.unregister(key.fileobj)
                key.fileobj.close()
                open_sockets -= 1
                continue
            text = key.data + more
            end = 0
            for match in re.finditer(rb'"type":"message"[^}]*?"seq":(\d+),', text):
                highest = max(highest, int(match[1]))
                frames += 1
                end = match.end()
            chosen.modify(key.fileobj, selectors.EVENT_READ, text[max(end, len(text) - 4096):])
    result.put((highest, frames))


def publish(cookie, done):
    """Sends `window` messages at a time, as soon as those before came back."""
    context = ssl.create_default_context(cafile=authority)
    with connect(url.replace("https", "wss") + "/ws", ssl=context, additional_headers={"Cookie": cookie}) as one:
        while not done.is_set():
            for _ in range(window):
                one.send('{"type":"send","room":"fence","text":"x"}')
            missing = window
            while missing:
                missing -= '"type":"message"' in one.recv()


others = bench(9000, "--sockets-per-user", "500")
wait_for(9000)
victim, victim_cookie = log_in()
_, publisher_cookie = log_in()
_, cookie = log_in()
call("POST", "/rooms", publisher_cookie, {"id": "fence", "kind": "private"})
call("PUT", f"/rooms/fence/members/{victim}", publisher_cookie, {})
ready, done, result = multiprocessing.Event(), multiprocessing.Event(), multiprocessing.Queue()
victims = multiprocessing.Process(target=hold, args=(victim_cookie, 1000, ready, result))
victims.start()
ready.wait()
wait_for(10000)
publisher = multiprocessing.Process(target=publish, args=(publisher_cookie, done))
publisher.start()

tls = ssl.create_default_context(cafile=authority)
before, echoes = [], []
try:
    # Ahead of the load generators and the command on this core, whose time would otherwise count as the server's.
    os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(10))
except PermissionError:
    print("without the right to real-time priority: the echoes wait for the load on their core, too")
with connect(url.replace("https", "wss") + "/ws", ssl=tls, additional_headers={"Cookie": cookie}) as socket:
    socket.recv()
    revocation, head = None, None
    end = time.monotonic() + 8
    start = time.monotonic() + 2
    while time.monotonic() < end:
        if revocation is None and time.monotonic() > start:
            # The command answers behind the receipt: the head that is read then is at least the receipt's.
            revocation = subprocess.Popen(
                [binary, "session", "revoke", "--user", victim, "--json", *common], stdout=subprocess.PIPE, text=True
            )
        elif revocation is not None and head is None and revocation.poll() is not None:
            head = call("GET", "/rooms/fence", publisher_cookie)["room_info"]["head"]
        sent = time.perf_counter()
        socket.send('{"type":"ping"}')
        while json.loads(socket.recv())["type"] != "pong":
            pass
        (before if revocation is None else echoes).append((time.perf_counter() - sent) * 1000)
        # This process goes first on its core: the others need it, too.
        time.sleep(0.002)
receipt = json.loads(revocation.communicate()[0])
done.set()
publisher.join()
highest, frames = result.get()
print("receipt", json.dumps(receipt))
for when, times in (("before it", before), ("from the revocation on", echoes)):
    times.sort()
    print(
        f"another socket's echo {when}: {len(times)} echoes, p50 {times[len(times) // 2]:.2f} ms, "
        f"p99 {times[len(times) * 99 // 100]:.2f} ms, slowest {times[-1]:.2f} ms"
    )
print(f"the fence: revoked sockets got {frames} messages, the highest seq {highest}; head behind the receipt {head}")
others.terminate()
others.wait()
if not receipt["complete"] or highest > head:
    sys.exit("the fence did not hold")
