"""Counts the parts of the hot path under callgrind and compares the counts with thresholds; see config/counts."""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# Another processor of the same architecture, another minor version of the system's libraries.
TOLERANCE = {"instructions": 0.15, "allocations": 0.02}

ENVIRONMENT = os.environ | {"SWIFT_DETERMINISTIC_HASHING": "1"}
CALLGRIND = ["valgrind", "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=counted_region"]


def strip(binary: Path, work: Path) -> Path:
    """A copy without debug information: some valgrinds do not understand the newest."""
    stripped = work / "MicroBenchmarks"
    subprocess.run(["objcopy", "--strip-debug", binary, stripped], check=True)
    return stripped


def show_profile(binary: Path, work: Path, part: str) -> int:
    """Prints the functions that the instructions of one part are in."""
    profile = work / "callgrind"
    command = [*CALLGRIND, f"--callgrind-out-file={profile}", strip(binary, work), "counts", part]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=600, check=True)
    if not done.stdout:
        print(f"counts: there is no part '{part}'", file=sys.stderr)
        return 64
    print(done.stdout.strip(), flush=True)
    annotated = subprocess.run(["callgrind_annotate", profile], capture_output=True, text=True, check=True)
    demangler = ["swift", "demangle", "--simplified"] if shutil.which("swift") else ["cat"]
    shown = subprocess.run(demangler, input=annotated.stdout, capture_output=True, text=True, check=True)
    lines = shown.stdout.splitlines()
    start = max((index for index, line in enumerate(lines[:60]) if "PROGRAM TOTALS" in line), default=0)
    print("\n".join(line[:180] for line in lines[start:start + 40]))
    return 0


def run(binary: Path, work: Path) -> tuple[list[dict], bool]:
    """The counts of every part, and whether instructions are among them."""
    stripped = strip(binary, work)
    profile = work / "callgrind"
    callgrind = [*CALLGRIND, f"--callgrind-out-file={profile}", "--dump-after=counted_end", stripped, "counts"]
    done = None
    if shutil.which("valgrind"):
        done = subprocess.run(callgrind, env=ENVIRONMENT, capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            print(f"counts: callgrind did not run: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
    if done is None or done.returncode != 0:
        plain = subprocess.run(
            [stripped, "counts"], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, check=True, timeout=600)
        return [json.loads(line) for line in plain.stdout.splitlines()], False
    counts = [json.loads(line) for line in done.stdout.splitlines()]
    for number, count in enumerate(counts, start=1):
        summary = re.search(r"^summary: (\d+)$", Path(f"{profile}.{number}").read_text(), re.MULTILINE)
        count["instructions"] = round(int(summary[1]) / count["iterations"])
    return counts, True


def compare(counts: list[dict], thresholds: dict, kinds: list[str]) -> list[str]:
    """What is over its threshold, in words."""
    failures = []
    for name in thresholds.keys() - {count["name"] for count in counts}:
        failures.append(f"{name}: stands in the thresholds, but was not counted")
    print(f"{'':24}" + "".join(f"{kind:>14}{'threshold':>12}{'limit':>12}" for kind in kinds))
    for count in counts:
        name, columns = count["name"], ""
        if name not in thresholds:
            failures.append(f"{name}: has no threshold")
            continue
        for kind in kinds:
            known = thresholds[name][kind]
            limit = known * (1 + TOLERANCE[kind])
            columns += f"{count[kind]:>14.10g}{known:>12.10g}{limit:>12.0f}"
            if count[kind] > limit:
                failures.append(
                    f"{name}: {count[kind]:.10g} {kind}, the threshold is {known:.10g} and the limit {limit:.10g}")
            elif count[kind] < known * (1 - TOLERANCE[kind]):
                columns += " (less: renew)"
        print(f"{name:24}{columns}")
    return failures


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", type=Path)
    parser.add_argument("thresholds", type=Path)
    parser.add_argument("--renew", action="store_true")
    parser.add_argument("--profile", metavar="PART")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        if options.profile:
            return show_profile(options.binary, work, options.profile)
        counts, has_instructions = run(options.binary, work)
    if options.renew:
        if not has_instructions:
            print("counts: without callgrind there is nothing to renew the thresholds with", file=sys.stderr)
            return 1
        known = {
            count["name"]: {"instructions": count["instructions"], "allocations": count["allocations"]}
            for count in counts
        }
        lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in known.items())
        options.thresholds.write_text(f"{{\n{lines}\n}}\n")
        print(f"counts: wrote {len(known)} thresholds")
        return 0
    kinds = ["instructions", "allocations"] if has_instructions else ["allocations"]
    failures = compare(counts, json.loads(options.thresholds.read_text()), kinds)
    for failure in failures:
        print(f"counts: {failure}", file=sys.stderr)
    if failures:
        print(
            "counts: see with 'config/counts --profile PART' where it goes; where the cost"
            " is meant, write it down with 'config/counts --renew' and say why in the commit", file=sys.stderr)
        return 1
    if not has_instructions:
        print("counts: instructions were not compared: there is no callgrind here", file=sys.stderr)
    print(f"counts: {len(counts)} parts, none costs more than its threshold")
    return 0


if __name__ == "__main__":
    sys.exit(main())
