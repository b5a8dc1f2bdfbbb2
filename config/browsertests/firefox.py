"""Debian's Firefox, driven over WebDriver BiDi: it speaks that itself, where selenium would need a geckodriver, which
Debian does not have. What is here are the few calls of selenium's driver and elements that the walk makes."""

import base64
import json
import queue
import re
import shutil
import subprocess
import threading

from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from browsertests.conversation import HOSTILE
from browsertests.page import Page
from browsertests.stage import say
from smoke import PATIENCE, Lines, check

# No calls home, no proxy, no questions; English as in Chromium.
PREFERENCES = {
    "app.update.enabled": False, "browser.shell.checkDefaultBrowser": False, "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False, "intl.accept_languages": "en-US, en", "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False, "network.proxy.type": 0, "remote.active-protocols": 1,
    "services.settings.server": "data:,", "toolkit.telemetry.enabled": False, "remote.prefs.recommended": True,
    "focusmanager.testmode": True, "dom.disable_open_during_load": False,
}


class Driver:
    """One Firefox with a profile of its own, and its one page."""

    def __init__(self, profile, width=1280, height=800):
        profile.mkdir(parents=True)
        (profile / "user.js").write_text(
            "".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items()))
        self.process = subprocess.Popen(
            [shutil.which("firefox-esr"), "--headless", "--no-remote", "--profile", str(profile), "--width", str(width),
             "--height", str(height), "--remote-debugging-port", "0"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        address = Lines(self.process.stderr).wait(r"WebDriver BiDi listening on (ws://\S+)", "Firefox").group(1)
        self.socket = connect(f"{address}/session", proxy=None, max_size=None)
        self.answers = queue.Queue()
        self.entries = []
        self.last = 0
        threading.Thread(target=self._read, daemon=True).start()
        # The development certificate is made by the server itself; what a browser does with others is no subject here.
        self.command("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
        self.command("session.subscribe", events=["log.entryAdded"])
        self.context = self.command("browsingContext.getTree")["contexts"][0]["context"]
        self.command("browsingContext.activate", context=self.context)
        self.command("browsingContext.setViewport", context=self.context, viewport={"width": width, "height": height})

    def _read(self):
        try:
            for frame in self.socket:
                message = json.loads(frame)
                if message["type"] == "event":
                    self.entries.append(message["params"])
                else:
                    self.answers.put(message)
        except ConnectionClosed:
            self.answers.put({"type": "error", "error": "closed", "message": "Firefox is gone"})

    def command(self, method, **params):
        self.last += 1
        self.socket.send(json.dumps({"id": self.last, "method": method, "params": params}))
        answer = self.answers.get(timeout=PATIENCE)
        if answer["type"] == "error":
            kind = StaleElementReferenceException if answer["error"] == "no such node" else WebDriverException
            raise kind(f"{method}: {answer['error']}: {answer['message']}")
        return answer["result"]

    def get(self, address):
        self.command("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def refresh(self):
        self.command("browsingContext.reload", context=self.context, wait="complete")

    @property
    def current_url(self):
        return self.execute_script("return location.href")

    @property
    def title(self):
        return self.execute_script("return document.title")

    def execute_script(self, text, *arguments):
        answer = self.command(
            "script.callFunction", functionDeclaration=f"function () {{ {text} }}", awaitPromise=True,
            target={"context": self.context}, arguments=[sent(argument) for argument in arguments])
        if answer["type"] == "exception":
            raise WebDriverException(answer["exceptionDetails"]["text"])
        return self._received(answer["result"])

    def _received(self, value):
        kind = value["type"]
        if kind == "array":
            return [self._received(item) for item in value["value"]]
        if kind == "object":
            return {name: self._received(item) for name, item in value["value"]}
        if kind == "node":
            return Element(self, value["sharedId"])
        return value.get("value")

    def find_elements(self, _, selector):
        return self.execute_script("return [...document.querySelectorAll(arguments[0])]", selector)

    def find_element(self, _, selector):
        return self.find_elements(_, selector)[0]

    def press_keys(self, text):
        actions = [{"type": step, "value": key} for key in text for step in ("keyDown", "keyUp")]
        keys = {"type": "key", "id": "keys", "actions": actions}
        self.command("input.performActions", context=self.context, actions=[keys])

    def save_screenshot(self, path):
        data = self.command("browsingContext.captureScreenshot", context=self.context)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def quit(self):
        try:
            self.command("browser.close")
            self.process.wait(PATIENCE)
        except (WebDriverException, ConnectionClosed, queue.Empty, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


def sent(value):
    """A value as an argument of a script."""
    if isinstance(value, Element):
        return {"sharedId": value.id}
    if isinstance(value, bool):
        return {"type": "boolean", "value": value}
    if isinstance(value, (int, float)):
        return {"type": "number", "value": value}
    return {"type": "string", "value": value}


class Element:
    """An element of the page."""

    def __init__(self, driver, id_):
        self.driver = driver
        self.id = id_

    def _script(self, text, *arguments):
        return self.driver.execute_script(f"const element = arguments[0]; {text}", self, *arguments)

    def is_displayed(self):
        return self._script(
            "return element.checkVisibility({visibilityProperty: true}) && element.getClientRects().length > 0")

    def is_enabled(self):
        return self._script("return !element.disabled")

    @property
    def text(self):
        return self._script("return element.innerText").strip()

    @property
    def tag_name(self):
        return self._script("return element.localName")

    def get_attribute(self, name):
        value = self._script("return element[arguments[1]] ?? element.getAttribute(arguments[1])", name)
        return str(value).lower() if isinstance(value, bool) else value

    def find_elements(self, _, selector):
        return self._script("return [...element.querySelectorAll(arguments[1])]", selector)

    def find_element(self, _, selector):
        return self.find_elements(_, selector)[0]

    def click(self):
        """Presses it with the pointer, where it is."""
        self.hover({"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0})

    def hover(self, *then):
        """Brings the pointer there."""
        self._script("element.scrollIntoView({block: 'nearest', inline: 'nearest'})")
        target = {"type": "element", "element": {"sharedId": self.id}}
        pointer = {"type": "pointer", "id": "pointer", "actions": [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": target}, *then]}
        self.driver.command("input.performActions", context=self.driver.context, actions=[pointer])

    def clear(self):
        self._script("element.value = ''; element.dispatchEvent(new Event('input', {bubbles: true}))")

    def send_keys(self, *texts):
        text = "".join(texts)
        if self.get_attribute("type") == "file":
            self.driver.command(
                "input.setFiles", context=self.driver.context, element={"sharedId": self.id}, files=text.split("\n"))
            return
        self._script("element.focus()")
        self.driver.press_keys(text)


class FirefoxPage(Page):
    """A page in Firefox, with what the walk does with one."""

    def __init__(self, stage, name):
        # What `Page` does to start Chromium is not done.
        self.stage = stage
        self.name = name
        self.driver = Driver(stage.directory / f"profile-{name}")
        stage.pages.append(self)

    def tool(self, text, name):
        """Presses a button of the bar at a message, brought there by the pointer."""
        row = self.row(text)
        row.hover()
        self.press(name, f"[id='{row.get_attribute('id')}']")

    def emulate(self, width, height, dark=False):
        self.driver.command(
            "browsingContext.setViewport", context=self.driver.context, viewport={"width": width, "height": height})
        self.script("return new Promise((done) => requestAnimationFrame(() => setTimeout(done, 150)))")

    def emulate_nothing(self):
        self.emulate(1280, 800)

    def complaints(self):
        entries, self.driver.entries = self.driver.entries, []
        return [
            entry["text"] for entry in entries if entry["level"] in ("error", "warn")
            and not re.search(r"can.t establish a connection|was interrupted while the page was loading", entry["text"])
        ]


def walk(stage, alice):
    say("Firefox: fern comes by an invite, chats with alice in Chromium, edits, reacts, uploads, and is revoked")
    alice.go("#/administration")
    alice.press("Make an invite link")
    invite = alice.find(".invite-link").get_attribute("value")
    fern = FirefoxPage(stage, "fern")
    fern.open(invite)
    fern.heading("Create your account")
    fern.fill(username="fern", name="Fern Fields", password=stage.password("fern"))
    fern.submit()
    fern.online()
    for page in (alice, fern):
        page.in_room("general")
    fern.write("Hello from a **fox**")
    alice.sees("Hello from a fox")
    alice.write("Hello, @fern!")
    fern.sees("Hello, @fern!")
    fern.wait(lambda: fern.find(".mention.is-me").text == "@fern", "mention")
    for text in HOSTILE[:6]:
        fern.write(text)
    alice.sees(HOSTILE[5])
    fern.sees(HOSTILE[5])
    check(fern.script("return window.injected") is None, "Firefox ran a text as script")

    fern.write("A word with a misteak")
    alice.sees("A word with a misteak")
    fern.tool("A word with a misteak", "Edit")
    fern.write("A word without a mistake, by Firefox")
    alice.sees("A word without a mistake, by Firefox")
    fern.tool("Hello, @fern!", "React")
    fern.find(".emoji-picker button[tabindex='0']").click()
    alice.wait(lambda: "1" in alice.row("Hello, @fern!").find_element("css selector", ".reactions").text, "reaction")
    notes = stage.directory / "fern.txt"
    notes.write_text("Ferns like shade.\n", encoding="utf-8")
    fern.driver.find_element("css selector", "input[type=file]").send_keys(str(notes))
    fern.wait(lambda: fern.all(".tray-file") and not fern.all(".tray-file progress"), "uploaded file")
    fern.write("My notes")
    alice.wait(lambda: "fern.txt" in alice.row("My notes").text, "file of fern")

    stage.server.kill()
    fern.write("Written while the server was gone")
    stage.start()
    for page in (alice, fern):
        page.sees("Written while the server was gone")
        count = page.messages().count("Writtenwhiletheserverwasgone")
        check(count == 1, f"{page.name} sees it {count} times")
        page.online()
    if stage.screenshots is not None:
        fern.driver.save_screenshot(str(stage.screenshots / "firefox.png"))
    stage.parley("session", "revoke", "--user", "fern")
    fern.heading("This session has ended")
    fern.wait(lambda: fern.stored() == [], "empty storage")
    complaints = fern.complaints()
    check(not complaints, f"Firefox says {complaints}")
    fern.driver.quit()
    stage.pages.remove(fern)
