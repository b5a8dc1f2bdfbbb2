"""What the main thread of a page does, as Chromium itself traces it: how long each task takes of the processor."""

import json
import queue
import threading
import urllib.request

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from browsertests.stage import say
from smoke import PATIENCE, check

# What browsers call a long task, in milliseconds.
LONG = 50


def check_tasks(tasks):
    """No task of the main thread was so long that a person would have noticed."""
    worst = sorted(round(task, 1) for task in tasks)[-4:]
    say(f"    {len(tasks)} tasks of the main thread, the longest {worst} ms of the processor")
    long = [task for task in worst if task > LONG]
    check(not long, f"tasks of {long} ms of the processor")


class Tracing:
    """Follows the tasks of a page from its making to `end`.

    Counted is the processor's time, not the clock's: on a machine that has other work, too, the clock tells of that.
    """

    def __init__(self, page):
        address = page.driver.capabilities["goog:chromeOptions"]["debuggerAddress"]
        # Never by a proxy that the environment names: it is this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://{address}/json/version", timeout=PATIENCE) as answer:
            self.socket = connect(json.load(answer)["webSocketDebuggerUrl"], proxy=None, max_size=None)
        self.frames = queue.Queue()
        self.events = []
        threading.Thread(target=self._read, daemon=True).start()
        categories = ["disabled-by-default-devtools.timeline", "devtools.timeline", "blink.user_timing"]
        self._send("Tracing.start", traceConfig={
            "recordMode": "recordUntilFull", "includedCategories": categories, "traceBufferSizeInKb": 400_000})
        self._wait(lambda frame: "result" in frame)
        page.script("performance.mark('parley-trace')")

    def _read(self):
        try:
            for frame in self.socket:
                self.frames.put(json.loads(frame))
        except ConnectionClosed:
            self.frames.put({"method": "Tracing.tracingComplete"})

    def _send(self, method, **params):
        self.socket.send(json.dumps({"id": 1, "method": method, "params": params}))

    def _wait(self, is_last):
        while True:
            frame = self.frames.get(timeout=PATIENCE)
            if frame.get("method") == "Tracing.dataCollected":
                self.events += frame["params"]["value"]
            if is_last(frame):
                return

    def end(self):
        """The milliseconds of the processor that each task of the page's main thread took."""
        self._send("Tracing.end")
        self._wait(lambda frame: frame.get("method") == "Tracing.tracingComplete")
        self.socket.close()
        mark = next((event for event in self.events if event["name"] == "parley-trace"), None)
        check(mark is not None, "the trace does not have its own mark")
        self.thread = (mark["pid"], mark["tid"])
        tasks = [event for event in self.events
                 if event["name"] == "RunTask" and (event["pid"], event["tid"]) == self.thread and "tdur" in event]
        check(tasks, "the trace has no tasks")
        return [event["tdur"] / 1000 for event in tasks]
