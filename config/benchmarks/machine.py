"""Processes on their cores, certificates, and what the kernel says about memory."""

import os
import socket
import subprocess
import threading
import time

SERVER_CORE, LOAD_CORE = "0", "1"


def output(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout.strip()


def pinned(core, *command):
    return ["taskset", "-c", core, *map(str, command)]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_certificates(folder):
    """A CA of its own and one P-256 certificate for localhost, which every server uses."""
    folder.mkdir()
    extensions = folder / "extensions"
    extensions.write_text(
        "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\nkeyUsage=digitalSignature\n"
        "basicConstraints=critical,CA:false\n")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    ca, ca_key, leaf, leaf_key, request = (folder / name for name in (
        "ca.pem", "ca.key", "server.pem", "server.key", "server.csr"))
    output("openssl", "req", "-x509", *key, "-keyout", ca_key, "-out", ca, "-days", "30", "-subj", "/CN=Benchmark CA",
           "-addext", "keyUsage=critical,keyCertSign")
    output("openssl", "req", *key, "-keyout", leaf_key, "-out", request, "-subj", "/CN=localhost")
    output("openssl", "x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", "30",
           "-extfile", extensions, "-out", leaf)
    (folder / "both.pem").write_text(leaf.read_text() + leaf_key.read_text())
    (folder / "both.pem").chmod(0o600)
    return folder


def resident_kilobytes(pid):
    """Of a process and its children."""
    total = 0
    with open(f"/proc/{pid}/status") as file:
        total += sum(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children") as file:
            total += sum(resident_kilobytes(child) for child in file.read().split())
    return total


def kernel_kilobytes():
    """Slab and TCP buffers of the whole machine: with nothing else going on, those of both ends of the sockets."""
    with open("/proc/meminfo") as file:
        slab = next(int(line.split()[1]) for line in file if line.startswith("Slab:"))
    with open("/proc/net/sockstat") as file:
        words = next(line.split() for line in file if line.startswith("TCP:"))
    return slab + int(words[words.index("mem") + 1]) * os.sysconf("SC_PAGESIZE") // 1024


class Server:
    """A server pinned to its core; ended with `stop`, whatever became of it."""

    def __init__(self, command, log, port, environment=None, patience=40, is_pinned=True):
        self.port = port
        self.log = log
        self.file = open(log, "ab")
        self.process = subprocess.Popen(
            pinned(SERVER_CORE, *command) if is_pinned else list(map(str, command)),
            stdin=subprocess.DEVNULL, stdout=self.file, stderr=self.file,
            env={**os.environ, **(environment or {})}, start_new_session=True)
        try:
            self.wait_for_port(patience)
        except Exception:
            self.stop()
            raise

    @property
    def pid(self):
        return self.process.pid

    def wait_for_port(self, patience):
        end = time.monotonic() + patience
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"it ended with {self.process.returncode}: {self.last_words()}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > end:
                    raise RuntimeError(f"it does not listen: {self.last_words()}") from None
                time.sleep(0.05)

    def last_words(self):
        with open(self.log, errors="replace") as file:
            return " ".join(file.read()[-300:].split())

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.file.close()


class Load:
    """One run of the generator on its core; `phase` is where it stands."""

    def __init__(self, generator, job):
        self.phase = ""
        self.changed = threading.Condition()
        self.process = subprocess.Popen(
            pinned(LOAD_CORE, generator, job), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        self.words = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stderr:
            with self.changed:
                self.phase = line.partition(":")[0]
                self.words = (self.words + [line.strip()])[-3:]
                self.changed.notify_all()
        with self.changed:
            self.phase = "over"
            self.changed.notify_all()

    def wait_for(self, phase):
        """Whether it came to that phase."""
        with self.changed:
            self.changed.wait_for(lambda: self.phase in (phase, "over"))
            return self.phase == phase

    def result(self, patience):
        timer = threading.Timer(patience, self.process.kill)
        timer.start()
        try:
            text = self.process.stdout.read()
            status = self.process.wait()
        finally:
            timer.cancel()
            self.process.kill()
        self.reader.join()
        if status != 0:
            raise RuntimeError(f"the load ended with {status}: {' '.join(self.words)[-300:]}")
        return text


def wait_until(condition, patience, complaint):
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(complaint)
        time.sleep(0.05)


def debian_version(package):
    """The upstream part of an installed package's version."""
    version = output("dpkg-query", "-W", "-f=${Version}", package)
    return version.partition(":")[2].split("-")[0] if ":" in version else version.split("-")[0].split("+")[0]
