"""The work that is put on the servers."""

import dataclasses

PARLEY = ("parley",)
# Ten thousand sockets take these so long to open that they do it in the first round only.
SLOW = ("websockets", "ejabberd")


@dataclasses.dataclass(frozen=True)
class Phase:
    """Traffic: a closed loop of one message under way for each publisher, or a rate in messages a second of all."""

    key: str
    title: str
    publishers: int
    rate: float = None
    burst: int = 1
    changes: float = 0
    reconnects: int = 0
    seconds: float = 2.5

    def job(self):
        job = {"publishers": self.publishers, "seconds": self.seconds, "warm_up": 0.5, "burst": self.burst,
               "changes": self.changes, "reconnects": self.reconnects}
        return job | ({"rate": self.rate} if self.rate else {"window": 1})


@dataclasses.dataclass(frozen=True)
class Scenario:
    """Sockets in the rooms of a layout, and what goes on in them."""

    name: str
    title: str
    sockets: int
    layout: str = "one"
    phases: tuple = ()
    idle: float = 0
    resumes: bool = False
    concurrency: int = 64
    only: tuple = ()
    logins: bool = False
    patience: float = 120

    def is_for(self, peer, turn):
        if self.only and peer not in self.only:
            return False
        return turn == 0 or self.sockets < 10_000 or peer not in SLOW


def fan_out(sockets, rate, senders, **more):
    return Scenario(f"fanout-{sockets}", f"{sockets:,} sockets in one room", sockets, phases=(
        Phase("low", f"{rate:g} messages/s", min(sockets, 10), rate),
        Phase("one", "one sender, one message under way", 1),
        Phase("full", f"{senders} senders, one message under way for each", senders),
    ), **more)


ALL = (
    fan_out(100, 50, 50),
    fan_out(1000, 20, 50),
    fan_out(10_000, 2, 20, idle=4),
    Scenario("rooms", "10,000 sockets in 1,000 rooms of 10", 10_000, "thousand", (
        Phase("full", "a sender in each room, one message under way for each", 1000),
        Phase("day", "mixed day: four rooms of five are silent, the others send 40 messages at a time, 400/s", 200,
              400, burst=40),
    )),
    Scenario("pairs", "1,000 sockets in 500 private rooms of two", 1000, "pairs", (
        Phase("full", "one of each pair sends, one message under way for each", 500),
    )),
    Scenario("comings", "500 sockets in one room, 20 of them leaving or joining each second", 500, phases=(
        Phase("low", "20 messages/s", 10, 20, changes=20),
    )),
    Scenario("connect", "2,000 sockets connect, each with a whole TLS handshake", 2000),
    Scenario("reconnect", "2,000 sockets connect, resuming TLS sessions", 2000, resumes=True),
    Scenario("logins", "200 sockets in one room at 20 messages/s while people log in", 200, phases=(
        Phase("before", "nobody logs in", 10, 20),
        Phase("meanwhile", "four log in at a time", 10, 20, seconds=5),
    ), only=PARLEY, logins=True),
    Scenario("storm", "11,000 sockets in 100 rooms, of which 10,000 end at once and come back with a resume", 11_000,
             "hundred", (Phase("storm", "100 messages/s", 100, 100, reconnects=10_000, seconds=16),), resumes=True,
             concurrency=256, only=PARLEY),
    Scenario("growth", "15,000 sockets in one room", 15_000, phases=(
        Phase("one", "one sender, one message under way", 1),), only=PARLEY),
)


def seventy(messages_per_second, peers):
    """The open loop at 70 % of what the best peer delivers at its limit, for those that come near it."""
    return Scenario("seventy", "1,000 sockets in one room at 70 % of the best peer's limit", 1000, phases=(
        Phase("rate", f"{messages_per_second:,.0f} messages/s of 50 senders", 50, messages_per_second),
    ), only=tuple(peers), patience=60)
