"""What can be done with a message: edit, delete, react, attach files, see who writes and who has read."""

import base64
import struct
import zlib

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browsertests.stage import say
from smoke import check


def edit(stage, alice, bob):
    say("a message is edited and deleted, for everybody and after loading anew")
    for page in (alice, bob):
        page.in_room("general")
    alice.write("A word with a misteak")
    bob.sees("A word with a misteak")
    # Up in an empty field takes up the last message of one's own.
    box = alice.find(".composer textarea")
    box.send_keys(Keys.ARROW_UP)
    alice.wait(lambda: box.get_attribute("value") == "A word with a misteak", "words to edit")
    alice.type("A word without a mistake").send_keys(Keys.ENTER)
    for page in (alice, bob):
        page.sees("A word without a mistake")
        check("edited" in page.row("A word without a mistake").text, f"{page.name} is not told of the edit")
        check("Awordwithamisteak" not in page.messages(), f"{page.name} sees the old words, too")
    alice.write("Better not said")
    bob.sees("Better not said")
    alice.tool("Better not said", "Delete")
    alice.confirm()
    for page in (alice, bob):
        page.wait(lambda: "Betternotsaid" not in page.messages(), "deleted message gone")
        check("This message was deleted." in page.text(), f"{page.name} sees no tombstone")
    bob.driver.refresh()
    bob.sees("A word without a mistake")
    check("Betternotsaid" not in bob.messages(), "a deleted message is back")


def react(stage, alice, bob):
    say("reactions with the picker, counted, and taken back")
    alice.write("Shall we?")
    bob.sees("Shall we?")
    bob.tool("Shall we?", "React")
    bob.wait(lambda: [e for e in bob.all(".emoji-picker button") if e.text == "👍"], "thumb in the picker")[0].click()
    for page in (alice, bob):
        button = page.wait(lambda: page.row("Shall we?").find_elements(By.CSS_SELECTOR, "[data-emoji='👍']"), "reaction")[0]
        check(button.text.split() == ["👍", "1"], f"{page.name} sees {button.text!r}")
        check(button.get_attribute("aria-pressed") == str(page is bob).lower(), f"{page.name}: whose reaction is it?")
    alice.row("Shall we?").find_element(By.CSS_SELECTOR, "[data-emoji='👍']").click()
    bob.wait(lambda: "👍 2" in " ".join(bob.row("Shall we?").text.split()), "second reaction")
    alice.wait(lambda: "👍 2" in " ".join(alice.row("Shall we?").text.split()), "second reaction")
    bob.driver.refresh()
    bob.wait(lambda: "👍 2" in " ".join(bob.row("Shall we?").text.split()), "reactions after loading anew")
    alice.row("Shall we?").find_element(By.CSS_SELECTOR, "[data-emoji='👍']").click()
    bob.wait(lambda: "👍 1" in " ".join(bob.row("Shall we?").text.split()), "reaction taken back")


def passing(stage, alice, bob):
    say("who is there, who is writing, who has read")
    for page in (alice, bob):
        page.in_room("general")
    alice.press("Members")
    alice.wait(
        lambda: alice.script("return document.querySelectorAll('.side .dot[data-status=online]').length") == 2, "both online")
    bob.find(".composer textarea").send_keys("Let me think")
    alice.wait(lambda: "Bob Brown is writing" in alice.find(".typing").text, "line on who is writing")
    alice.pictures("typing")
    bob.find(".composer textarea").send_keys(Keys.ENTER)
    alice.sees("Let me think")
    alice.wait(lambda: not alice.driver.find_element(By.CSS_SELECTOR, ".typing").text, "end of writing")
    alice.write("Take your time")
    alice.wait(lambda: "Seen by Bob Brown" in alice.find(".messages").text, "line on who has read")
    alice.press("Close")


def picture_bytes(width=320, height=200):
    """A PNG of a slope of colours."""
    rows = b"".join(b"\0" + bytes(value for x in range(width) for value in (x * 255 // width, y * 255 // height, 120))
                    for y in range(height))

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def files(stage, alice, bob):
    say("files by picker, drop and paste, with a picture; a name that tries to be markup")
    for page in (alice, bob):
        page.in_room("general")
    image = stage.directory / "garden <b>plan<b>.png"
    image.write_bytes(picture_bytes())
    notes = stage.directory / "notes.txt"
    notes.write_text("Tomatoes, then beans.\n", encoding="utf-8")
    alice.driver.find_element(By.CSS_SELECTOR, "input[type=file]").send_keys(f"{image}\n{notes}")
    alice.wait(lambda: len(alice.all(".tray-file")) == 2 and not alice.all(".tray-file progress"), "uploaded files")
    alice.pictures("upload")
    alice.write("The plan, and notes")
    bob.sees("The plan, and notes")
    row = bob.row("The plan, and notes")
    bob.wait(lambda: bob.script("return arguments[0].querySelector('img')?.naturalWidth", row) == 320, "picture")
    names = [e.text for e in row.find_elements(By.CSS_SELECTOR, ".file-name")]
    check("notes.txt" in names and any("plan" in name for name in names), f"the files are called {names}")
    answer = bob.script("""
        const link = [...arguments[0].querySelectorAll('a.file')].find((file) => file.textContent.includes('notes.txt'));
        return fetch(link.href).then(async (answer) => [answer.status, await answer.text(),
            answer.headers.get('content-disposition').split(';')[0], answer.headers.get('content-security-policy')]);""", row)
    check(answer[:3] == [200, "Tomatoes, then beans.\n", "attachment"] and "sandbox" in answer[3], f"the file is {answer}")

    drop = """
        const [selector, event, bytes] = arguments;
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], 'shot.png', {type: 'image/png'}));
        const target = document.querySelector(selector);
        const fired = event === 'paste' ? new ClipboardEvent(event, {clipboardData: data, bubbles: true, cancelable: true})
            : new DragEvent(event, {dataTransfer: data, bubbles: true, cancelable: true});
        target.dispatchEvent(fired);"""
    image_text = base64.b64encode(picture_bytes(64, 64)).decode()
    for selector, event in ((".scroller", "drop"), (".composer textarea", "paste")):
        bob.script(drop, selector, event, image_text)
        bob.wait(lambda: bob.all(".tray-file") and not bob.all(".tray-file progress"), f"file by {event}")
        bob.write(f"by {event}")
        alice.sees(f"by {event}")
        alice.wait(
            lambda: alice.script("return arguments[0].querySelector('img')?.naturalWidth", alice.row(f"by {event}")) == 64,
            f"picture by {event}")
    alice.pictures("files")
