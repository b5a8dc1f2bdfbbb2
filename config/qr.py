"""Decodes the QR code of `parley totp enable`: called by config/qr with the binary."""

import base64
import hmac
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

import numpy
import zxingcpp

(binary,) = sys.argv[1:]
PASSWORD = "correct horse battery"
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
HALVES = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}


def decode(pixels):
    """The text of the one code in a picture, enlarged as a screen would."""
    picture = numpy.kron(numpy.array(pixels, dtype=numpy.uint8), numpy.ones((6, 6), dtype=numpy.uint8))
    codes = zxingcpp.read_barcodes(picture)
    assert len(codes) == 1, f"{len(codes)} codes were found"
    return codes[0].text


def from_terminal(text):
    rows = []
    for line in re.findall(r"\x1b\[97;40m([█▀▄ ]+)\x1b\[0m", text):
        rows.append([HALVES[cell][0] for cell in line])
        rows.append([HALVES[cell][1] for cell in line])
    return decode(rows)


def from_svg(text):
    side = int(re.search(r'viewBox="0 0 (\d+) ', text)[1])
    rows = [[255] * side for _ in range(side)]
    for x, y in re.findall(r"M(\d+),(\d+)h1v1h-1z", text):
        rows[int(y)][int(x)] = 0
    return decode(rows)


def one_time_code(secret):
    """RFC 6238 by itself: SHA-1, six digits, 30 s."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def read_until(terminal, pattern):
    seen, text = b"", ""
    deadline = time.monotonic() + 60
    while not re.search(pattern, text):
        assert time.monotonic() < deadline, f"no {pattern!r} in {text[-300:]!r}"
        seen += os.read(terminal, 65536)
        text = seen.decode(errors="replace")
    return text


with tempfile.TemporaryDirectory() as folder:
    data, svg, log = f"{folder}/data", f"{folder}/code.svg", open(f"{folder}/log", "w+b")
    subprocess.run(
        [binary, "user", "add", "alice", "--password-stdin", "--data", data],
        input=PASSWORD + "\n", text=True, check=True, env=ENVIRONMENT, stdout=subprocess.DEVNULL,
    )
    server = subprocess.Popen(
        [binary, "serve", "--listen", "127.0.0.1:0", "--data", data], stdout=log, stderr=log, env=ENVIRONMENT
    )
    try:
        deadline = time.monotonic() + 60
        while not (url := re.search(r"https://127\.0\.0\.1:\d+", Path(log.name).read_text())):
            assert server.poll() is None and time.monotonic() < deadline, Path(log.name).read_text()
            time.sleep(0.1)
        arguments = ["totp", "enable", url[0], "--user", "alice", "--ca", f"{data}/certs/dev-ca.pem", "--svg", svg]
        child, terminal = pty.fork()
        if child == 0:
            os.execve(binary, [binary, *arguments], ENVIRONMENT)
        read_until(terminal, "Password")
        os.write(terminal, f"{PASSWORD}\n".encode())
        shown = read_until(terminal, r"The code that the app shows")
        uris = {from_terminal(shown), from_svg(Path(svg).read_text())}
        assert len(uris) == 1, f"terminal and SVG differ: {uris}"
        uri = urllib.parse.urlsplit(uris.pop())
        fields = urllib.parse.parse_qs(uri.query)
        assert (uri.scheme, uri.netloc) == ("otpauth", "totp") and uri.path.endswith("alice"), uri
        assert fields["secret"][0] in shown, "the code holds another secret than the one in words"
        os.write(terminal, f"{one_time_code(fields['secret'][0])}\n".encode())
        read_until(terminal, "The second factor is on")
        # Ten codes follow; the end of the program closes the terminal.
        try:
            while os.read(terminal, 65536):
                pass
        except OSError:
            pass
        assert os.waitpid(child, 0)[1] == 0, "the command failed"
    finally:
        server.terminate()
        server.wait()
print("qr: terminal and SVG decode to the same secret, whose code turned the second factor on")
