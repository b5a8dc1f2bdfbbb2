"""What the first load takes, and how the page does under many messages."""

from browsertests.crowd import Crowd
from browsertests.stage import say
from browsertests.tracing import Tracing, check_tasks
from smoke import check


def first_load(stage):
    say("the first load: its size, and the time until one can type")
    page = stage.page("fresh")
    page.open("")
    page.heading("Log in")
    size = page.script("""
        return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
            .filter((entry) => !entry.name.includes('/api/')).reduce((sum, entry) => sum + entry.encodedBodySize, 0);""")
    ready = page.script("return performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    say(f"    {size} bytes compressed, page ready after {ready:.0f} ms")
    check(0 < size < 100_000, f"the first load takes {size} bytes")
    page.log_in("alice", stage.password("alice"))
    page.online()
    page.in_room("general")
    page.driver.refresh()
    page.find(".message")
    usable = page.script("""
        return performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd;""")
    say(f"    with a login and history, ready after {usable:.0f} ms")
    check(usable < 1000, f"usable after {usable:.0f} ms")
    page.press("Log out")
    page.heading("Log in")
    page.driver.quit()
    stage.pages.remove(page)


def busy_room(stage, alice, bob, seconds=8, rate=200):
    say(f"{rate} messages a second for {seconds} s: the page stays responsive")
    for page in (alice, bob):
        page.in_room("busy")
    trace = Tracing(alice)
    alice.script("""
        window.waits = [];
        window.probe = setInterval(() => {
            const asked = performance.now();
            requestAnimationFrame(() => window.waits.push(performance.now() - asked));
        }, 50);""")
    crowd = Crowd(stage, bob)
    took = crowd.write("busy", seconds * rate, rate)
    crowd.socket.close()
    alice.sees(f"message {seconds * rate - 1} of a busy room, with bold words and https://example.org/{seconds * rate - 1}")
    waits = sorted(alice.script("clearInterval(window.probe); return window.waits"))
    tasks = trace.end()
    rows = alice.script("return document.querySelectorAll('.message').length")
    say(f"    {seconds * rate / took:.0f} messages/s, a frame after {waits[len(waits) // 2]:.0f} ms in the middle and "
        f"{waits[-1]:.0f} ms at worst, {rows} rows")
    check_tasks(tasks)
    check(rows <= 300, f"{rows} messages on the page at once")
    alice.wait(alice.at_end, "end of the room")
