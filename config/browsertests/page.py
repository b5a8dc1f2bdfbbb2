"""A browser with a profile of its own, and what one does with a page of the web client."""

import os
import re
import shutil
import time

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from smoke import PATIENCE, check


def plain(text):
    """A text without spaces and the marks of Markdown: the same before and after it is rendered."""
    return re.sub(r"[\s*_~`>#-]|^\d+\.", "", text)


class Page:
    """A browser with a profile of its own."""

    def __init__(self, stage, name, window="1280,800"):
        self.stage = stage
        self.name = name
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        profile = stage.directory / f"profile-{name}"
        for argument in (
            "--headless=new", f"--user-data-dir={profile}", f"--window-size={window}", "--lang=en-US",
            "--no-proxy-server", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
            # Trusts this server's key, and no other certificate that a real browser would refuse.
            f"--ignore-certificate-errors-spki-list={stage.key_digest()}",
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
        stage.pages.append(self)

    def open(self, address):
        self.driver.get(address if address.startswith("https:") else f"{self.stage.server.url}/{address}")

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
        return self.wait(lambda: self.all(selector)[0], selector)

    def all(self, selector):
        """Every element that can be seen."""
        return [e for e in self.driver.find_elements(By.CSS_SELECTOR, selector) if e.is_displayed()]

    def press(self, words, within="body"):
        """Presses the button or link of those words, seen or said."""
        def found():
            for element in self.all(f"{within} button, {within} a, {within} summary"):
                if words in (element.text.strip(), element.get_attribute("aria-label")):
                    return element
            return None
        self.wait(found, f"button “{words}”").click()

    def confirm(self):
        """Says yes to the question that the page asks."""
        self.find("dialog[open] button[value=yes]").click()

    def fill(self, **fields):
        for name, value in fields.items():
            element = self.find(f"form [name='{name}']")
            if element.tag_name == "select":
                Select(element).select_by_value(value)
            else:
                element.clear()
                element.send_keys(value)

    def fill_choice(self, name, value):
        """Chooses in a menu that stands outside of a form."""
        Select(self.find(f"select[name='{name}']")).select_by_value(value)

    def submit(self, selector="form"):
        self.find(f"{selector} button[type=submit]").click()

    def log_in(self, user, password):
        self.open("#/login")
        self.fill(username=user, password=password)
        self.submit()

    def online(self):
        self.wait(lambda: self.script("return document.querySelector('.state')?.dataset.state") == "online", "connection")

    def in_room(self, room):
        self.go(f"#/room/{room}")
        self.wait(
            lambda: self.script("return location.hash.startsWith(`#/room/${arguments[0]}`)", room), f"room {room}")
        self.find(".composer textarea")
        self.online()

    def type(self, text):
        """Types into the composer as fast as a paste."""
        box = self.find(".composer textarea")
        self.script(
            "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))",
            box, text)
        return box

    def write(self, text):
        """Types into the composer and sends with Enter."""
        self.type(text).send_keys(Keys.ENTER)

    def messages(self, pending=True):
        """The texts of the messages on the page, in their order, as `plain` has them."""
        chosen = ".message .text" if pending else ".message:not(.is-pending) .text"
        texts = self.script(f"return [...document.querySelectorAll('{chosen}')].map(e => e.textContent)")
        return [plain(text) for text in texts]

    def sees(self, text):
        self.wait(lambda: plain(text) in self.messages(pending=False), f"message {text!r}")

    def row(self, text):
        """The element of the message with that text."""
        def found():
            for element in self.driver.find_elements(By.CSS_SELECTOR, ".message[data-seq]"):
                if plain(text) in plain(element.get_attribute("textContent")):
                    return element
            return None
        return self.wait(found, f"message {text!r}")

    def tool(self, text, name):
        """Presses a button of the bar at a message, brought there as the keyboard does."""
        row = self.row(text)
        self.script("arguments[0].focus()", row)
        self.press(name, f"[id='{row.get_attribute('id')}']")

    def heading(self, words):
        self.wait(lambda: self.script("return document.querySelector('h1')?.textContent") == words, f"heading “{words}”")

    def emulate(self, width, height, dark=False):
        scheme = "dark" if dark else "light"
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700})
        self.script("return new Promise(done => requestAnimationFrame(() => setTimeout(done, 150)))")

    def emulate_nothing(self):
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

    def pictures(self, name):
        """Takes screenshots where they are wanted: wide and narrow, light and dark."""
        if self.stage.screenshots is None:
            return
        for form, width, height in (("wide", 1280, 800), ("narrow", 390, 844)):
            for dark in (False, True):
                self.emulate(width, height, dark)
                path = self.stage.screenshots / f"{name}-{form}-{'dark' if dark else 'light'}.png"
                self.driver.save_screenshot(str(path))
        self.emulate_nothing()

    def at_end(self):
        """Whether the newest message can be seen."""
        return self.script(
            "const e = document.querySelector('.scroller'); return e.scrollHeight - e.scrollTop - e.clientHeight < 2")

    def overflows(self):
        """Whether the page is wider than a phone, or as a whole higher than the window."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": True})
        size = self.script("""
            const {scrollWidth, scrollHeight} = document.documentElement;
            const inside = [...document.querySelectorAll('.page, .scroller, .side-body')].map((e) => e.scrollWidth);
            return [Math.max(scrollWidth, ...inside), scrollHeight];""")
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        return size != [320, 640] and size

    def stored(self):
        """What this browser keeps of the client: the names in its storage and the entries of its database."""
        return self.script("""
            const names = [...Object.keys(localStorage), ...Object.keys(sessionStorage)];
            return new Promise((resolve) => {
                const opening = indexedDB.open('parley', 1);
                opening.onerror = () => resolve(names);
                opening.onsuccess = () => {
                    const database = opening.result;
                    const places = [...database.objectStoreNames];
                    if (!places.length) return resolve(names);
                    const reading = database.transaction(places).objectStore.bind(database.transaction(places));
                    let open = places.length;
                    for (const place of places) {
                        const request = reading(place).getAllKeys();
                        request.onsuccess = () => {
                            names.push(...request.result.map((key) => `${place}/${key}`));
                            if (!--open) { database.close(); resolve(names); }
                        };
                    }
                };
            });""")

    def complaints(self):
        """What the console has against the page: not that a server which was killed did not answer."""
        return [
            entry["message"] for entry in self.driver.get_log("browser")
            if entry["source"] != "network" and entry["level"] in ("SEVERE", "WARNING")
            and not ("WebSocket connection to" in entry["message"] and "failed" in entry["message"])
        ]
