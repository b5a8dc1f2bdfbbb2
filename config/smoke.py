"""The smoke test of a parley binary: `config/smoke` prepares and starts it."""

import contextlib
import http.cookiejar
import json
import os
import re
import secrets
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

# A configuration in the caller's environment is not the one to be tested.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
PATIENCE = 30  # seconds that anything may take before the test has failed


def say(text):
    print(f"smoke: {text}", flush=True)


def check(condition, text):
    if not condition:
        raise AssertionError(text)


class Lines:
    """Collects a stream's lines in a thread and waits for one that matches."""

    def __init__(self, stream):
        self.lines = []
        self.ended = False
        self.changed = threading.Condition()
        threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def _read(self, stream):
        for line in stream:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def wait(self, pattern, what):
        """The first match of `pattern` in any line, past or to come."""
        deadline = time.monotonic() + PATIENCE
        seen = 0
        with self.changed:
            while True:
                for line in self.lines[seen:]:
                    if found := re.search(pattern, line, re.IGNORECASE):
                        return found
                seen = len(self.lines)
                left = deadline - time.monotonic()
                check(not self.ended, f"the server ended before {what}")
                check(left > 0, f"no {what} within {PATIENCE} s")
                self.changed.wait(left)


class Server:
    """One run of `parley serve` on a free port."""

    def __init__(self, binary, data, port=0, settings=None):
        self.process = subprocess.Popen(
            [binary, "serve", "--listen", f"127.0.0.1:{port}", "--data", data],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=ENVIRONMENT | (settings or {}))
        self.output = Lines(self.process.stdout)
        self.log = Lines(self.process.stderr)
        found = self.log.wait(r"listening.*https://(?:\[[^\]]*\]|[^\s\":]+):(\d+)", "line with the address")
        self.port = int(found.group(1))
        self.url = f"https://localhost:{self.port}"

    def terminate(self):
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(PATIENCE)
        took = time.monotonic() - started
        check(status == 0, f"SIGTERM ended the server with status {status}, not 0")
        check(took <= 10, f"the server took {took:.1f} s to end, more than 10")

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)


class Person:
    """A user with a password, and the cookies that curl keeps for them."""

    def __init__(self, smoke, name):
        self.smoke = smoke
        self.name = name
        self.password = secrets.token_urlsafe(18)
        self.jar = smoke.directory / f"{name}.jar"

    def add(self):
        self.smoke.parley("user", "add", self.name, "--password-stdin", stdin=self.password + "\n")

    def call(self, method, path, body=None):
        """Calls the server with curl: the status, and the body as JSON where it is that."""
        command = [
            "curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", str(PATIENCE),
            "--cacert", str(self.smoke.authority),
            "--cookie", str(self.jar), "--cookie-jar", str(self.jar), "--request", method,
            "--write-out", "\n%{http_code}", f"{self.smoke.server.url}{path}",
        ]
        if body is not None:
            # From standard input: a command line can be read by everyone on the machine.
            command += ["--header", "content-type: application/json", "--data-binary", "@-"]
        done = subprocess.run(
            command, input=json.dumps(body) if body is not None else None, capture_output=True, text=True, check=False)
        check(done.returncode == 0, f"curl {method} {path}: {done.stderr.strip()}")
        text, _, status = done.stdout.rpartition("\n")
        # Monitors' routes answer plain text.
        return int(status), json.loads(text) if text.startswith(("{", "[")) else text

    def log_in(self):
        status, answer = self.call(
            "POST", "/api/v1/auth/login", {"username": self.name, "password": self.password, "device": "smoke"})
        check(status == 200, f"login of {self.name}: {status} {answer}")
        check(answer["user"]["id"] == self.name, f"login of {self.name} answers {answer}")

    def cookies(self):
        jar = http.cookiejar.MozillaCookieJar()
        # curl marks HttpOnly cookies by a prefix that looks like a comment.
        plain = self.smoke.directory / f"{self.name}.plain"
        plain.write_text(self.jar.read_text().replace("#HttpOnly_", ""))
        jar.load(str(plain), ignore_discard=True, ignore_expires=True)
        # The refresh cookie's path is not the socket's.
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar if cookie.path == "/")

    def socket(self):
        return Socket(self)


class Socket:
    """A wss connection of a person."""

    def __init__(self, person):
        smoke = person.smoke
        self.open = contextlib.ExitStack()
        self.connection = self.open.enter_context(connect(
            f"wss://localhost:{smoke.server.port}/ws", ssl=ssl.create_default_context(cafile=str(smoke.authority)),
            additional_headers={"Cookie": person.cookies()}, subprotocols=["parley.v1"], open_timeout=PATIENCE,
            proxy=None))
        check(self.connection.subprotocol == "parley.v1", "the subprotocol is not echoed")
        self.hello = self.receive()
        check(self.hello["type"] == "hello", f"the first frame is {self.hello}")
        check(self.hello["user"]["id"] == person.name, f"hello greets {self.hello['user']}")

    def send(self, **command):
        self.connection.send(json.dumps(command))

    def receive(self):
        return json.loads(self.connection.recv(timeout=PATIENCE))

    def wait(self, **wanted):
        """The next frame that has all the wanted members."""
        while True:
            frame = self.receive()
            if all(frame.get(name) == value for name, value in wanted.items()):
                return frame

    def close_code(self):
        """Reads to the end: the code of the server's Close, None when there was none."""
        try:
            while True:
                self.connection.recv(timeout=PATIENCE)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


class Smoke:
    def __init__(self, binary, directory):
        self.binary = binary
        self.directory = directory
        self.data = directory / "data"
        self.authority = self.data / "certs" / "dev-ca.pem"
        self.server = None

    def parley(self, *arguments, stdin=""):
        done = subprocess.run(
            [self.binary, *arguments, "--data", str(self.data)],
            input=stdin, capture_output=True, text=True, timeout=PATIENCE, check=False, env=ENVIRONMENT)
        check(done.returncode == 0, f"parley {' '.join(arguments)}: status {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def start(self):
        self.server = Server(self.binary, str(self.data))

    def run(self):
        alice, bob = Person(self, "alice"), Person(self, "bob")

        say("first start: a development certificate and a one-time link")
        self.start()
        self.server.output.wait(r"https://\S+/#/first-account\?invite=\S+", "one-time link")
        check(self.authority.exists(), f"no {self.authority.name} was made")
        for path in ("/healthz", "/readyz"):
            check(bob.call("GET", path)[0] == 200, f"{path} is not 200")

        say("an account over the admin socket, one without a server")
        alice.add()
        self.server.terminate()
        bob.add()
        self.start()

        say("log in with curl")
        status, problem = alice.call("GET", "/api/v1/me")
        check((status, problem["code"]) == (401, "no_token"), f"/me without a cookie: {status} {problem}")
        status, problem = alice.call("POST", "/api/v1/auth/login", {"username": "alice", "password": "not this"})
        check((status, problem["code"]) == (401, "invalid_credentials"), f"a wrong password: {status} {problem}")
        alice.log_in()
        bob.log_in()
        check(alice.call("GET", "/api/v1/me")[0] == 200, "/me is not 200 after the login")

        say("chat over wss")
        alices, bobs = alice.socket(), bob.socket()
        check("general" in [room["id"] for room in alices.hello["rooms"]], "a new user is not in the room general")
        text, nonce = f"hello, bob: {secrets.token_hex(8)} äß🙂", secrets.token_hex(8)
        alices.send(type="send", id="1", room="general", text=text, nonce=nonce)
        seq = alices.wait(type="ok", id="1")["seq"]
        message = bobs.wait(type="message", room="general", seq=seq)
        check((message["from"], message["text"]) == ("alice", text), f"bob received {message}")
        alices.send(type="send", id="2", room="general", text=text, nonce=nonce)
        again = alices.wait(type="ok", id="2")
        check(again["seq"] == seq and again.get("duplicate") is True, f"the same nonce again: {again}")

        say("revoke alice")
        receipt = json.loads(self.parley("session", "revoke", "--user", "alice", "--reason", "smoke test", "--json"))
        check(receipt["complete"] is True and receipt["revoked_sessions"] == 1, f"the receipt is {receipt}")
        check(receipt["closed_sockets"] == 1, f"the receipt is {receipt}")
        code = alices.close_code()
        check(code == 4501, f"alice's socket closed with {code}, not 4501")
        bobs.send(type="ping", id="3")
        bobs.wait(type="pong", id="3")
        self.refused(alice)

        say("kill -9 and start again: nothing acknowledged is lost, who was revoked stays out")
        bobs.send(type="send", id="4", room="general", text="before the crash", nonce="crash")
        last = bobs.wait(type="ok", id="4")["seq"]
        self.server.kill()
        bobs.close_code()
        self.start()
        self.refused(alice)
        status, page = bob.call("GET", "/api/v1/rooms/general/messages")
        texts = {entry["seq"]: entry["text"] for entry in page["messages"]}
        check(status == 200 and texts.get(seq) == text, f"the first message is gone: {status} {page}")
        check(texts.get(last) == "before the crash", f"the last message is gone: {page}")
        bobs = bob.socket()
        bobs.send(type="send", id="5", room="general", text="before the crash", nonce="crash")
        again = bobs.wait(type="ok", id="5")
        check(again["seq"] == last and again.get("duplicate") is True, f"a nonce over a restart: {again}")

        say("alice logs in anew; SIGTERM closes the sockets with 1012 and ends with status 0")
        alice.log_in()
        alice.socket().connection.close()
        self.server.terminate()
        code = bobs.close_code()
        check(code == 1012, f"bob's socket closed with {code}, not 1012")

    def refused(self, person):
        status, problem = person.call("GET", "/api/v1/me")
        check((status, problem["code"]) == (401, "session_revoked"), f"/me after the revocation: {status} {problem}")

    def report(self):
        if self.server is not None:
            self.server.process.kill()
            for line in self.server.log.lines[-40:]:
                print(f"    server: {line}", file=sys.stderr)


def main():
    directory = Path(tempfile.mkdtemp(prefix="parley-smoke-"))
    smoke = Smoke(str(Path(sys.argv[1]).resolve()), directory)
    try:
        smoke.run()
        say("passed")
        return 0
    except (AssertionError, LookupError, ValueError, OSError, ConnectionClosed, subprocess.SubprocessError) as error:
        print(f"smoke: FAILED: {type(error).__name__}: {error}", file=sys.stderr)
        smoke.report()
        return 1
    finally:
        if smoke.server is not None and smoke.server.process.poll() is None:
            smoke.server.process.kill()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
