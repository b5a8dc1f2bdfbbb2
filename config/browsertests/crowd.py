"""Many messages, over a socket beside the browser."""

import json
import ssl
import threading
import time

from websockets.sync.client import connect

from smoke import check


class Crowd:
    """Somebody who writes steadily over a socket of their own."""

    def __init__(self, stage, page):
        # Gone for a moment where a token runs out just before it is refreshed.
        cookie = page.wait(lambda: page.driver.get_cookie("__Host-parley_access"), "access cookie")
        tls = ssl.create_default_context(cafile=str(stage.data / "certs" / "dev-ca.pem"))
        self.socket = connect(
            f"wss://localhost:{stage.server.port}/ws", ssl=tls, proxy=None,
            additional_headers={"Cookie": f"{cookie['name']}={cookie['value']}"}, max_size=None)
        self.most = 500
        self.window = threading.Semaphore(self.most)
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self):
        for frame in self.socket:
            if frame.startswith('{"type":"ok"'):
                self.window.release()

    def fill(self, room, count, word="message"):
        """Writes as fast as the server takes it, with a window of unanswered messages; waits for the last answer."""
        for number in range(count):
            self.window.acquire()
            self.socket.send(json.dumps({
                "type": "send", "id": str(number), "room": room, "text": f"{word} {number}",
                "nonce": f"{word}-{number}"}))
        for _ in range(self.most):
            check(self.window.acquire(timeout=60), "no answer to a message")
        self.socket.close()

    def write(self, room, count, per_second):
        started = time.monotonic()
        for number in range(count):
            text = f"message {number} of a busy room, with **bold** words and https://example.org/{number}"
            self.socket.send(json.dumps({"type": "send", "room": room, "text": text, "nonce": f"busy-{started}-{number}"}))
            ahead = started + (number + 1) / per_second - time.monotonic()
            if ahead > 0:
                time.sleep(ahead)
        return time.monotonic() - started
