"""The test of the web client in a browser: `config/browser` prepares and starts it."""

import base64
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from smoke import ENVIRONMENT, PATIENCE, Server, check

# Short enough that every tab lives through many refreshes.
ACCESS_SECONDS = 6
SETTINGS = {"PARLEY_TOKENS_ACCESS_LIFETIME": f"{ACCESS_SECONDS}s"}

# What would do something if it were ever read as markup, script or an address.
HOSTILE = [
    "<script>window.injected = 1</script>",
    "<img src=x onerror=\"window.injected = 1\">",
    "<svg onload=\"window.injected = 1\"></svg>",
    "\"><iframe srcdoc=\"<script>parent.injected = 1</script>\"></iframe>",
    "'-window.injected=1-'",
    "${window.injected = 1}{{constructor.constructor('window.injected = 1')()}}",
    "javascript:window.injected=1",
    "https://example.org/\"onmouseover=\"window.injected=1",
    "<a href=\"javascript:window.injected=1\">press</a>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.injected=1>",
    "&lt;b&gt; &amp; &#60;b&#62; <b>bold</b>",
    "\u202e reversed \u202c \u200f right",
    "--><!-- ]]> </textarea></title></style></noscript>",
]


def say(text):
    print(f"browser: {text}", flush=True)


class Page:
    """A browser with a profile of its own."""

    def __init__(self, test, name, window="1280,800"):
        self.test = test
        self.name = name
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        profile = test.directory / f"profile-{name}"
        for argument in (
            "--headless=new", f"--user-data-dir={profile}", f"--window-size={window}", "--lang=en-US",
            "--no-proxy-server", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
            # Trusts this server's key, and no other certificate that a real browser would refuse.
            f"--ignore-certificate-errors-spki-list={test.key_digest()}",
        ):
            options.add_argument(argument)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")
        options.add_experimental_option("prefs", {"intl.accept_languages": "en-US,en"})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        service = webdriver.ChromeService(shutil.which("chromedriver"))
        self.driver = webdriver.Chrome(options=options, service=service)
        # A page in the background counts as seen, too: what is tested is not the window manager.
        self.driver.execute_cdp_cmd("Emulation.setFocusEmulationEnabled", {"enabled": True})
        test.pages.append(self)

    def open(self, address):
        self.driver.get(address if address.startswith("https:") else f"{self.test.server.url}/{address}")

    def go(self, hash_):
        self.driver.execute_script("location.hash = arguments[0]", hash_)

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def wait(self, condition, what, patience=PATIENCE):
        deadline = time.monotonic() + patience
        while True:
            try:
                if value := condition():
                    return value
            except (StaleElementReferenceException, IndexError):
                pass
            check(time.monotonic() < deadline, f"{self.name}: no {what} within {patience} s; {self.where()}")
            time.sleep(0.02)

    def where(self):
        return f"at {self.driver.current_url.split('?')[0]}: {self.text()[:400]!r}"

    def text(self):
        return self.script("return document.body.innerText")

    def find(self, selector):
        """The first element that can be seen."""
        return self.wait(
            lambda: [e for e in self.driver.find_elements(By.CSS_SELECTOR, selector) if e.is_displayed()][0], selector)

    def press(self, words, within="body"):
        """Presses the button or link of those words."""
        def found():
            for element in self.driver.find_elements(By.CSS_SELECTOR, f"{within} button, {within} a"):
                if element.is_displayed() and element.text.strip() == words:
                    return element
            return None
        self.wait(found, f"button “{words}”").click()

    def fill(self, **fields):
        for name, value in fields.items():
            element = self.find(f"form [name='{name}']")
            if element.tag_name == "select":
                Select(element).select_by_value(value)
            else:
                element.clear()
                element.send_keys(value)

    def submit(self, selector="form"):
        self.find(f"{selector} button[type=submit]").click()

    def online(self):
        self.wait(lambda: self.script("return document.querySelector('.state')?.dataset.state") == "online", "connection")

    def write(self, text):
        """Types into the composer as fast as a paste and sends with Enter."""
        box = self.find(".composer textarea")
        self.script(
            "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))",
            box, text)
        box.send_keys(Keys.ENTER)

    def messages(self, pending=True):
        """The texts of the messages on the page, in their order."""
        chosen = ".message .text" if pending else ".message:not(.is-pending) .text"
        return self.script(f"return [...document.querySelectorAll('{chosen}')].map(e => e.textContent)")

    def sees(self, text):
        self.wait(lambda: text in self.messages(pending=False), f"message {text!r}")

    def heading(self, words):
        self.wait(lambda: self.script("return document.querySelector('h1')?.textContent") == words, f"heading “{words}”")

    def picture(self, name, width=None, height=None, dark=False):
        """Takes a screenshot where they are wanted."""
        if self.test.screenshots is None:
            return
        scheme = "dark" if dark else "light"
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        if width:
            self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700})
        self.script("return new Promise(done => requestAnimationFrame(() => setTimeout(done, 150)))")
        self.driver.save_screenshot(str(self.test.screenshots / f"{name}.png"))
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

    def at_end(self):
        """Whether the newest message can be seen."""
        return self.script(
            "const e = document.querySelector('.scroller'); return e.scrollHeight - e.scrollTop - e.clientHeight < 2")

    def pictures(self, name):
        self.picture(f"{name}-wide-light", 1280, 800)
        self.picture(f"{name}-wide-dark", 1280, 800, dark=True)
        self.picture(f"{name}-narrow-light", 390, 844)
        self.picture(f"{name}-narrow-dark", 390, 844, dark=True)

    def overflows(self):
        """Whether the page is wider than a phone, or as a whole higher than the window."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": True})
        size = self.script("return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        return size != [320, 640] and size

    def complaints(self):
        """What the console has against the page: not that a server which was killed did not answer."""
        return [
            entry["message"] for entry in self.driver.get_log("browser")
            if entry["source"] != "network" and entry["level"] in ("SEVERE", "WARNING")
            and not ("WebSocket connection to" in entry["message"] and "failed" in entry["message"])
        ]


class BrowserTest:
    def __init__(self, binary, directory, screenshots):
        self.binary = binary
        self.directory = directory
        self.screenshots = screenshots
        self.data = directory / "data"
        self.server = None
        self.pages = []

    def start(self):
        port = self.server.port if self.server else 0
        self.server = Server(self.binary, str(self.data), port, SETTINGS)

    def key_digest(self):
        """The base64 SHA-256 of the server's public key."""
        key = subprocess.run(
            ["openssl", "x509", "-in", str(self.data / "certs" / "dev-cert.pem"), "-noout", "-pubkey"],
            capture_output=True, check=True).stdout
        der = subprocess.run(
            ["openssl", "pkey", "-pubin", "-outform", "der"], input=key, capture_output=True, check=True).stdout
        return base64.b64encode(hashlib.sha256(der).digest()).decode()

    def parley(self, *arguments):
        done = subprocess.run(
            [self.binary, *arguments, "--data", str(self.data)],
            capture_output=True, text=True, timeout=PATIENCE, check=False, env=ENVIRONMENT)
        check(done.returncode == 0, f"parley {' '.join(arguments)}: {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def run(self):
        self.start()
        link = self.server.output.wait(r"https://\S+/#/first-account\?invite=\S+", "one-time link").group(0)
        self.people = {"alice": secrets.token_urlsafe(12), "bob": secrets.token_urlsafe(12)}
        alice, bob = Page(self, "alice"), Page(self, "bob")
        self.accounts(alice, bob, link)
        self.chat(alice, bob)
        self.direct(alice, bob)
        tab = self.second_tab(bob)
        self.rooms(alice, bob)
        self.hostile(alice, bob)
        self.restart(alice, bob)
        self.lost_answer(alice, bob)
        self.history(alice, bob)
        self.refreshes(bob, tab)
        self.sessions(alice)
        self.look(alice, bob)
        self.revocation(bob, tab)
        self.log_out(alice)
        for page in self.pages:
            check(page.script("return window.injected") is None, f"{page.name}: a text was run as script")
            complaints = page.complaints()
            check(not complaints, f"{page.name}: the console says {complaints}")

    def accounts(self, alice, bob, link):
        say("the first account by the printed link")
        alice.open(link)
        alice.heading("Create the first account")
        alice.pictures("first-account")
        alice.fill(username="alice", name="Alice Adams", password="short")
        alice.script("document.querySelector('form').noValidate = true")
        alice.submit()
        alice.wait(lambda: "8 to 256 characters" in alice.text(), "words on the short password")
        alice.fill(password=self.people["alice"])
        alice.submit()
        alice.online()
        check("invite=" not in alice.driver.current_url, "the secret of the invite stays in the address")

        say("an invite made in the browser, and bob's account by it")
        alice.go("#/administration")
        alice.press("Make an invite link")
        invite = alice.find(".invite-link").get_attribute("value")
        alice.pictures("administration")
        bob.open("")
        bob.heading("Log in")
        bob.pictures("log-in")
        bob.open(invite.replace("invite=", "invite=x"))
        bob.heading("Create your account")
        bob.fill(username="bob", password=self.people["bob"])
        bob.submit()
        bob.wait(lambda: "Ask for a new link" in bob.text(), "words on the bad invite")
        bob.open(invite)
        bob.driver.refresh()
        bob.heading("Create your account")
        bob.fill(username="bob", name="Bob Brown", password=self.people["bob"])
        bob.submit()
        bob.online()

    def chat(self, alice, bob):
        say("both chat in the first room")
        for page in (alice, bob):
            page.go("#/room/general")
        alice.write("Hello, Bob! Did the link work?")
        bob.sees("Hello, Bob! Did the link work?")
        bob.write("It did. Nobody had to explain anything.")
        bob.write("Here is the plan:\n- read https://example.org/plan?x=1.\n- 讨论一下 🙂")
        alice.sees("Here is the plan:\n- read https://example.org/plan?x=1.\n- 讨论一下 🙂")
        target = alice.script("const a = document.querySelector('.text a'); return [a.href, a.rel, a.target]")
        check(target == ["https://example.org/plan?x=1", "noopener noreferrer nofollow", "_blank"], f"the link: {target}")
        alice.wait(lambda: "Bob Brown" in alice.find(".messages").text, "name of bob")

    def direct(self, alice, bob):
        say("a direct chat, its badge, and reading it")
        bob.go("#/people")
        bob.find(".person input[value=alice]").click()
        bob.pictures("people")
        bob.press("Start the chat")
        bob.find(".composer textarea")
        bob.write("Just between us")
        alice.wait(lambda: alice.script(
            "return [...document.querySelectorAll('.room-list a')].some(a => a.textContent.includes('Bob Brown')"
            " && a.querySelector('.badge').textContent === '1')"), "badge")
        alice.wait(lambda: alice.driver.title.startswith("(1)"), "number in the title")
        alice.find(".room-list a.is-unread").click()
        alice.sees("Just between us")
        alice.wait(lambda: not alice.driver.title.startswith("("), "title without a number")
        alice.write("Just between us, too")
        bob.sees("Just between us, too")
        alice.driver.refresh()
        alice.online()
        alice.sees("Just between us")
        check(alice.script("return document.querySelectorAll('.is-unread').length") == 0, "a read room is unread again")

    def second_tab(self, bob):
        """Another tab of bob; both share one login through many refreshes."""
        first = bob.driver.current_window_handle
        bob.driver.switch_to.new_window("tab")
        bob.driver.execute_cdp_cmd("Emulation.setFocusEmulationEnabled", {"enabled": True})
        bob.open("#/room/general")
        bob.online()
        second = bob.driver.current_window_handle
        bob.driver.switch_to.window(first)
        self.tabs_since = time.monotonic()
        return second

    def rooms(self, alice, bob):
        say("a room made, found, joined and left")
        alice.go("#/rooms")
        alice.fill(id="garden", title="The Garden", topic="Everything that grows")
        alice.submit("form[aria-label='Create a room']")
        alice.heading("The Garden")
        bob.go("#/rooms")
        bob.fill_search = bob.find("input[name=filter]")
        bob.fill_search.send_keys("grows")
        bob.wait(lambda: len(bob.driver.find_elements(By.CSS_SELECTOR, ".cards li")) == 1, "one room found")
        bob.press("Join")
        bob.heading("The Garden")
        alice.write("Welcome to the garden")
        bob.sees("Welcome to the garden")
        bob.press("Members")
        bob.press("Leave the room")
        bob.driver.switch_to.alert.accept()
        bob.wait(lambda: "#garden" not in bob.driver.current_url.replace("room/", "#"), "way out of the room")
        bob.wait(lambda: "The Garden" not in bob.script("return document.querySelector('.rooms').innerText"), "room gone")

    def hostile(self, alice, bob):
        say("text that tries to be markup stays text")
        bob.go("#/account")
        for name in HOSTILE[:3]:
            bob.fill(name=name)
            bob.submit("form[aria-label='Profile']")
            bob.wait(lambda: bob.find(".sidebar-foot strong").text == name, f"name {name}")
        for page in (alice, bob):
            page.go("#/room/general")
            page.find(".composer textarea")
        for text in HOSTILE:
            bob.write(text)
            alice.sees(text.strip())
        alice.driver.refresh()
        alice.sees(HOSTILE[-1])
        alice.wait(lambda: HOSTILE[2] in alice.find(".messages").text, "bob's name as text")
        alice.go("#/rooms")
        alice.fill(id="hostile", title=HOSTILE[1], topic=HOSTILE[0])
        alice.submit("form[aria-label='Create a room']")
        alice.heading(HOSTILE[1])
        for page in (alice, bob):
            found = page.script(
                "return document.querySelectorAll('#app script, #app img, #app svg, #app iframe, #app [onerror], "
                "#app [onload], #app a[href^=javascript]').length")
            check(found == 0, f"{page.name}: {found} elements were made of text")
        bob.go("#/account")
        bob.fill(name="Bob Brown")
        bob.submit("form[aria-label='Profile']")
        bob.wait(lambda: bob.find(".sidebar-foot strong").text == "Bob Brown", "bob's old name")

    def restart(self, alice, bob):
        say("the server is killed and started between messages: nothing lost, nothing doubled")
        for page in (alice, bob):
            page.go("#/room/general")
            page.find(".composer textarea")
            page.online()
        written = []
        for turn in range(3):
            # The last one before the end may be under way, the ones after it wait.
            for page in (alice, bob):
                text = f"turn {turn}: before the end, {page.name}"
                page.write(text)
                written.append(text)
            self.server.kill()
            for page in (alice, bob):
                for number in range(2):
                    text = f"turn {turn}: meanwhile {number}, {page.name}"
                    page.write(text)
                    written.append(text)
            check(len(alice.messages()) > len(alice.messages(pending=False)), "no message waits")
            if turn == 0:
                alice.wait(lambda: alice.find(".banner"), "line on the lost connection")
                alice.pictures("offline")
            self.start()
            for page in (alice, bob):
                for text in written:
                    page.sees(text)
                page.online()
        for page in (alice, bob):
            page.wait(lambda: page.messages() == page.messages(pending=False), "end of waiting")
            seen = [text for text in page.messages() if text.startswith("turn ")]
            check(sorted(seen) == sorted(written), f"{page.name} sees {seen}, written was {written}")
            mine = [text for text in seen if text.endswith(page.name)]
            check(mine == [text for text in written if text.endswith(page.name)], f"order of {page.name}: {mine}")
        check(alice.messages() == bob.messages(), "they do not see the same")
        alice.driver.refresh()
        alice.sees(written[-1])
        alice.wait(lambda: alice.messages() == bob.messages(), "the same after loading anew")

    def lost_answer(self, alice, bob):
        say("the answer to a message is lost: it is sent again and stands there once")
        # A socket that is closing takes no more frames: the server has the message, the page does not know.
        alice.script("""
            const send = WebSocket.prototype.send;
            WebSocket.prototype.send = function (data) {
                send.call(this, data);
                if (JSON.parse(data).type !== 'send') return;
                WebSocket.prototype.send = send;
                this.close();
            };""")
        alice.write("Said once")
        bob.sees("Said once")
        alice.wait(lambda: alice.messages() == alice.messages(pending=False), "end of waiting")
        alice.write("and after it")
        for page in (alice, bob):
            page.sees("and after it")
            check(page.messages().count("Said once") == 1, f"{page.name} sees it {page.messages().count('Said once')} times")

    def history(self, alice, bob):
        say("older messages by scrolling back")
        bob.script("""
            const done = arguments[arguments.length - 1];
            return (async () => {
                for (let number = 0; number < 130; number += 1) {
                    await fetch('/api/v1/rooms/general/messages', {
                        method: 'POST', headers: {'content-type': 'application/json'},
                        body: JSON.stringify({text: `entry ${number}`})});
                }
            })();""")
        alice.sees("entry 129")
        alice.driver.refresh()
        alice.sees("entry 129")
        check("entry 0" not in alice.messages(), "the whole history was read at once")
        alice.wait(
            lambda: alice.script("document.querySelector('.scroller').scrollTop = 0") or "entry 0" in alice.messages(),
            "oldest entry")
        entries = [text for text in alice.messages() if text.startswith("entry ")]
        check(entries == [f"entry {number}" for number in range(130)], f"the entries read are {entries}")
        alice.press("Newest messages")
        alice.write("Back at the end")
        bob.sees("Back at the end")
        alice.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": 390, "height": 700, "deviceScaleFactor": 1, "mobile": True})
        alice.wait(alice.at_end, "end after the window changed")
        alice.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        alice.wait(alice.at_end, "end after the window changed back")

    def refreshes(self, bob, tab):
        say("two tabs share their refreshes")
        count = "return performance.getEntriesByType('resource').filter(e => e.name.endsWith('/auth/refresh')).length"
        first = bob.driver.current_window_handle
        bob.wait(lambda: time.monotonic() - self.tabs_since > 3 * ACCESS_SECONDS, "time for refreshes")
        total = bob.script(count)
        bob.driver.switch_to.window(tab)
        total += bob.script(count)
        bob.online()
        bob.driver.switch_to.window(first)
        bob.online()
        elapsed = time.monotonic() - self.tabs_since
        # One for each 60 % of a lifetime at the most, and a few around the restarts.
        most = elapsed / (0.6 * ACCESS_SECONDS) + 8
        check(3 <= total <= most, f"{total} refreshes in {elapsed:.0f} s of two tabs")

    def sessions(self, alice):
        say("another session of alice is ended in her account, with the receipt")
        other = Page(self, "alice-phone", "390,844")
        other.open("")
        other.fill(username="alice", password="not this one")
        other.submit()
        other.wait(lambda: "username or the password is wrong" in other.text(), "words on the wrong password")
        other.fill(password=self.people["alice"])
        other.submit()
        other.online()
        alice.go("#/account")
        alice.wait(lambda: "End" in [b.text for b in alice.driver.find_elements(By.CSS_SELECTOR, "td button")], "session")
        alice.press("End", "table")
        other.heading("This session has ended")
        old = self.people["alice"]
        alice.wait(lambda: "1 session ended" in alice.find(".receipt").text, "receipt")
        alice.pictures("account")
        other.press("Log in again")
        other.fill(username="alice", password=self.people["alice"])
        other.submit()
        other.online()
        alice.driver.refresh()
        alice.press("End all other sessions")
        other.heading("This session has ended")

        say("an administrator ends the sessions of carol")
        alice.go("#/administration")
        alice.press("Make an invite link")
        invite = alice.find(".invite-link").get_attribute("value")
        other.open(invite)
        other.fill(username="carol", password=secrets.token_urlsafe(12))
        other.submit()
        other.online()
        alice.driver.refresh()
        alice.wait(lambda: len(alice.driver.find_elements(
            By.CSS_SELECTOR, "table[aria-label=Users] tbody tr")) == 3, "three users")
        alice.wait(lambda: len(alice.driver.find_elements(
            By.CSS_SELECTOR, "table[aria-label=Sessions] tbody tr")) >= 3, "their sessions")
        alice.find("button[aria-label='End all sessions of carol']").click()
        other.heading("This session has ended")
        alice.wait(lambda: "1 session ended · 1 connection closed" in alice.find(".receipt").text, "receipt")
        alice.pictures("administration-receipt")

        say("alice changes her password")
        alice.go("#/account")
        alice.fill(current="not the password", new="Another password")
        alice.submit("form[aria-label='Change the password']")
        alice.wait(lambda: "This is not your password" in alice.text(), "words on the wrong password")
        self.people["alice"] = secrets.token_urlsafe(12)
        alice.fill(new=self.people["alice"])
        alice.fill(current=old)
        alice.submit("form[aria-label='Change the password']")
        alice.wait(lambda: alice.find(".receipt"), "receipt")

    def look(self, alice, bob):
        say("no page is wider than a phone; pictures")
        for name in ("rooms", "people", "account", "administration", "room/general", ""):
            alice.go(f"#/{name}")
            time.sleep(0.3)
            overflow = alice.overflows()
            check(not overflow, f"#/{name} takes {overflow} of a phone's 320 × 640")
        alice.go("#/room/hostile")
        alice.press("Members")
        alice.press("Leave the room")
        alice.driver.switch_to.alert.accept()
        alice.wait(lambda: "onerror" not in alice.find(".rooms").text, "end of the room")
        alice.go("#/room/garden")
        alice.find(".composer textarea")
        for page, text in (
            (alice, "The tomatoes are in. Who waters them on Thursday?"), (alice, "I am away until Friday."),
        ):
            page.write(text)
        bob.go("#/rooms")
        bob.press("Join")
        bob.heading("The Garden")
        bob.write("I can, in the evening. 🍅")
        alice.sees("I can, in the evening. 🍅")
        bob.write("There is a timer for the hose, too: https://example.org/timer")
        alice.sees("There is a timer for the hose, too: https://example.org/timer")
        alice.write("谢谢！ Then it is settled.")
        bob.sees("谢谢！ Then it is settled.")
        alice.pictures("room")
        alice.press("Members")
        alice.wait(lambda: "Bob Brown" in alice.find(".member-list").text, "members")
        alice.pictures("members")
        bob.go("#/rooms")
        bob.find(".cards li")
        bob.pictures("rooms")
        alice.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True})
        alice.go("#/")
        alice.picture("list-narrow-light", 390, 844)

    def revocation(self, bob, tab):
        say("bob's session is revoked from the command line: the page tells within a second")
        bob.go("#/room/general")
        bob.online()
        receipt = json.loads(self.parley("session", "revoke", "--user", "bob", "--json"))
        started = time.monotonic()
        bob.heading("This session has ended")
        took = time.monotonic() - started
        check(receipt["complete"] and receipt["revoked_sessions"] == 1, f"the receipt is {receipt}")
        check(took < 1, f"the page told after {took:.2f} s")
        left = bob.script("return [...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
        check(left == [], f"left in the browser: {left}")
        check("entry 129" not in bob.text(), "messages are left on the page")
        bob.pictures("ended")
        first = bob.driver.current_window_handle
        bob.driver.switch_to.window(tab)
        bob.heading("This session has ended")
        bob.driver.switch_to.window(first)
        bob.press("Log in again")
        bob.heading("Log in")

    def log_out(self, alice):
        say("log out; the other language")
        alice.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        alice.go("#/account")
        alice.press("Log out")
        alice.heading("Log in")
        Select(alice.find("select.language")).select_by_value("zh-Hans")
        alice.heading("登录")
        alice.fill(username="alice", password=self.people["alice"])
        alice.submit()
        alice.online()
        alice.go("#/account")
        alice.heading("账户")
        alice.pictures("account-chinese")

    def end(self):
        for page in self.pages:
            try:
                page.driver.quit()
            except WebDriverException:
                pass
        if self.server is not None and self.server.process.poll() is None:
            self.server.process.kill()


def main():
    directory = Path(tempfile.mkdtemp(prefix="parley-browser-"))
    screenshots = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    if screenshots is not None:
        screenshots.mkdir(parents=True, exist_ok=True)
    test = BrowserTest(str(Path(sys.argv[1]).resolve()), directory, screenshots)
    try:
        test.run()
        say("passed")
        return 0
    except (AssertionError, LookupError, ValueError, OSError, WebDriverException, subprocess.SubprocessError) as error:
        print(f"browser: FAILED: {type(error).__name__}: {error}", file=sys.stderr)
        for page in test.pages:
            try:
                for complaint in page.complaints():
                    print(f"    {page.name}: {complaint}", file=sys.stderr)
            except WebDriverException:
                pass
        return 1
    finally:
        test.end()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
