"""Compares a parley binary with its contract files: `config/contract` prepares and starts it."""

import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import requests
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from contract_walk import farewell, walk
from smoke import ENVIRONMENT, Server, check

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "correct horse battery"
SEED = 20231
# Rates are tested elsewhere; here they would only hide what a route answers.
SETTINGS = {
    "PARLEY_AUTH_REGISTRATION": "open", "PARLEY_TOKENS_ACCESS_LIFETIME": "2m",
    "PARLEY_LIMITS_REQUESTS_PER_SECOND": "100000",
    # So that a room of three is told how many are there.
    "PARLEY_PRESENCE_LARGE_ROOM": "2",
    "PARLEY_LIMITS_COMMANDS_PER_SECOND": "10000", "PARLEY_LIMITS_MESSAGES_PER_SECOND": "10000",
    "PARLEY_LIMITS_LOGIN_ATTEMPTS": "100000", "PARLEY_LIMITS_LOGIN_ATTEMPTS_LONG": "100000",
    "PARLEY_LIMITS_LOGIN_ATTEMPTS_PER_ADDRESS": "100000",
}
METHODS = {"get", "put", "post", "delete", "options", "head", "patch"}


def say(text):
    print(f"contract: {text}", flush=True)


class Documents:
    """Both files as the server serves them, and validators of what they describe."""

    def __init__(self, openapi, asyncapi):
        self.openapi, self.asyncapi = openapi, asyncapi
        self.registry = Registry().with_resources([
            (name, Resource(contents=contents, specification=DRAFT202012))
            for name, contents in [("openapi.yaml", openapi), ("asyncapi.yaml", asyncapi)]])
        self.operations = {}
        for path, item in openapi["paths"].items():
            for method in METHODS & item.keys():
                self.operations[f"{method.upper()} {path}"] = item[method]

    def validator(self, file, pointer):
        return Draft202012Validator(
            {"$ref": f"{file}#{pointer}"}, registry=self.registry, format_checker=FormatChecker())

    def validate(self, file, pointer, value, what):
        errors = sorted(self.validator(file, pointer).iter_errors(value), key=lambda error: list(error.path))
        check(not errors, f"{what}: " + "; ".join(
            f"{'/'.join(map(str, error.absolute_path)) or 'the whole'}: {error.message}" for error in errors[:3]))

    def operation(self, method, path):
        """The name of the operation that a path belongs to, the most literal one first."""
        best = None
        for name in self.operations:
            wanted, template = name.split(" ", 1)
            pattern = re.sub(r"\\{path\\}", ".+", re.escape(template))
            pattern = re.sub(r"\\{[a-z_]+\\}", "[^/]+", pattern)
            if wanted == method and re.fullmatch(pattern, path):
                if best is None or template.count("{") < best.count("{"):
                    best = name
        check(best is not None, f"{method} {path} is no operation of openapi.yaml")
        return best

    def response(self, name, status):
        """The pointer and the object of a response; that of `default` for a status that is not told."""
        method, path = name.split(" ", 1)
        responses = self.operations[name]["responses"]
        key = str(status) if str(status) in responses else "default"
        escaped = path.replace("~", "~0").replace("/", "~1")
        pointer, response = f"/paths/{escaped}/{method.lower()}/responses/{key}", responses[key]
        codes = response.get("description")
        if "$ref" in response:
            pointer = response["$ref"][1:]
            response = self.openapi["components"]["responses"][pointer.rsplit("/", 1)[1]]
        return key, pointer, response, set(re.findall(r"[a-z0-9_]+", codes or response["description"]))


class Contract:
    """A running server, its documents, and what of them was seen."""

    def __init__(self, server, authority, parley):
        self.server, self.authority, self.parley = server, authority, parley
        self.seen, self.codes, self.frames = set(), set(), set()
        self.documents = Documents(*(
            yaml.safe_load(requests.get(f"{server.url}/{name}", verify=authority, timeout=30).content)
            for name in ["openapi.yaml", "asyncapi.yaml"]))

    def answer(self, method, path, response):
        """Checks an answer against the operation that it is of."""
        if path == "/ws":
            return self.refusal(response)
        name = self.documents.operation(method, path.split("?")[0])
        key, pointer, expected, codes = self.documents.response(name, response.status_code)
        what = f"{method} {path}: {response.status_code}"
        self.seen.add((name, key))
        kind = response.headers.get("Content-Type", "").split(";")[0]
        content = expected.get("content", {})
        if method == "HEAD":
            check(not response.content, f"{what} has a body")
            return
        if not content:
            check(not response.content, f"{what} has a body, which nobody described")
            return
        check(kind in content or "*/*" in content, f"{what} is {kind}, not {' or '.join(content)}: {response.text[:200]}")
        if "json" in kind:
            escaped = kind.replace("/", "~1")
            self.documents.validate("openapi.yaml", f"{pointer}/content/{escaped}/schema", response.json(), what)
        if kind == "application/problem+json":
            code = response.json()["code"]
            check(code in codes or key == "default", f"{what} {code} is not told: {sorted(codes)}")
            check(response.json()["status"] == response.status_code, f"{what}: status")
            self.codes.add(code)

    def refusal(self, response):
        """Checks a refusal of the socket, which asyncapi.yaml describes."""
        refusals = self.documents.asyncapi["channels"]["socket"]["x-refusals"]
        what = f"GET /ws: {response.status_code} {response.text}"
        check(str(response.status_code) in refusals, f"{what} is not told")
        self.documents.validate("openapi.yaml", "/components/schemas/Problem", response.json(), what)
        check(response.json()["code"] in re.findall(r"[a-z_]+", refusals[str(response.status_code)]), what)
        self.codes.add(response.json()["code"])

    def frame(self, text, command=None):
        """Checks a frame from the socket; `command` is what an `ok` answers. Gives it."""
        frame = json.loads(text)
        kind = frame["type"]
        messages = self.documents.asyncapi["components"]["messages"]
        check(kind in messages, f"no frame of type {kind} stands in asyncapi.yaml: {text}")
        # An event that is called as a command is called has the longer name.
        name = f"{kind}Event" if f"{kind}Event" in messages else kind
        self.documents.validate("asyncapi.yaml", f"/components/messages/{name}/payload", frame, f"the frame {text[:300]}")
        self.frames.add(name)
        if kind == "ok":
            self.documents.validate("asyncapi.yaml", f"/components/messages/{command}/x-answer", frame, f"{command}: {text}")
            known = {"type", "id"} | messages[command]["x-answer"].get("properties", {}).keys()
            check(frame.keys() <= known, f"ok to {command} has {sorted(frame.keys() - known)}, which nobody described")
            self.frames.add(f"ok to {command}")
        if kind == "error":
            self.codes.add(frame["code"])
        return frame

    def missing(self):
        """What the walk should have seen and has not."""
        wanted = {
            (name, status) for name, operation in self.documents.operations.items()
            for status in operation["responses"] if status != "default" and int(status) < 400}
        messages = self.documents.asyncapi["components"]["messages"]
        answers = {f"ok to {name}" for name, message in messages.items() if "x-answer" in message}
        events = [
            reference["$ref"].rsplit("/", 1)[1]
            for reference in itertools.chain(
                self.documents.asyncapi["operations"]["event"]["messages"],
                self.documents.asyncapi["operations"]["command"]["reply"]["messages"])]
        return (sorted(f"{name} {status}" for name, status in wanted - self.seen)
                + sorted((answers | set(events)) - self.frames))

    def expect_all_but(self, later):
        missing = [name for name in self.missing() if name not in later]
        check(not missing, "the walk has not seen: " + ", ".join(missing))


def generated(contract, directory):
    """Lets schemathesis call every operation with generated requests."""
    environment = ENVIRONMENT | {
        "SCHEMATHESIS_HOOKS": str(Path(__file__).with_name("contract_hooks.py")),
        "CONTRACT_URL": contract.server.url, "CONTRACT_AUTHORITY": str(contract.authority),
        "CONTRACT_BINARY": contract.parley[0], "CONTRACT_DATA": contract.parley[1], "CONTRACT_PASSWORD": PASSWORD,
        "REQUESTS_CA_BUNDLE": str(contract.authority),
    }
    document = directory / "openapi.json"
    document.write_text(json.dumps(contract.documents.openapi))
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", str(document), "--url", contract.server.url,
        "--tls-verify", str(contract.authority), "--phases", "examples,coverage,fuzzing", "--checks", "all",
        "--seed", str(SEED), "--generation-deterministic", "--max-examples", os.environ.get("CONTRACT_EXAMPLES", "15"),
        "--suppress-health-check", "all", "--request-timeout", "30",
        "--continue-on-failure", "--no-color", "--output-truncate", "false", *sys.argv[2:],
    ]
    done = subprocess.run(command, env=environment, cwd=directory, timeout=1200, check=False)
    check(done.returncode == 0, f"schemathesis ended with {done.returncode}")


def main():
    binary = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="parley-contract-") as name:
        directory = Path(name)
        data = str(directory / "data")
        server = Server(binary, data, settings=SETTINGS)
        try:
            authority = directory / "data" / "certs" / "dev-ca.pem"
            contract = Contract(server, authority, (binary, data))
            say(f"{len(contract.documents.operations)} operations")
            walk(contract, PASSWORD)
            contract.expect_all_but({"drain", "lagging"})
            say(f"the walk agrees: {len(contract.seen)} answers, {len(contract.frames)} frames, "
                f"{len(contract.codes)} codes: {' '.join(sorted(contract.codes))}")
            generated(contract, directory)
            farewell(contract, PASSWORD)
            # A socket that does not read is told that; SlowSocketTests has one.
            contract.expect_all_but({"lagging"})
        finally:
            if server.process.poll() is None:
                server.terminate()
    say("passed")


if __name__ == "__main__":
    try:
        main()
    except AssertionError as error:
        say(f"FAILED: {error}")
        sys.exit(1)
