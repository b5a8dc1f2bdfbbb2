"""The test of the web client in a browser: `config/browser` prepares and starts it."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from selenium.common.exceptions import WebDriverException

from browsertests import accounts, connection, conversation, firefox, history, look, messages, rooms, speed
from browsertests.crowd import Crowd
from browsertests.stage import Stage, say

# Short enough that every tab lives through many refreshes.
ACCESS_SECONDS = 5
SETTINGS = {
    "PARLEY_TOKENS_ACCESS_LIFETIME": f"{ACCESS_SECONDS}s",
    # One person writes as much here as a whole room of them.
    "PARLEY_LIMITS_MESSAGES_PER_SECOND": "100000",
    "PARLEY_LIMITS_COMMANDS_PER_SECOND": "100000",
    "PARLEY_LIMITS_REQUESTS_PER_SECOND": "10000",
}
LONG_ROOM = int(os.environ.get("PARLEY_BROWSER_LONG_ROOM", "50000"))


def walk(stage):
    """Everything that two people do, in an order in which each part finds what it needs."""
    stage.start()
    alice, bob = accounts.first_account(stage)
    conversation.chat(stage, alice, bob)
    conversation.direct(stage, alice, bob)
    tab = connection.second_tab(stage, bob)
    rooms.rooms(stage, alice, bob)
    rooms.order(stage, alice, bob)
    conversation.replies(stage, alice, bob)
    history.search(stage, alice, bob)
    messages.edit(stage, alice, bob)
    messages.react(stage, alice, bob)
    messages.passing(stage, alice, bob)
    conversation.notifications(stage, alice, bob)
    messages.files(stage, alice, bob)
    conversation.hostile(stage, alice, bob)
    connection.restart(stage, alice, bob)
    connection.closed_tab(stage, alice, bob)
    connection.lost_answer(stage, alice, bob)
    connection.fast_start(stage, alice)
    connection.drain(stage, alice)
    history.reading_back(stage, alice, bob)
    connection.refreshes(stage, bob, tab, ACCESS_SECONDS)
    accounts.second_factor(stage, bob)
    other = accounts.sessions(stage, alice)
    accounts.administration(stage, alice, other)
    accounts.role(stage, alice, bob)
    firefox.walk(stage, alice)
    accounts.password(stage, alice)
    look.pictures(stage, alice, bob)
    look.directions(stage, alice, bob)
    look.accessible(stage, alice)
    look.keyboard(stage, alice)
    look.narrow(stage, alice)
    speed.first_load(stage)
    make_rooms(stage, alice)
    speed.busy_room(stage, alice, bob)
    history.long_room(stage, alice, LONG_ROOM)
    history.jump(stage, alice, LONG_ROOM)
    accounts.revocation(stage, bob, tab)
    accounts.log_out(stage, alice)
    stage.check_pages()


def make_rooms(stage, alice):
    """A room for many messages at once, and one with very many, written by the load generator's own socket."""
    say(f"a room of {LONG_ROOM} messages is written")
    for room in ("busy", "long"):
        # Beside the client, which would refresh first where the access token has just run out.
        alice.wait(lambda: alice.script("""
            return fetch('/api/v1/rooms', {method: 'POST', headers: {'content-type': 'application/json'},
                body: JSON.stringify({id: arguments[0], kind: 'public'})}).then((answer) => answer.status);""",
            room) == 201, f"room {room}")
        alice.in_room(room)
        alice.press("Members")
        alice.fill(user="bob")
        alice.press("Add")
        alice.wait(lambda: "Bob" in alice.find(".member-list").text, "bob as a member")
    started = time.monotonic()
    Crowd(stage, alice).fill("long", LONG_ROOM)
    say(f"    in {time.monotonic() - started:.0f} s")


def main():
    directory = Path(tempfile.mkdtemp(prefix="parley-browser-"))
    screenshots = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    if screenshots is not None:
        screenshots.mkdir(parents=True, exist_ok=True)
    stage = Stage(str(Path(sys.argv[1]).resolve()), directory, screenshots, SETTINGS)
    try:
        walk(stage)
        say("passed")
        return 0
    except (AssertionError, LookupError, ValueError, OSError, WebDriverException, subprocess.SubprocessError) as error:
        print(f"browser: FAILED: {type(error).__name__}: {error}", file=sys.stderr)
        for page in stage.pages:
            try:
                if screenshots is not None:
                    page.driver.save_screenshot(str(screenshots / f"failed-{page.name}.png"))
                for complaint in page.complaints():
                    print(f"    {page.name}: {complaint}", file=sys.stderr)
            except WebDriverException:
                pass
        return 1
    finally:
        stage.end()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
