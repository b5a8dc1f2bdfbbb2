"""The server, the people and their browsers."""

import base64
import hashlib
import secrets
import subprocess

from selenium.common.exceptions import WebDriverException

from browsertests.page import Page
from smoke import ENVIRONMENT, PATIENCE, Server, check


def say(text):
    print(f"browser: {text}", flush=True)


class Stage:
    """One server with its data, and everyone who looks at it."""

    def __init__(self, binary, directory, screenshots=None, settings=None):
        self.binary = binary
        self.directory = directory
        self.screenshots = screenshots
        self.settings = settings or {}
        self.data = directory / "data"
        self.server = None
        self.pages = []
        self.passwords = {}

    def start(self):
        port = self.server.port if self.server else 0
        self.server = Server(self.binary, str(self.data), port, self.settings)

    def key_digest(self):
        """The base64 SHA-256 of the server's public key."""
        key = subprocess.run(
            ["openssl", "x509", "-in", str(self.data / "certs" / "dev-cert.pem"), "-noout", "-pubkey"],
            capture_output=True, check=True).stdout
        der = subprocess.run(
            ["openssl", "pkey", "-pubin", "-outform", "der"], input=key, capture_output=True, check=True).stdout
        return base64.b64encode(hashlib.sha256(der).digest()).decode()

    def parley(self, *arguments, stdin=None):
        done = subprocess.run(
            [self.binary, *arguments, "--data", str(self.data)], input=stdin,
            capture_output=True, text=True, timeout=PATIENCE, check=False, env=ENVIRONMENT)
        check(done.returncode == 0, f"parley {' '.join(arguments)}: {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def password(self, user):
        return self.passwords.setdefault(user, secrets.token_urlsafe(12))

    def add_user(self, user, *options):
        self.parley("user", "add", user, *options, "--password-stdin", stdin=self.password(user) + "\n")

    def page(self, name, window="1280,800"):
        return Page(self, name, window)

    def check_pages(self):
        """No text was run as script, and no console has anything to say."""
        for page in self.pages:
            check(page.script("return window.injected") is None, f"{page.name}: a text was run as script")
            complaints = page.complaints()
            check(not complaints, f"{page.name}: the console says {complaints}")

    def end(self):
        for page in self.pages:
            try:
                page.driver.quit()
            except WebDriverException:
                pass
        self.pages = []
        if self.server is not None and self.server.process.poll() is None:
            self.server.process.kill()
