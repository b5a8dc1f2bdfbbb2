"""Runs `parley doctor --url` through nginx: called by config/proxy with the binary and the settings to start from."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

binary, settings = sys.argv[1:]
PASSWORD = "correct horse battery"
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}

# A name, what is changed in the settings, and what the doctor has to say of which check.
FAULTS = [
    ("no Upgrade", ("proxy_set_header Upgrade $http_upgrade;", ""), "socket", "Upgrade or Connection"),
    ("no Connection", ("proxy_set_header Connection $parley_connection;", ""), "socket", "Upgrade or Connection"),
    ("HTTP/1.0", ("proxy_http_version 1.1;", ""), "socket", "/ws"),
    ("no Origin", ("proxy_buffering off;", 'proxy_set_header Origin "";'), "origins", "another site"),
    ("no Cookie", ("proxy_buffering off;", 'proxy_set_header Cookie "";'), "socket", "no_token"),
    ("cookies readable", ("proxy_buffering off;", "proxy_cookie_flags ~ nohttponly;"), "cookies", "httponly"),
    ("cookies elsewhere", ("proxy_buffering off;", "proxy_cookie_path /api/v1/auth /;"), "cookies", "path=/"),
    ("addresses believed", ("X-Forwarded-For $remote_addr", "X-Forwarded-For $http_x_forwarded_for"),
     "client_address", "made up"),
] + [
    (f"without {name}", ("proxy_buffering off;", f"proxy_hide_header {name};"), "security_headers", name.lower())
    for name in (
        "Strict-Transport-Security", "X-Content-Type-Options", "Content-Security-Policy", "Referrer-Policy",
        "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Cache-Control",
    )
] + [
    ("a header twice", ("proxy_buffering off;", "add_header X-Content-Type-Options nosniff;"),
     "security_headers", "x-content-type-options"),
]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port, process):
    deadline = time.monotonic() + 30
    while True:
        assert process.poll() is None and time.monotonic() < deadline, "it does not listen"
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)


def nginx(folder, change):
    text = Path(settings).read_text()
    text = text[text.index("\nupstream parley"):]
    for old, new in [
        ("server 127.0.0.1:8443;", f"server 127.0.0.1:{inner};"), ("listen 443 ssl;", f"listen 127.0.0.1:{outer} ssl;"),
        ("/etc/nginx/tls/fullchain.pem", f"{folder}/data/certs/dev-cert.pem"),
        ("/etc/nginx/tls/privkey.pem", f"{folder}/data/certs/dev-key.pem"),
        ("/etc/nginx/tls/parley-ca.pem", f"{folder}/data/certs/dev-ca.pem"), ("chat.example.org", "localhost"), change,
    ]:
        assert old in text, f"config/nginx.conf has no '{old}'"
        text = text.replace(old, new)
    temporary = "".join(f"{name}_temp_path {folder}/temp; " for name in
                        ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    Path(f"{folder}/nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;\n"
        f"events {{}}\nhttp {{ access_log off; {temporary}\n{text}\n}}\n"
    )
    process = subprocess.Popen(
        [shutil.which("nginx") or "/usr/sbin/nginx", "-p", folder, "-e", f"{folder}/nginx.log",
         "-c", f"{folder}/nginx.conf"],
    )
    wait_for(outer, process)
    return process


def doctor(folder):
    answer = subprocess.run(
        [binary, "doctor", "--url", f"https://localhost:{outer}", "--ca", f"{folder}/data/certs/dev-ca.pem",
         "--user", "probe", "--password-stdin", "--json"],
        input=PASSWORD + "\n", capture_output=True, text=True, env=ENVIRONMENT,
    )
    return answer.returncode, json.loads(answer.stdout)["items"] if answer.stdout else answer.stderr


with tempfile.TemporaryDirectory() as folder:
    inner, outer = free_port(), free_port()
    common = ["--data", f"{folder}/data"]
    subprocess.run(
        [binary, "user", "add", "probe", "--password-stdin", *common], input=PASSWORD + "\n", text=True, check=True,
        env=ENVIRONMENT, stdout=subprocess.DEVNULL,
    )
    log = open(f"{folder}/log", "wb")
    server = subprocess.Popen(
        [binary, "serve", "--listen", f"127.0.0.1:{inner}", *common], stdout=log, stderr=log,
        env={**ENVIRONMENT, "PARLEY_SERVER_PUBLIC_URL": f"https://localhost:{outer}",
             "PARLEY_SERVER_TRUSTED_PROXIES": "127.0.0.1", "PARLEY_LIMITS_REQUESTS_PER_SECOND": "1000"},
    )
    try:
        wait_for(inner, server)
        for name, change, check, words in [("as documented", ("proxy_buffering off;", "proxy_buffering off;"), "", "")] + FAULTS:
            proxy = nginx(folder, change)
            try:
                status, items = doctor(folder)
            finally:
                proxy.terminate()
                proxy.wait()
            assert isinstance(items, list), f"{name}: {items}"
            failed = [item for item in items if item["result"] == "failed"]
            assert all(item["remedy"] for item in items if item["result"] != "ok"), f"{name}: no remedy: {items}"
            if not check:
                assert status == 0 and all(item["result"] == "ok" for item in items), f"{name}: {status} {items}"
            else:
                assert status == 1, f"{name}: status {status} {items}"
                assert any(item["check"] == check and words in item["message"] for item in failed), f"{name}: {failed}"
            print(f"proxy: {name}: {'nothing wrong' if not check else failed[0]['message']}")
        status, _ = doctor(folder)
        assert status == 69, f"nobody there: status {status}"
        print("proxy: nobody there: status 69")
    finally:
        server.terminate()
        server.wait()
