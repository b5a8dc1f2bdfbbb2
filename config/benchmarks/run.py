"""Runs the scenarios on the servers, round by round, and keeps every figure."""

import argparse
import concurrent.futures
import importlib.metadata
import json
import os
import pathlib
import resource
import signal
import statistics
import sys
import tempfile
import time
import traceback

from . import machine, peers, report, scenarios

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# A default run ends in time even on a slower machine: the rounds that do not fit are left out.
BUDGET_MINUTES = 31


class Context:
    """Where things are."""

    def __init__(self, work, population=None):
        self.work = work
        # Where Parley's accounts are kept for the next run; else they end with this one.
        self.population = population
        self.parley = ROOT / ".build/release/parley"
        self.generator = ROOT / ".build/release/PeerLoad"
        self.python = sys.executable
        self.certificates = machine.make_certificates(work / "certificates")

    def python_version(self, package):
        return importlib.metadata.version(package)


def tell(*words):
    print(*words, file=sys.stderr, flush=True)


def logins_meanwhile(population):
    """Lets four at a time log in until it is told to stop; gives how many did and how many seconds it took."""
    stop = []
    counts = [0] * 4

    def go_on(lane):
        while not stop:
            population.log_in(lane * 200 + counts[lane] % 200)
            counts[lane] += 1

    threads = concurrent.futures.ThreadPoolExecutor(len(counts))
    started = time.monotonic()
    lanes = [threads.submit(go_on, lane) for lane in range(len(counts))]

    def end():
        stop.append(True)
        for lane in lanes:
            lane.result()
        threads.shutdown()
        return sum(counts) / (time.monotonic() - started)

    return end


def measure(context, peer, scenario):
    """One server, started for it, and one run of the generator."""
    server = peer.start()
    try:
        job = {
            "url": f"https://127.0.0.1:{server.port}", "ca": str(context.certificates / "ca.pem"),
            "dialect": peer.dialect, "rooms": peer.rooms(scenario.layout), "cookies": peer.cookies(scenario.sockets),
            "sockets": scenario.sockets, "pid": server.pid, "idle": scenario.idle,
            "connect_concurrency": scenario.concurrency, "resumes_sessions": scenario.resumes,
            "phases": [phase.job() for phase in scenario.phases[:1 if scenario.logins else None]],
        }
        path = context.work / "job.json"

        def start_load():
            path.write_text(json.dumps(job))
            return machine.Load(context.generator, path)

        resident, kernel = machine.resident_kilobytes(server.pid), machine.kernel_kilobytes()
        load = start_load()
        result = {}
        if scenario.idle and load.wait_for("idle"):
            time.sleep(scenario.idle * 0.6)
            result["socket_kilobytes"] = (machine.resident_kilobytes(server.pid) - resident) / scenario.sockets
            result["kernel_kilobytes"] = (machine.kernel_kilobytes() - kernel) / scenario.sockets
        result |= json.loads(load.result(scenario.patience))
        result["phases"] = ([result.pop("traffic")] if "traffic" in result else []) + result.pop("further_traffic")
        if scenario.logins:
            job["phases"] = [scenario.phases[1].job()]
            load = start_load()
            load.wait_for("measuring")
            end = logins_meanwhile(peer.population)
            load.wait_for("draining")
            result["logins_per_second"] = end()
            result["phases"].append(json.loads(load.result(scenario.patience))["traffic"])
        return result
    finally:
        peer.stop(server)


class Run:
    """All results: results[scenario][peer] is a list of what `measure` gave, errors[scenario][peer] why it failed."""

    def __init__(self, context, chosen_peers, rounds, budget):
        self.context = context
        self.rounds = rounds
        self.started = time.monotonic()
        self.budget = budget
        self.results, self.errors, self.scenarios = {}, {}, []
        self.peers, self.versions, self.failed_peers = [], {}, {}
        for kind in chosen_peers:
            tell(f"benchmark: preparing {kind.label or kind.name}")
            try:
                peer = kind(context)
                self.versions[kind.name] = peer.version()
                self.peers.append(peer)
            except Exception as error:
                traceback.print_exc()
                self.failed_peers[kind.name] = str(error)[:200]

    def do(self, chosen):
        self.scenarios += chosen
        for turn in range(self.rounds):
            for scenario in chosen:
                # Not always the same one first.
                order = self.peers[turn % len(self.peers):] + self.peers[:turn % len(self.peers)]
                for peer in order:
                    if scenario.is_for(peer.name, turn):
                        self.one(scenario, peer, turn)

    def one(self, scenario, peer, turn):
        if turn > 0 and time.monotonic() - self.started > self.budget:
            return
        if peer.name in self.errors.get(scenario.name, {}):
            return
        started = time.monotonic()
        try:
            result = measure(self.context, peer, scenario)
            self.results.setdefault(scenario.name, {}).setdefault(peer.name, []).append(result)
            words = f"{result['connecting']['per_second']:,.0f} connects/s"
            for traffic in result["phases"]:
                words += (f"; {traffic['deliveries_per_second']:,.0f}/s {traffic['server_cpu_microseconds']:.2f} µs "
                          f"p99 {traffic['latency']['p99'] / 1000:.1f} ms")
        except Exception as error:
            words = f"FAILED: {error}"
            self.errors.setdefault(scenario.name, {})[peer.name] = str(error)[:200]
        tell(f"round {turn + 1} {scenario.name:13} {peer.name:12} {time.monotonic() - started:5.1f} s  {words}")

    def median(self, scenario, peer, *path):
        """The median over the rounds of a figure, found by its path in a result; None where there is none."""
        values = []
        for value in self.results.get(scenario, {}).get(peer, []):
            for step in path:
                if isinstance(value, dict):
                    value = value.get(step)
                elif isinstance(value, list) and step < len(value):
                    value = value[step]
                else:
                    value = None
            if value is not None:
                values.append(value)
        return statistics.median(values) if values else None

    def seventy(self):
        """The scenario at 70 % of the best peer's limit, where that limit was measured."""
        limits = {peer.name: self.median("fanout-1000", peer.name, "phases", 2, "deliveries_per_second") or 0
                  for peer in self.peers}
        best = max((limit for name, limit in limits.items() if name != "parley"), default=0)
        # Messages that pile up for a minute at a server that is far from such a rate tell nothing more.
        near = [name for name, limit in limits.items() if limit > 0.35 * best]
        return [scenarios.seventy(0.7 * best / 1000, near)] if best else []


def main():
    parser = argparse.ArgumentParser(prog="config/benchmark", description="Parley and its peers on the same work.")
    names = [scenario.name for scenario in scenarios.ALL] + ["seventy"]
    parser.add_argument("name", nargs="*", help=f"scenarios: {' '.join(names)}; all of them by default")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=BUDGET_MINUTES,
                        help="after these, rounds but the first are left out")
    parser.add_argument("--quick", action="store_true", help="one round, without 10,000 sockets")
    parser.add_argument("--peers", default=",".join(kind.name for kind in peers.ALL), help="names with commas")
    parser.add_argument("--population", type=pathlib.Path, help="keep Parley's accounts in this folder for some hours")
    parser.add_argument("--json", help="keep every figure in this file")
    parser.add_argument("--from", dest="source", help="measure nothing: write the documentation from such a file")
    parser.add_argument("--document", action="store_true", help="write table and plot into the documentation")
    options = parser.parse_args()
    if options.source:
        return report.write(report.Figures.load(options.source), ROOT)
    unknown = set(options.name) - set(names) or set(options.peers.split(",")) - {kind.name for kind in peers.ALL}
    if unknown:
        parser.error(f"there is no {' or '.join(sorted(unknown))}")
    # So that the server of the moment is ended with the run.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    chosen = [scenario for scenario in scenarios.ALL
              if (not options.name or scenario.name in options.name or
                  (scenario.name == "fanout-1000" and "seventy" in options.name))
              and not (options.quick and scenario.sockets >= 10_000)]
    with tempfile.TemporaryDirectory(prefix="parley-benchmark-") as work:
        os.chmod(work, 0o711)
        context = Context(pathlib.Path(work), options.population)
        run = Run(context, [kind for kind in peers.ALL if kind.name in options.peers.split(",")],
                  1 if options.quick else options.rounds, options.minutes * 60)
        run.do(chosen)
        if not options.name or "seventy" in options.name:
            run.do(run.seventy())
    figures = report.Figures.of(run)
    if options.json:
        figures.save(options.json)
    if options.document or not (options.name or options.quick):
        report.write(figures, ROOT)
    print(report.tables(figures))
    tell(f"benchmark: {(time.monotonic() - run.started) / 60:.1f} minutes")
