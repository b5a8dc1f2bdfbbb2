"""The randomised fault test: `config/faults` prepares and starts it.

In each round a few people send, edit, delete and react through a faulty proxy while the server is killed again and
again. At its end everybody has an answer to everything, and then:

- every acknowledged message is in the log exactly once, and the log holds no message that nobody sent;
- each client's view, folded from the events it received in order, equals the log's, compared by digest;
- the history shows the same state as the log.
"""

import argparse
import asyncio
import hashlib
import json
import random
import secrets
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import HTTPSHandler, Request, build_opener

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from faulty_proxy import Proxy
from smoke import ENVIRONMENT, Server, check

PATIENCE = 60  # seconds in which everything has to be settled after the faults have stopped
ROOMS = ["general", "first", "second"]
PEOPLE = ["ann", "ben", "cleo", "dan", "eve"]
TOKEN_USE = 240  # seconds in which an access token is used; it lives at least twice as long
UNCONNECTED = (OSError, ConnectionClosed, InvalidHandshake, InvalidMessage, EOFError, TimeoutError)
LIMITS = {
    "PARLEY_LIMITS_MESSAGES_PER_SECOND": "100000", "PARLEY_LIMITS_COMMANDS_PER_SECOND": "100000",
    "PARLEY_LIMITS_REQUESTS_PER_SECOND": "100000", "PARLEY_LOG_LEVEL": "notice",
}


class Room:
    """A room as its events, in order, say."""

    def __init__(self):
        self.last = 0
        self.kinds = []
        self.messages = {}

    def apply(self, event):
        self.last = event["seq"]
        kind = event["type"]
        self.kinds.append((event["seq"], kind))
        if kind == "message":
            self.messages[event["seq"]] = {
                "from": event["from"], "text": event["text"], "deleted": event.get("deleted", False), "reactions": {}}
        elif kind == "edited":
            self.messages[event["target"]]["text"] = event["text"]
        elif kind == "deleted":
            self.messages[event["target"]].update(text="", deleted=True, reactions={})
        elif kind == "reacted":
            reactions = self.messages[event["target"]]["reactions"]
            people = reactions.setdefault(event["emoji"], set())
            people.add(event["by"]) if event["on"] else people.discard(event["by"])

    def present(self):
        """The messages as a history shows them."""
        return {
            seq: (m["from"], m["text"], m["deleted"],
                  sorted((emoji, len(people)) for emoji, people in m["reactions"].items() if people))
            for seq, m in sorted(self.messages.items())}

    def digest(self):
        # A message that is deleted before it is read the second time carries no reactions; neither does the first's.
        return hashlib.sha256(repr((self.kinds, self.present())).encode()).hexdigest()


class Person:
    """A user at a client of their own: what they sent, what was acknowledged and what they saw."""

    def __init__(self, test, name):
        self.test = test
        self.name = name
        self.random = random.Random(f"{test.seed} {name}")
        self.password = secrets.token_urlsafe(16)
        self.cookie = None
        self.logged_in = 0
        self.rooms = {room: Room() for room in ROOMS}
        self.pending = {}
        self.acknowledged = {}
        self.changes = 0
        self.sent = 0
        self.reconnects = 0
        self.budget = 0

    def log_in(self):
        """Logs in, unless the token of the last time is good for a while yet."""
        if self.cookie and time.monotonic() - self.logged_in < TOKEN_USE:
            return
        self.logged_in = time.monotonic()
        body = json.dumps({"username": self.name, "password": self.password}).encode()
        answer = self.test.call("POST", "/api/v1/auth/login", body=body)
        cookies = [value.split(";")[0] for value in answer.headers.get_all("set-cookie")]
        self.cookie = next(cookie for cookie in cookies if cookie.startswith("__Host-"))

    def is_settled(self):
        return self.test.is_ending and not self.pending and self.budget == 0

    async def live(self):
        """Connects again and again until everything is acknowledged and there is nothing more to say."""
        while not self.is_settled():
            double = asyncio.create_task(self.repeat()) if self.random.random() < 0.15 else None
            try:
                await self.converse()
            except UNCONNECTED:
                self.reconnects += 1
                await asyncio.sleep(self.random.random() * 0.1)
            if double:
                await double

    async def repeat(self):
        """Says everything that is not acknowledged at once on a second connection, and does not listen."""
        try:
            async with self.connection() as socket:
                for nonce, (room, text) in list(self.pending.items()):
                    await socket.send(json.dumps(
                        {"type": "send", "id": nonce, "room": room, "text": text, "nonce": nonce}))
                await asyncio.sleep(self.random.random() * 0.3)
        except UNCONNECTED:
            pass

    def connection(self):
        return connect(
            f"wss://127.0.0.1:{self.test.proxy.port}/ws", ssl=self.test.tls, proxy=None, open_timeout=3,
            additional_headers={"Cookie": self.cookie}, close_timeout=0.5, ping_interval=None)

    async def converse(self, is_last=False):
        async with self.connection() as socket:
            hello = json.loads(await asyncio.wait_for(socket.recv(), 3))
            check(hello["type"] == "hello", f"the first frame is {hello}")
            await socket.send(json.dumps(
                {"type": "resume", "id": "resume", "rooms": {id: room.last for id, room in self.rooms.items()}}))
            tasks = [asyncio.create_task(self.listen(socket, is_last))]
            if not is_last:
                tasks.append(asyncio.create_task(self.talk(socket)))
            try:
                await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE)
            finally:
                # gather leaves the other one running when one fails.
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def listen(self, socket, is_last):
        resumed = False
        while True:
            frame = json.loads(await asyncio.wait_for(socket.recv(), 5 if not self.test.is_ending else PATIENCE))
            kind = frame["type"]
            if kind == "ok":
                if frame["id"] == "resume":
                    resumed = True
                    if is_last:
                        return
                self.answered(frame)
                if self.is_settled() and resumed:
                    return
            elif kind == "error":
                # What was said of a message that is gone meanwhile is refused; nothing else is.
                known = ("message_deleted", "not_a_message", "too_many_reactions")
                check(frame["code"] in known, f"{self.name} got {frame}")
            elif "seq" in frame:
                room = self.rooms[frame["room"]]
                if frame["seq"] == room.last + 1:
                    room.apply(frame)
                else:
                    # Live events may come before the feed was rewound; from the answer on it has no gap and no repeat.
                    check(not resumed, f"{self.name} has {room.last} of {frame['room']} and got {frame['seq']}")

    def answered(self, frame):
        nonce = frame["id"]
        if nonce in self.pending:
            self.pending.pop(nonce)
            self.acknowledged[nonce] = (frame["room"], frame["seq"])
        elif nonce in self.acknowledged:
            check(self.acknowledged[nonce] == (frame["room"], frame["seq"]), f"{nonce} was two messages: {frame}")

    async def talk(self, socket):
        for nonce, (room, text) in list(self.pending.items()):
            await socket.send(json.dumps({"type": "send", "id": nonce, "room": room, "text": text, "nonce": nonce}))
        while self.budget > 0:
            await socket.send(json.dumps(self.say_something()))
            self.budget -= 1
            if self.random.random() < 0.3:
                await asyncio.sleep(self.random.random() * 0.05)
        # The feed goes on until everything is acknowledged; at the end a change wakes it.
        while not self.test.is_ending:
            await asyncio.sleep(0.05)
        await socket.send('{"type":"join","id":"end","room":"general"}')

    def say_something(self):
        name = self.random.choice(ROOMS)
        messages = self.rooms[name].messages
        kind = self.random.choices(["send", "edit", "delete", "react"], [12, 2, 1, 3])[0]
        mine = [seq for seq, message in messages.items() if message["from"] == self.name and not message["deleted"]]
        if kind in ("edit", "delete") and mine:
            self.changes += 1
            command = {"type": kind, "room": name, "target": self.random.choice(mine)}
            return command | ({"text": f"edited {self.changes} by {self.name}"} if kind == "edit" else {})
        if kind == "react" and messages:
            return {"type": "react", "room": name, "target": self.random.choice(list(messages)),
                    "emoji": self.random.choice("👍🎉🙂"), "on": self.random.random() < 0.7}
        self.sent += 1
        nonce = f"{self.name}-{self.sent}"
        text = nonce + " " + "x" * self.random.choice([0, 20, 200, 2000])
        self.pending[nonce] = (name, text)
        return {"type": "send", "id": nonce, "room": name, "text": text, "nonce": nonce}


class FaultTest:
    def __init__(self, binary, directory, seed):
        self.binary = binary
        self.data = directory / "data"
        self.seed = seed
        self.random = random.Random(seed)
        self.proxy = Proxy(f"{seed} proxy")
        self.people = [Person(self, name) for name in PEOPLE]
        self.is_ending = False
        self.server = None
        self.kills = 0

    def start(self, port=0):
        self.server = Server(self.binary, str(self.data), port=port, settings=LIMITS)
        self.proxy.target = self.server.port

    def call(self, method, path, body=None, cookie=None):
        request = Request(f"https://localhost:{self.server.port}{path}", data=body, method=method)
        if body is not None:
            request.add_header("content-type", "application/json")
        if cookie:
            request.add_header("cookie", cookie)
        return build_opener(HTTPSHandler(context=self.tls)).open(request, timeout=PATIENCE)

    def prepare(self):
        self.start()
        self.tls = ssl.create_default_context(cafile=str(self.data / "certs" / "dev-ca.pem"))
        for person in self.people:
            subprocess.run(
                [self.binary, "user", "add", person.name, "--password-stdin", "--data", str(self.data)],
                input=person.password + "\n", text=True, check=True, capture_output=True, env=ENVIRONMENT)
            person.log_in()
        first = self.people[0]
        for room in ROOMS[1:]:
            body = json.dumps({"id": room, "kind": "private"}).encode()
            self.call("POST", "/api/v1/rooms", body=body, cookie=first.cookie)
            for person in self.people[1:]:
                self.call("PUT", f"/api/v1/rooms/{room}/members/{person.name}", body=b"{}", cookie=first.cookie)

    async def round(self):
        self.is_ending = False
        for person in self.people:
            await asyncio.to_thread(person.log_in)
        self.proxy.faulty = True
        for person in self.people:
            person.budget = 30
        clients = [asyncio.create_task(person.live()) for person in self.people]
        for _ in range(self.random.randint(1, 3)):
            await asyncio.sleep(self.random.random() * 0.8)
            port = self.server.port
            await asyncio.to_thread(self.server.kill)
            self.kills += 1
            await asyncio.to_thread(self.start, port)
        await asyncio.sleep(self.random.random() * 0.5)
        self.proxy.heal()
        self.is_ending = True
        done, unsettled = await asyncio.wait(clients, timeout=PATIENCE)
        for client in unsettled:
            client.cancel()
        for client in done:
            client.result()
        waiting = {
            person.name: sorted(person.pending) for person, client in zip(self.people, clients) if client in unsettled}
        check(not waiting, f"not everything was answered within {PATIENCE} s: {waiting}")
        # Nobody says anything any more: now each feed is brought to its end.
        await asyncio.gather(*(person.converse(is_last=True) for person in self.people))
        await asyncio.to_thread(self.compare)

    def compare(self):
        log = {room: self.read_log(room) for room in ROOMS}
        for name, room in log.items():
            check([seq for seq, _ in room.kinds] == list(range(1, room.last + 1)), f"the log of {name} has a gap")
            check(self.read_history(name) == room.present(), f"the history of {name} is not what its log says")
            for person in self.people:
                check(
                    person.rooms[name].digest() == room.digest(),
                    f"{person.name} saw another {name} than the log has: {person.rooms[name].last} events "
                    f"of {room.last}")
        for person in self.people:
            places = list(person.acknowledged.values())
            check(len(set(places)) == len(places), f"two messages of {person.name} have one place")
            for nonce, (room, seq) in person.acknowledged.items():
                message = log[room].messages.get(seq)
                check(message is not None and message["from"] == person.name, f"{nonce} is not in the log")
                text = message["text"]
                check(message["deleted"] or text.split()[0] in (nonce, "edited"), f"{nonce} became {text[:40]}")
            count = sum(m["from"] == person.name for room in log.values() for m in room.messages.values())
            check(count == len(places), f"{person.name} sent {len(places)} messages and the log has {count}")

    def read_log(self, name):
        room, more = Room(), True
        while more:
            path = f"/api/v1/rooms/{name}/log?after={room.last}&limit=200"
            page = json.load(self.call("GET", path, cookie=self.people[0].cookie))
            for event in page["events"]:
                room.apply(event)
            more = page["more"]
        return room

    def read_history(self, name):
        shown, before, more = {}, "", True
        while more:
            path = f"/api/v1/rooms/{name}/messages?limit=200{before}"
            page = json.load(self.call("GET", path, cookie=self.people[0].cookie))
            for m in page["messages"]:
                reactions = sorted((entry["emoji"], entry["count"]) for entry in m.get("reactions", []))
                shown[m["seq"]] = (m["from"], m["text"], m.get("deleted", False), reactions)
            more = page["more"]
            if page["messages"]:
                before = f"&before={page['messages'][0]['seq']}"
        return dict(sorted(shown.items()))


async def run(test, rounds):
    await test.proxy.start()
    for number in range(1, rounds + 1):
        started = time.monotonic()
        await test.round()
        events = sum(room.last for room in test.people[0].rooms.values())
        print(f"round {number}: {events} events, {test.kills} kills, "
              f"{sum(person.reconnects for person in test.people)} reconnects, {time.monotonic() - started:.1f} s",
              flush=True)
    await test.proxy.stop()


def main():
    parser = argparse.ArgumentParser(prog="config/faults")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", default=secrets.token_hex(4))
    parser.add_argument("--default-binary")
    parser.add_argument("binary", nargs="?")
    options = parser.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="parley-faults-"))
    test = FaultTest(str(Path(options.binary or options.default_binary).resolve()), directory, options.seed)
    print(f"faults: seed {options.seed}", flush=True)
    try:
        test.prepare()
        asyncio.run(run(test, options.rounds))
        messages = sum(len(person.acknowledged) for person in test.people)
        print(f"faults: passed: {messages} messages acknowledged and each in the log once, {test.kills} kills, "
              f"connections {test.proxy.counts}")
        return 0
    except (AssertionError, LookupError, ValueError, OSError, subprocess.SubprocessError) as error:
        print(f"faults: FAILED with seed {options.seed}: {type(error).__name__}: {error}", file=sys.stderr)
        for line in test.server.log.lines[-40:] if test.server else []:
            print(f"    server: {line}", file=sys.stderr)
        return 1
    finally:
        if test.server is not None and test.server.process.poll() is None:
            test.server.process.kill()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
