"""A walk over every route and command of a parley server, of which `contract.py` checks each answer."""

import base64
import hashlib
import hmac
import json
import re
import ssl
import struct
import subprocess
import time

import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from contract_programs import presence, programs
from smoke import check


class Caller:
    """Somebody who calls the server, with the cookies of a login or without."""

    def __init__(self, contract, name=None, password=None):
        self.contract, self.name, self.password = contract, name, password
        self.session = requests.Session()
        self.session.trust_env = False

    def __call__(self, method, path, body=None, wanted=None, **options):
        api = path if path.startswith("//") else f"/api/v1{path}"
        path = api.removeprefix("/") if api.startswith("//") else api
        response = self.session.request(
            method, self.contract.server.url + path, json=body, timeout=30, verify=str(self.contract.authority),
            **options)
        self.contract.answer(method, path, response)
        if wanted is not None:
            check(response.status_code == wanted, f"{method} {path}: {response.status_code}, not {wanted}: {response.text}")
        return response

    def register(self):
        return self("POST", "/auth/register", {"username": self.name, "password": self.password}, 201)

    def log_in(self, **more):
        return self("POST", "/auth/login", {"username": self.name, "password": self.password, **more}, 200)

    def socket(self):
        return Socket(self)


class Socket:
    """A socket of a caller; every frame is checked."""

    def __init__(self, caller):
        contract = self.contract = caller.contract
        context = ssl.create_default_context(cafile=str(contract.authority))
        cookie = "; ".join(f"{c.name}={c.value}" for c in caller.session.cookies if c.path == "/")
        self.connection = connect(
            contract.server.url.replace("https", "wss") + "/ws", ssl=context, additional_headers={"Cookie": cookie},
            subprotocols=["parley.v1"], proxy=None)
        self.events, self.number = [], 0
        self.receive()

    def receive(self, command=None):
        frame = self.contract.frame(self.connection.recv(timeout=30), command)
        self.events.append(frame)
        return frame

    def command(self, kind, **fields):
        self.number += 1
        self.connection.send(json.dumps({"type": kind, "id": str(self.number), **fields}))
        while True:
            frame = self.receive(kind)
            if frame.get("id") == str(self.number):
                return frame

    def refused(self, code, kind, **fields):
        frame = self.command(kind, **fields)
        check(frame.get("code") == code, f"{kind} {fields}: {frame}, not {code}")

    def until(self, kind):
        while not any(event["type"] == kind for event in self.events):
            self.receive()

    def until_closed(self):
        try:
            while True:
                self.receive()
        except ConnectionClosed:
            pass


def one_time_code(secret):
    """The code of this moment (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def walk(contract, password):
    binary, data = contract.parley
    subprocess.run(
        [binary, "user", "add", "root", "--admin", "--password-stdin", "--data", data], input=password + "\n", text=True,
        check=True, capture_output=True)
    nobody, root = Caller(contract), Caller(contract, "root", password)
    alice, bob = Caller(contract, "alice", password), Caller(contract, "bob", password)
    public(nobody)
    root.log_in()
    alice.register()
    bob.register()
    server(root, alice)
    authentication(contract, alice, nobody)
    account(alice, nobody)
    rooms(alice, bob)
    messages(alice, bob)
    files(alice, bob)
    search(alice)
    sockets(alice, bob)
    presence(root, alice, bob)
    programs(root, alice, nobody)
    administration(contract, root, password)
    administered_rooms(root)
    upgrades(contract, nobody)


def public(nobody):
    page = nobody("GET", "//", wanted=200)
    nobody("GET", "//", wanted=304, headers={"If-None-Match": page.headers["ETag"]})
    asset = re.search(r'"(/assets/[^"]+)"', page.text).group(1)
    nobody("GET", "/" + asset, wanted=200)
    nobody("GET", "//assets/none/none.js", wanted=404)
    for path in ["//openapi.yaml", "//asyncapi.yaml"]:
        tag = nobody("GET", path, wanted=200).headers["ETag"]
        nobody("GET", path, wanted=304, headers={"If-None-Match": tag})
    nobody("GET", "//healthz", wanted=200)
    nobody("GET", "//readyz", wanted=200)
    nobody("GET", "//metrics", wanted=404)


def server(root, alice):
    root("GET", "//metrics", wanted=200)
    alice("GET", "//metrics", wanted=404)


def authentication(contract, alice, nobody):
    nobody("POST", "/auth/login", {"username": "alice", "password": "wrong"}, 401)
    nobody("POST", "/auth/login", {}, 400)
    nobody("POST", "/auth/login", None, 400, data=b"{", headers={"Content-Type": "application/json"})
    nobody("POST", "/auth/login", None, 415, data=b"x", headers={"Content-Type": "text/plain"})
    nobody("POST", "/auth/login", {"username": "a" * 100_000, "password": ""}, 413)
    nobody("POST", "/auth/login", {"username": "a", "password": "b"}, 403, headers={"Origin": "https://example.org"})
    nobody("POST", "/auth/register", {"username": "alice", "password": alice.password}, 409)
    nobody("POST", "/auth/register", {"username": "Not good", "password": alice.password}, 400)
    nobody("POST", "/auth/refresh", wanted=401)
    alice("POST", "/auth/refresh", wanted=200)
    other = Caller(contract, "alice", alice.password)
    other.log_in(device="another")
    other("POST", "/auth/logout", wanted=204)
    nobody("POST", "/auth/logout", wanted=204)


def account(alice, nobody):
    nobody("GET", "/me", wanted=401)
    alice("GET", "/me", wanted=200)
    alice("PATCH", "/me", {"name": "Alice"}, 200)
    alice("PATCH", "/me", {"name": ""}, 400)
    alice("POST", "/me/password", {"current": "wrong", "new": "another horse battery"}, 400)
    alice("POST", "/me/password", {"current": alice.password, "new": "another horse battery"}, 200)
    alice.password = "another horse battery"
    alice("GET", "/me/totp", wanted=200)
    secret = alice("POST", "/me/totp", wanted=200).json()["secret"]
    alice("POST", "/me/totp/confirm", {"code": "none"}, 400)
    alice("POST", "/me/totp/confirm", {"code": one_time_code(secret)}, 200)
    alice("POST", "/me/totp", wanted=409)
    alice("POST", "/me/totp/confirm", {"code": "none"}, 409)
    nobody("POST", "/auth/login", {"username": "alice", "password": alice.password}, 401)
    alice("DELETE", "/me/totp", {"password": "wrong"}, 400)
    alice("DELETE", "/me/totp", {"password": alice.password}, 204)
    sessions = [Caller(alice.contract, "alice", alice.password) for _ in range(2)]
    for session in sessions:
        session.log_in()
    mine = sessions[0]("GET", "/me").json()["session"]["id"]
    listed = alice("GET", "/sessions?limit=1", wanted=200).json()
    alice("GET", f"/sessions?cursor={listed['cursor']}", wanted=200)
    alice("GET", "/sessions?cursor=none", wanted=400)
    alice("GET", "/sessions?limit=0", wanted=400)
    alice("DELETE", f"/sessions/{mine}", wanted=200)
    alice("DELETE", "/sessions/none", wanted=404)
    alice("DELETE", "/sessions", wanted=200)
    sessions[0]("GET", "/me", wanted=401)
    alice("GET", "/users?query=b", wanted=200)
    alice("GET", "/users?limit=none", wanted=400)
    alice("GET", "/users/bob", wanted=200)
    alice("GET", "/users/nobody", wanted=404)


def rooms(alice, bob):
    alice("POST", "/rooms", {"id": "lab", "title": "Lab", "topic": "All of it"}, 201)
    alice("POST", "/rooms", {"id": "lab"}, 409)
    alice("POST", "/rooms", {"id": "dm-x"}, 400)
    alice("POST", "/rooms", {"id": "Not good"}, 400)
    alice("POST", "/rooms", {"id": "den", "kind": "private"}, 201)
    alice("GET", "/rooms?limit=1", wanted=200)
    alice("GET", "/rooms/lab", wanted=200)
    bob("GET", "/rooms/den", wanted=404)
    alice("PATCH", "/rooms/lab", {"title": "The lab"}, 200)
    alice("PATCH", "/rooms/lab", {"title": 1}, 400)
    bob("PATCH", "/rooms/lab", {"title": "Mine"}, 403)
    alice("PATCH", "/rooms/lab", {"kind": "private", "slow_mode": 30}, 200)
    alice("PATCH", "/rooms/lab", {"kind": "public", "slow_mode": 0, "retention": 864000}, 200)
    alice("PATCH", "/rooms/lab", {"archived": True}, 200)
    alice("POST", "/rooms/lab/messages", {"text": "Too late"}, 409)
    alice("PATCH", "/rooms/lab", {"archived": False, "retention": None}, 200)
    alice("GET", "/rooms/lab/members", wanted=200)
    bob("GET", "/rooms/den/members", wanted=404)
    alice("PUT", "/rooms/lab/members/bob", {}, 200)
    alice("PUT", "/rooms/lab/members/bob", {"role": "moderator"}, 200)
    alice("PUT", "/rooms/lab/members/bob", {"role": "king"}, 400)
    alice("PUT", "/rooms/lab/members/nobody", {}, 404)
    bob("DELETE", "/rooms/lab/members/alice", wanted=403)
    alice("DELETE", "/rooms/lab/members/alice", wanted=409)
    alice("DELETE", "/rooms/lab/members/bob", wanted=204)
    alice("DELETE", "/rooms/lab/members/bob", wanted=404)
    alice("PUT", "/rooms/lab/bans/bob", wanted=204)
    alice("PUT", "/rooms/lab/bans/bob", {"expires_in": 3600}, 204)
    alice("PUT", "/rooms/lab/bans/bob", {"expires_in": -1}, 400)
    alice("GET", "/rooms/lab/bans", wanted=200)
    bob("GET", "/rooms/lab/bans", wanted=403)
    alice("PUT", "/rooms/lab/members/bob", {}, 403)
    alice("DELETE", "/rooms/lab/bans/bob", wanted=204)
    alice("DELETE", "/rooms/lab/bans/bob", wanted=404)
    bob("DELETE", "/rooms/den", wanted=404)
    bob("DELETE", "/rooms/lab", wanted=403)
    alice("DELETE", "/rooms/den", wanted=204)


def messages(alice, bob):
    bob("POST", "/rooms/lab/messages", {"text": "Hello"}, 403)
    alice("PUT", "/rooms/lab/members/bob", {}, 200)
    first = alice("POST", "/rooms/lab/messages", {"text": "Hello", "nonce": "1"}, 201).json()["seq"]
    alice("POST", "/rooms/lab/messages", {"text": "Hello", "nonce": "1"}, 200)
    bob("POST", "/rooms/lab/messages", {"text": "Hello to you", "reply_to": first}, 201)
    alice("POST", "/rooms/lab/messages", {"text": ""}, 400)
    alice("POST", "/rooms/lab/messages", {"text": "a" * 8193}, 400)
    alice("POST", "/rooms/none/messages", {"text": "Hello"}, 404)
    alice("PUT", "/rooms/lab/members/bob", {"muted": True}, 200)
    bob("POST", "/rooms/lab/messages", {"text": "Hello?"}, 403)
    alice("PUT", "/rooms/lab/members/bob", {"muted": False}, 200)
    path = f"/rooms/lab/messages/{first}"
    alice("PATCH", path, {"text": "Hello, all"}, 200)
    alice("PATCH", path, {"text": 1}, 400)
    bob("PATCH", path, {"text": "Mine"}, 403)
    alice("PATCH", "/rooms/lab/messages/1", {"text": "None"}, 404)
    alice("PUT", path + "/reactions/%F0%9F%91%8D", wanted=200)
    alice("PUT", path + "/reactions/%F0%9F%91%8D", wanted=200)
    alice("PUT", path + "/reactions/x", wanted=400)
    bob("PUT", path + "/reactions/%F0%9F%91%8D", wanted=200)
    alice("GET", "/rooms/lab/messages", wanted=200)
    alice("DELETE", path + "/reactions/%F0%9F%91%8D", wanted=200)
    bob("DELETE", path, wanted=403)
    alice("DELETE", path, wanted=200)
    alice("PATCH", path, {"text": "Again"}, 410)
    alice("PUT", path + "/reactions/%F0%9F%91%8D", wanted=410)
    alice("GET", "/rooms/lab/messages?before=100&limit=2", wanted=200)
    alice("GET", "/rooms/lab/messages?limit=none", wanted=400)
    alice("GET", "/rooms/none/messages", wanted=404)
    alice("GET", "/rooms/lab/log?after=0&limit=200", wanted=200)
    alice("GET", "/rooms/none/log", wanted=404)


def files(alice, bob):
    upload = {"file": ("notes.txt", b"some notes", "text/plain")}
    file = alice("POST", "/files", wanted=201, files=upload).json()["id"]
    alice("POST", "/files", wanted=400, files={"other": upload["file"]})
    path = f"/files/{file}"
    tag = alice("GET", path, wanted=200).headers["ETag"]
    alice("GET", path, wanted=206, headers={"Range": "bytes=0-3"})
    alice("GET", path, wanted=416, headers={"Range": "bytes=100-"})
    alice("GET", path, wanted=304, headers={"If-None-Match": tag})
    alice("HEAD", path, wanted=200)
    alice("HEAD", path, wanted=304, headers={"If-None-Match": tag})
    bob("GET", path, wanted=404)
    alice("POST", "/rooms/lab/messages", {"files": [file]}, 201)
    bob("GET", path, wanted=200)
    bob("GET", "/rooms/lab/messages", wanted=200)
    alice("POST", "/rooms/lab/messages", {"files": ["none"]}, 404)


def search(alice):
    alice("POST", "/rooms/lab/messages", {"text": "An unusual word"}, 201)
    deadline = time.monotonic() + 30
    # The index follows the log.
    while not alice("GET", "/search?q=unusual", wanted=200).json()["items"]:
        check(time.monotonic() < deadline, "a message is not found within 30 s")
    alice("GET", "/search?q=unusual&room=lab&from=alice&limit=1", wanted=200)
    alice("GET", "/search?q=", wanted=400)
    alice("GET", "/search?q=" + "a" * 257, wanted=400)
    alice("GET", "/search?q=unusual&since=never", wanted=400)
    alice("GET", "/search?q=unusual&room=none", wanted=404)


def sockets(alice, bob):
    mine, other = alice.socket(), bob.socket()
    sent = mine.command("send", room="lab", text="Hello", nonce="socket")["seq"]
    mine.command("send", room="lab", text="Hello", nonce="socket")
    mine.command("edit", room="lab", target=sent, text="Hello, all")
    other.command("react", room="lab", target=sent, emoji="👍", on=True)
    mine.command("delete", room="lab", target=sent)
    other.command("leave", room="lab")
    other.command("join", room="lab")
    direct = mine.command("direct", user="bob")["room"]
    mine.command("direct", users=["bob"])
    mine.command("resume", rooms={"lab": 0, "none": 3})
    mine.command("history", room="lab", limit=5)
    mine.command("read", room="lab", seq=1)
    mine.command("ping")
    for code, kind, fields in [
        ("invalid_field", "send", {"room": "lab"}), ("text_too_long", "send", {"room": "lab", "text": "a" * 8193}),
        ("room_not_found", "join", {"room": "none"}), ("unknown_type", "explode", {}),
        ("invalid_seq", "read", {"room": "lab", "seq": 100_000}), ("direct_room", "leave", {"room": direct}),
        ("user_not_found", "direct", {"user": "nobody"}), ("last_owner", "leave", {"room": "lab"}),
        ("message_deleted", "edit", {"room": "lab", "target": sent, "text": "x"}),
        ("not_a_message", "delete", {"room": "lab", "target": 1}),
    ]:
        mine.refused(code, kind, **fields)
    for text, code in [("{", "bad_json"), ('{"type":"ping","id":1}', "invalid_id")]:
        mine.connection.send(text)
        check(mine.receive().get("code") == code, f"{text} is not {code}")
    alice("PATCH", "/rooms/lab", {"topic": "Something else"}, 200)
    for kind in ["message", "edited", "deleted", "reacted", "member", "room"]:
        mine.until(kind)
    # The life of a token varies by 5 %: only a later end is told.
    time.sleep(7)
    alice("POST", "/auth/refresh", wanted=200)
    mine.until("session")
    alice("POST", "/auth/logout", wanted=204)
    mine.until_closed()
    alice.log_in()
    other.connection.close()


def administration(contract, root, password):
    root("GET", "/admin/users?limit=1", wanted=200)
    root("POST", "/admin/users", {"username": "carol", "password": password}, 201)
    root("POST", "/admin/users", {"username": "carol", "password": password}, 409)
    root("POST", "/admin/users", {"username": "dave", "password": "short"}, 400)
    carol = Caller(contract, "carol", password)
    carol.log_in()
    carol("GET", "/admin/users", wanted=403)
    root("GET", "/admin/users/carol", wanted=200)
    root("GET", "/admin/users/nobody", wanted=404)
    root("PUT", "/admin/users/carol/role", {"role": "admin"}, 200)
    root("PUT", "/admin/users/carol/role", {}, 400)
    root("PUT", "/admin/users/carol/role", {"role": "user"}, 200)
    root("PUT", "/admin/users/carol/password", {"password": password}, 200)
    root("PUT", "/admin/users/carol/password", {"password": "short"}, 400)
    root("DELETE", "/admin/users/carol/totp", wanted=200)
    root("POST", "/admin/users/carol/disable", {"reason": "a test"}, 200)
    root("POST", "/admin/users/carol/disable", {"reason": 1}, 400)
    root("POST", "/admin/users/carol/enable", {}, 200)
    carol.log_in()
    root("GET", "/admin/sessions?user=carol", wanted=200)
    root("GET", "/admin/sessions?user=nobody", wanted=404)
    root("GET", "/admin/sessions?cursor=none", wanted=400)
    root("POST", "/admin/revocations", {"user": "carol", "reason": "a test"}, 200)
    root("POST", "/admin/revocations", {}, 400)
    root("POST", "/admin/revocations", {"key": "none"}, 404)
    invite = root("POST", "/admin/invites", {"uses": 2, "expires_in": 60}, 201).json()["id"]
    root("POST", "/admin/invites", {"uses": 0}, 400)
    root("GET", "/admin/invites", wanted=200)
    root("DELETE", f"/admin/invites/{invite}", wanted=204)
    root("DELETE", f"/admin/invites/{invite}", wanted=404)
    old = root("GET", "/admin/keys", wanted=200).json()["items"][0]["id"]
    root("POST", "/admin/keys/rotate", {}, 200)
    root("POST", "/auth/refresh", wanted=200)
    root("POST", f"/admin/keys/{old}/revoke", {}, 200)
    root("POST", "/admin/keys/none/revoke", {}, 404)
    root("GET", "/admin/throttle", wanted=200)
    root("DELETE", "/admin/throttle", wanted=200)
    listed = root("GET", "/admin/audit?limit=1", wanted=200).json()
    root("GET", f"/admin/audit?limit=200&cursor={listed['cursor']}", wanted=200)
    root("GET", "/admin/audit?cursor=none", wanted=400)
    root("GET", "/admin/audit/verify", wanted=200)
    root("GET", "/admin/statistics", wanted=200)
    root("DELETE", "/admin/users/carol", wanted=200)
    root("DELETE", "/admin/users/carol", wanted=404)


def administered_rooms(root):
    path = "/admin/rooms"
    root("POST", path, {"id": "cellar", "kind": "private", "title": "Cellar"}, 201)
    root("POST", path, {"id": "cellar"}, 409)
    root("POST", path, {"id": "dm-x"}, 400)
    root("POST", path, {"id": "attic", "owner": "nobody"}, 404)
    listed = root("GET", path + "?limit=1", wanted=200).json()
    root("GET", path + f"?cursor={listed['cursor']}", wanted=200)
    root("GET", path + "/cellar", wanted=200)
    root("GET", path + "/none", wanted=404)
    root("PATCH", path + "/cellar", {"topic": "Wine", "retention": 3600}, 200)
    root("PATCH", path + "/cellar", {"retention": -1}, 400)
    root("PATCH", "/rooms/cellar", {"retention": 0}, 200)
    root("PATCH", "/rooms/cellar", {"retention": None}, 200)
    root("PUT", path + "/cellar/members/alice", {}, 200)
    root("PUT", path + "/cellar/members/alice", {"role": "moderator"}, 200)
    root("PUT", path + "/cellar/members/alice", {"role": "king"}, 400)
    root("GET", path + "/cellar/members", wanted=200)
    root("GET", "/rooms/cellar/log", wanted=200)
    root("DELETE", path + "/cellar/members/root", wanted=409)
    root("DELETE", path + "/cellar/members/alice", wanted=204)
    root("DELETE", path + "/cellar/members/alice", wanted=404)
    root("DELETE", path + "/cellar", wanted=204)
    root("DELETE", path + "/cellar", wanted=404)


def upgrades(contract, nobody):
    nobody("GET", "//ws", wanted=400)
    fields = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    nobody("GET", "//ws", wanted=401, headers=fields)
    nobody("GET", "//ws", wanted=403, headers=fields | {"Origin": "https://example.org"})
    nobody("GET", "//ws", wanted=426, headers=fields | {"Sec-WebSocket-Version": "12"})


def farewell(contract, password):
    """Stops the server; its last words are part of the contract."""
    zoe = Caller(contract, "zoe", password)
    zoe.register()
    socket = zoe.socket()
    contract.server.process.terminate()
    socket.until_closed()
    check(contract.server.process.wait(30) == 0, "the server did not end in order")
