"""The servers that are compared, each set up for its best."""

import pathlib
import shutil

from . import machine, population

CONFIG = pathlib.Path(__file__).resolve().parent.parent / "peers"


class Peer:
    """A server: `marks` says what it does not do that Parley does while it is measured."""

    name = dialect = label = marks = ""

    def __init__(self, context):
        self.context = context
        self.folder = context.work / self.name
        self.folder.mkdir()
        self.log = self.folder / "log"
        self.certificate = context.certificates / "server.pem"
        self.key = context.certificates / "server.key"
        self.prepare()

    def prepare(self):
        pass

    def start(self):
        raise NotImplementedError

    def stop(self, server):
        server.stop()

    def cookies(self, sockets):
        return []

    def rooms(self, layout):
        """The names of the rooms of a layout (population.LAYOUTS)."""
        return [f"{layout}-{number}" for number in range(population.LAYOUTS[layout])]

    def fill(self, name, port):
        """A configuration from config/peers with its places filled in."""
        text = (CONFIG / name).read_text()
        values = {"PORT": port, "MONITOR": machine.free_port(), "KEY": self.key,
                  "CERTIFICATE": self.certificate}
        if name.endswith("yml"):
            values["CERTIFICATE"] = self.context.certificates / "both.pem"
        body = "\n".join(line for line in text.splitlines() if not line.startswith("#")) + "\n"
        for place, value in values.items():
            body = body.replace(place, str(value))
        path = self.folder / name
        path.write_text(body)
        return path


class Parley(Peer):
    name, dialect, label = "parley", "parley", "Parley"

    def prepare(self):
        folder = self.context.population or self.folder
        folder.mkdir(mode=0o700, exist_ok=True)
        self.population = population.Population(self.context, folder, self.certificate, self.key)

    def start(self):
        return self.population.start()

    def cookies(self, sockets):
        return self.population.cookies

    def version(self):
        return machine.output(self.context.parley, "--version")


class UWebSockets(Peer):
    name, dialect, label = "uwebsockets", "broadcast", "uWebSockets"
    marks = "no accounts, no permissions, no log; BoringSSL of its own inside"

    def start(self):
        port = machine.free_port()
        return machine.Server(
            [self.context.python, CONFIG / "uwebsockets.py", "127.0.0.1", port, self.certificate, self.key],
            self.log, port)

    def version(self):
        return "socketify " + self.context.python_version("socketify")


class Gorilla(Peer):
    name, dialect, label = "go", "broadcast", "Go + gorilla"
    marks = "no accounts, no permissions, no log; Go's own TLS"

    def prepare(self):
        self.binary = self.folder / "hub"
        source = self.folder / "hub.go"
        shutil.copy(CONFIG / "hub.go", source)
        machine.output("go", "build", "-o", self.binary, source, env={
            "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(self.folder / "cache"),
            "PATH": "/usr/bin:/bin", "HOME": str(self.folder)})

    def start(self):
        port = machine.free_port()
        return machine.Server([self.binary, f"127.0.0.1:{port}", self.certificate, self.key], self.log, port)

    def version(self):
        go = machine.output("go", "version").split()[2].removeprefix("go")
        return f"Go {go}, gorilla/websocket " + machine.debian_version("golang-github-gorilla-websocket-dev")


class Nats(Peer):
    name, dialect, label = "nats", "nats", "nats-server"
    marks = "no accounts, no permissions, no log; Go's own TLS"

    def start(self):
        port = machine.free_port()
        return machine.Server(["nats-server", "-c", self.fill("nats.conf", port)], self.log, port)

    def version(self):
        return "nats-server " + machine.debian_version("nats-server")


class Websockets(Peer):
    name, dialect, label = "websockets", "broadcast", "Python websockets"
    marks = "no accounts, no permissions, no log"

    def start(self):
        port = machine.free_port()
        return machine.Server(
            [self.context.python, CONFIG / "websockets_hub.py", "127.0.0.1", port, self.certificate, self.key],
            self.log, port)

    def version(self):
        return f"websockets {self.context.python_version('websockets')}, uvloop {self.context.python_version('uvloop')}"


class Ejabberd(Peer):
    name, dialect, label = "ejabberd", "xmpp", "ejabberd"
    marks = "accounts, rooms and archive as Parley has them; the archive is written without a flush of the disk"
    accounts = 1000

    def start(self):
        port = machine.free_port()
        # A fresh database each time: the accounts are made by the function behind `ejabberdctl register`.
        database = self.folder / "database"
        shutil.rmtree(database, ignore_errors=True)
        database.mkdir()
        register = (
            "application:ensure_all_started(ejabberd), "
            f"[ejabberd_auth:try_register(iolist_to_binary([\"u\", integer_to_list(N)]), <<\"localhost\">>, "
            f"<<\"benchmark\">>) || N <- lists:seq(0, {self.accounts - 1})], "
            f"file:write_file(\"{self.folder}/ready\", <<>>).")
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        code = next(pathlib.Path("/usr/lib").glob("*/ejabberd-*/ebin/ejabberd.app")).parent
        server = machine.Server(
            ["erl", "-noinput", "-pa", code, "+K", "true", "+P", "250000", "+Q", "65536", "+S", "1:1",
             "-mnesia", "dir", f'"{database}"', "-ejabberd", "config", f'"{self.fill("ejabberd.yml", port)}"',
             "log_path", f'"{self.folder}/ejabberd.log"', "-eval", register],
            self.log, port, {"HOME": str(self.folder), "ERL_CRASH_DUMP_BYTES": "0"})
        try:
            machine.wait_until(ready.exists, 40, "the accounts were not made")
        except Exception:
            server.stop()
            raise
        return server

    def cookies(self, sockets):
        return [f"u{number}:benchmark" for number in range(self.accounts)]

    def version(self):
        return "ejabberd " + machine.debian_version("ejabberd")


ALL = [Parley, UWebSockets, Gorilla, Nats, Websockets, Ejabberd]
