"""The tables of a run, in Markdown, and the article that they stand in."""

import json
import os
import pathlib
import statistics

from . import goals, plot

ARTICLE = "Sources/parley/Documentation.docc/Comparison.md"
PLOT = "Sources/parley/Documentation.docc/Resources/comparison.svg"
BEGIN, END = "<!-- What follows is written by config/benchmark. -->", "<!-- Up to here. -->"


class Figures:
    """Everything that a run found, as plain values."""

    def __init__(self, values):
        self.values = values

    @classmethod
    def of(cls, run):
        scenarios = {scenario.name: {
            "title": scenario.title, "sockets": scenario.sockets, "phases": [
                {"key": phase.key, "title": phase.title} for phase in scenario.phases],
        } for scenario in run.scenarios}
        peers = {peer.name: {"label": peer.label, "marks": peer.marks, "version": run.versions[peer.name]}
                 for peer in run.peers}
        return cls({"scenarios": scenarios, "peers": peers, "results": run.results, "errors": run.errors,
                    "failed_peers": run.failed_peers, "machine": machine_words()})

    @classmethod
    def load(cls, path):
        return cls(json.loads(pathlib.Path(path).read_text()))

    def save(self, path):
        pathlib.Path(path).write_text(json.dumps(self.values, indent=1))

    @property
    def peers(self):
        return self.values["peers"]

    @property
    def scenarios(self):
        return self.values["scenarios"]

    def rounds(self, scenario, peer):
        return self.values["results"].get(scenario, {}).get(peer, [])

    def median(self, scenario, peer, *path):
        """The median over the rounds; None where there is no figure."""
        found = []
        for value in self.rounds(scenario, peer):
            for step in path:
                if isinstance(step, int):
                    value = value[step] if isinstance(value, list) and step < len(value) else None
                else:
                    value = value.get(step) if isinstance(value, dict) else None
            if value is not None:
                found.append(value)
        return statistics.median(found) if found else None

    def traffic(self, scenario, peer, key, *path):
        """The median of a figure of a phase, which is named by its key."""
        keys = [phase["key"] for phase in self.scenarios.get(scenario, {"phases": []})["phases"]]
        return self.median(scenario, peer, "phases", keys.index(key), *path) if key in keys else None


def machine_words():
    with open("/proc/cpuinfo") as file:
        model = next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), "a processor")
    memory = os.sysconf("SC_PAGESIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores of {model}, {memory:.0f} GiB of memory, Linux {os.uname().release.split('-')[0]}"


def number(value, places=0):
    return "–" if value is None else f"{value:,.{places}f}"


def milliseconds(value):
    """Of microseconds, with three digits that say something."""
    if value is None:
        return "–"
    value /= 1000
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def marked(figures, peer):
    return figures.peers[peer]["label"] + ("" if not figures.peers[peer]["marks"] else "\\*")


def peers_table(figures):
    rows = [[about["label"], about["version"], about["marks"] or "accounts, permissions, durable log: all on",
             next((rounds[0]["connecting"]["tls"] for scenario in figures.scenarios
                   if (rounds := figures.rounds(scenario, peer))), "–")]
            for peer, about in figures.peers.items()]
    rows += [[peer, "–", f"could not be set up: {reason}", "–"] for peer, reason in
             figures.values["failed_peers"].items()]
    return table(["Server", "Version", "What it does not do (\\*)", "TLS"], rows)


def phase_table(figures, scenario, index):
    rows = []
    for peer in figures.peers:
        error = figures.values["errors"].get(scenario, {}).get(peer)
        if error and not figures.rounds(scenario, peer):
            rows.append([marked(figures, peer), *["–"] * 4, "failed, see below"])
            continue
        get = lambda *path: figures.median(scenario, peer, "phases", index, *path)
        if get("seconds") is None:
            continue
        latency = " · ".join(milliseconds(get("latency", name)) for name in ("p50", "p99", "p999"))
        lost = (get("expected") or 0) - (get("got") or 0)
        dead = sum((figures.rounds(scenario, peer)[-1].get("deaths") or {}).values())
        notes = ([f"{number(lost)} not delivered in time"] if lost else []) + ([f"{dead} sockets died"] if dead else [])
        if (get("server_cpu_percent") or 0) < 90 < (get("client_cpu_percent") or 0):
            notes.append("held by the load's core")
        rows.append([marked(figures, peer), number(get("deliveries_per_second")),
                     number(get("server_cpu_microseconds"), 2), latency,
                     f"{number(get('server_cpu_percent'))} · {number(get('client_cpu_percent'))}", "; ".join(notes)])
    head = ["Server", "Deliveries/s", "Server CPU per delivery, µs", "Latency p50 · p99 · p99.9, ms",
            "Server's core · load's core, %", "Notes"]
    return table(head, rows)


def connect_table(figures):
    rows = []
    for peer in figures.peers:
        if not (figures.rounds("connect", peer) or figures.rounds("reconnect", peer)):
            continue
        row = [marked(figures, peer)]
        for scenario in ("connect", "reconnect"):
            row += [number(figures.median(scenario, peer, "connecting", "per_second")),
                    number(figures.median(scenario, peer, "connecting", "server_cpu_microseconds"))]
        row.append(number(figures.median("reconnect", peer, "connecting", "resumed")))
        rows.append(row)
    return table(["Server", "Connects/s, whole handshake", "Server CPU each, µs", "Connects/s, resumed",
                  "Server CPU each, µs", "of 2,000 resumed"], rows)


def idle_table(figures):
    rows = []
    for peer in figures.peers:
        memory = figures.median("fanout-10000", peer, "socket_kilobytes")
        if memory is None:
            continue
        kernel = figures.median("fanout-10000", peer, "kernel_kilobytes")
        rows.append([marked(figures, peer), number(memory, 1), number(memory + kernel, 1),
                     number(figures.median("fanout-10000", peer, "idle", "server_cpu_percent"), 2),
                     number(figures.median("fanout-10000", peer, "connecting", "per_second"))])
    return table(["Server", "kB per idle socket", "and with the kernel's memory of both ends",
                  "CPU while idle, % of a core", "Connects/s of 10,000"], rows)


def own_lines(figures):
    """What only Parley does."""
    lines = []
    if figures.rounds("logins", "parley"):
        before, meanwhile = (
            figures.traffic("logins", "parley", key, "latency", "p99") for key in ("before", "meanwhile"))
        rate = number(figures.median("logins", "parley", "logins_per_second"), 1)
        lines.append(f"- Logins, on the same core: {rate}/s; latency of the chat p99 {milliseconds(before)} ms before, "
                     f"{milliseconds(meanwhile)} ms meanwhile.")
    if figures.rounds("storm", "parley"):
        seconds = figures.traffic("storm", "parley", "storm", "reconnect_seconds")
        p99 = figures.traffic("storm", "parley", "storm", "latency", "p99")
        lines.append("- Reconnect storm, 10,000 sockets with a resume of 20 messages each: "
                     + (f"all live again after {seconds:.1f} s" if seconds else "not all came back in time")
                     + f"; latency of the 1,000 others p99 {milliseconds(p99)} ms.")
    if figures.rounds("growth", "parley"):
        few, many = (figures.traffic(name, "parley", "one", "server_cpu_microseconds")
                     for name in ("fanout-100", "growth"))
        lines.append(f"- Server CPU per delivery with one message under way: {number(few, 2)} µs among 100 sockets, "
                     f"{number(many, 2)} µs among 15,000.")
    return "\n".join(lines)


def tables(figures):
    parts = ["## The servers", peers_table(figures)]
    goal_rows = goals.rows(figures)
    if goal_rows:
        parts += ["## Goals", table(["Goal", "Measured", "Met"], goal_rows)]
    for scenario, about in figures.scenarios.items():
        for index, phase in enumerate(about["phases"]):
            if any(figures.rounds(scenario, peer) for peer in figures.peers) and scenario not in ("storm", "logins"):
                parts += [f"### {about['title']}: {phase['title']}", phase_table(figures, scenario, index)]
    if figures.values["results"].get("fanout-10000"):
        parts += ["### 10,000 idle sockets", idle_table(figures)]
    if figures.values["results"].get("connect"):
        parts += ["### Connects", connect_table(figures)]
    if own_lines(figures):
        parts += ["### Parley alone", own_lines(figures)]
    failures = [f"- {figures.peers[peer]['label']}, {scenario}: {reason}"
                for scenario, found in figures.values["errors"].items() for peer, reason in found.items()]
    if failures:
        parts += ["### What failed", "\n".join(failures)]
    return "\n\n".join(parts) + "\n"


def write(figures, root):
    """Puts the tables between the marks of the article, and the plot beside it."""
    article = root / ARTICLE
    text = article.read_text()
    head, tail = text.partition(BEGIN)[0], text.partition(END)[2]
    rounds = max((len(figures.rounds(scenario, peer)) for scenario in figures.scenarios for peer in figures.peers),
                 default=0)
    words = (f"Medians of up to {rounds} interleaved rounds on {figures.values['machine']}.\n\n"
             "![Deliveries a second, server CPU for each, latency and memory of Parley and its peers]"
             "(comparison.svg)\n")
    article.write_text(f"{head}{BEGIN}\n\n{words}\n{tables(figures)}\n{END}{tail}")
    plot.draw(figures, root / PLOT)
