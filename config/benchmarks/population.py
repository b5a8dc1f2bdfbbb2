"""Parley's people: accounts that registered over HTTPS and logged in so, and the rooms that they are members of."""

import concurrent.futures
import http.client
import json
import secrets
import ssl

from . import machine

ACCOUNTS = 1000
# Account n is in room n modulo the number of rooms of each layout; "pairs" are private.
LAYOUTS = {"one": 1, "hundred": 100, "pairs": 500, "thousand": 1000}
THREADS = 8

CONFIGURATION = """\
server:
  listen: "127.0.0.1:{port}"
  event_loops: 1
tls:
  certificate: "{certificate}"
  private_key: "{key}"
auth:
  registration: open
tokens:
  access_lifetime: 4h
limits:
  messages_per_second: 1000000
  commands_per_second: 1000000
  requests_per_second: 1000000
  connections_per_user: 20000
log:
  level: notice
  format: json
"""


class Population:
    """One data folder for the whole benchmark, and a server on it whenever one is asked for."""

    def __init__(self, context, folder, certificate, key):
        self.context = context
        self.folder = folder
        self.port = machine.free_port()
        self.configuration = folder / "parley.yaml"
        self.configuration.write_text(CONFIGURATION.format(port=self.port, certificate=certificate, key=key))
        self.tls = ssl.create_default_context(cafile=str(context.certificates / "ca.pem"))
        self.password = secrets.token_urlsafe(18)
        people = folder / "people.json"
        if people.exists():
            self.password, self.cookies = json.loads(people.read_text())
            return
        # Hashing a thousand passwords is not what is measured: that may use every core.
        server = self.start(pinned=False)
        try:
            with concurrent.futures.ThreadPoolExecutor(THREADS) as threads:
                self.cookies = list(threads.map(self.register, range(ACCOUNTS)))
                list(threads.map(self.found, [(layout, number) for layout, count in LAYOUTS.items()
                                              for number in range(count)]))
                list(threads.map(self.enter, range(ACCOUNTS)))
        finally:
            server.stop()
        people.touch(0o600)
        people.write_text(json.dumps([self.password, self.cookies]))

    def start(self, pinned=True):
        return machine.Server(
            [self.context.parley, "serve", "--config", self.configuration, "--data", self.folder / "data"],
            self.folder / "log", self.port, is_pinned=pinned)

    def request(self, method, path, body, cookie=None):
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.tls, timeout=60)
        try:
            headers = {"Content-Type": "application/json"} | ({"Cookie": cookie} if cookie else {})
            connection.request(method, path, json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            if answer.status >= 300:
                raise RuntimeError(f"{method} {path}: {answer.status} {text}")
            return answer
        finally:
            connection.close()

    def register(self, number):
        answer = self.request(
            "POST", "/api/v1/auth/register", {"username": f"person-{number}", "password": self.password})
        return next(cookie.split(";")[0] for cookie in answer.headers.get_all("set-cookie")
                    if cookie.startswith("__Host-"))

    def log_in(self, number):
        self.request("POST", "/api/v1/auth/login", {"username": f"person-{number}", "password": self.password})

    def found(self, room):
        layout, number = room
        self.request("POST", "/api/v1/rooms", {
            "id": f"{layout}-{number}", "kind": "private" if layout == "pairs" else "public"}, self.cookies[number])

    def enter(self, account):
        for layout, count in LAYOUTS.items():
            if account >= count:
                self.request(
                    "PUT", f"/api/v1/rooms/{layout}-{account % count}/members/person-{account}", {},
                    self.cookies[account % count])
