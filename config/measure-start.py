"""How long the server takes from its start to the line that says that it listens.

Called by config/measure with the binary, its configuration and a data directory with messages. Starts it six times, the
first with certificates to make, and once more after it was killed.
"""

import re
import subprocess
import sys
import time

binary, configuration, data = sys.argv[1:]


def start():
    """The running server and the milliseconds that it took."""
    started = time.perf_counter()
    server = subprocess.Popen(
        ["taskset", "-c", "0", binary, "serve", "--config", configuration, "--data", data],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in server.stderr:
        if re.search(r"https://127\.0\.0\.1:\d+", line):
            return server, (time.perf_counter() - started) * 1000
    sys.exit(f"the server did not start: {server.wait()}")


times = []
for attempt in range(6):
    server, took = start()
    times.append(took)
    server.kill() if attempt == 5 else server.terminate()
    server.communicate()
server, after_kill = start()
server.terminate()
server.communicate()
print(f"start, from exec to listening: first {times[0]:.0f} ms, then {min(times[1:]):.0f} to {max(times[1:]):.0f} ms, "
      f"after kill -9 {after_kill:.0f} ms")
