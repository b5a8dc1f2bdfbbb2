"""Revokes one user with 1,000 sockets among 10,000 while another socket counts its own echoes.

Called by config/measure with the binary, its working folder and the server's URL.
"""

import json
import os
import ssl
import subprocess
import sys
import time

from websockets.sync.client import connect

binary, work, url = sys.argv[1:]
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


others = bench(9000, "--sockets-per-user", "500")
wait_for(9000)
before = users()
victims = bench(1000, "--sockets-per-user", "1000")
wait_for(10000)
(victim,) = users() - before

cookies = f"{work}/cookies"
subprocess.run(
    [binary, "bench", url, *common, "--ca", authority, "--sockets", "1", "--cookies-to", cookies],
    check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
)
with open(cookies) as file:
    cookie = file.readline().strip()
tls = ssl.create_default_context(cafile=authority)
echoes = []
try:
    # Ahead of the load generators and the command on this core, whose time would otherwise count as the server's.
    os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(10))
except PermissionError:
    print("without the right to real-time priority: the echoes wait for the load on their core, too")
with connect(url.replace("https", "wss") + "/ws", ssl=tls, additional_headers={"Cookie": cookie}) as socket:
    socket.recv()
    revocation = None
    end = time.monotonic() + 8
    start = time.monotonic() + 2
    while time.monotonic() < end:
        if revocation is None and time.monotonic() > start:
            revocation = subprocess.Popen(
                [binary, "session", "revoke", "--user", victim, "--json", *common], stdout=subprocess.PIPE, text=True
            )
        sent = time.perf_counter()
        socket.send('{"type":"ping"}')
        while json.loads(socket.recv())["type"] != "pong":
            pass
        echoes.append((time.perf_counter() - sent) * 1000)
receipt = json.loads(revocation.communicate()[0])
echoes.sort()
print("receipt", json.dumps(receipt))
print(
    f"another socket's echo meanwhile: {len(echoes)} echoes, p50 {echoes[len(echoes) // 2]:.2f} ms, "
    f"p99 {echoes[len(echoes) * 99 // 100]:.2f} ms, slowest {echoes[-1]:.2f} ms"
)
for process in (others, victims):
    process.terminate()
    process.wait()
