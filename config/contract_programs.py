"""The part of the contract's walk that is about programs, and about who is there."""

from urllib.parse import urlsplit


def programs(root, alice, nobody):
    """Webhooks of a room, and bots."""
    alice("POST", "/rooms/lab/webhooks", {"name": ""}, 400)
    made = alice("POST", "/rooms/lab/webhooks", {"name": "Builds"}, 201).json()
    alice("GET", "/rooms/lab/webhooks", wanted=200)
    path = urlsplit(made["url"]).path.removeprefix("/api/v1")
    nobody("POST", path, {"text": "A build is done", "nonce": "1"}, 201)
    nobody("POST", path, {"text": "A build is done", "nonce": "1"}, 200)
    nobody("POST", path, {"text": ""}, 400)
    alice("DELETE", f"/rooms/lab/webhooks/{made['id']}", wanted=204)
    alice("DELETE", f"/rooms/lab/webhooks/{made['id']}", wanted=404)
    nobody("POST", path, {"text": "Too late"}, 404)

    root("POST", "/admin/bots", {"username": "deploy", "addresses": ["nonsense"]}, 400)
    key = root("POST", "/admin/bots", {"username": "deploy", "addresses": ["127.0.0.0/8"]}, 201).json()["key"]
    root("GET", "/admin/bots", wanted=200)
    nobody("POST", "/auth/bot", {"key": "deploy:no"}, 401)
    nobody("POST", "/auth/bot", {"key": key}, 200)
    nobody("POST", "/auth/logout", wanted=204)
    root("PUT", "/admin/bots/deploy/addresses", {"addresses": ["127.0.0.1/32"]}, 200)
    root("POST", "/admin/bots/deploy/key", wanted=200)
    root("DELETE", "/admin/bots/deploy/key", wanted=200)


def presence(root, alice, bob):
    """Passing events: typing and receipts, who is there, and how many are where there are many."""
    mine, other = alice.socket(), bob.socket()
    other.command("presence", status="away")
    mine.until("presence")
    head = mine.command("send", room="lab", text="Read me")["seq"]
    other.connection.send('{"type":"typing","room":"lab"}')
    mine.until("typing")
    other.command("read", room="lab", seq=head)
    mine.until("receipt")
    # One more in the room that is large here.
    third = root.socket()
    mine.until("presence_count")
    for socket in (mine, other, third):
        socket.connection.close()
