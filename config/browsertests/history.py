"""Long rooms: reading back and forth, jumping, and how smooth that is."""

import time

from browsertests.crowd import Crowd
from browsertests.stage import say
from browsertests.tracing import Tracing, check_tasks
from smoke import check

# The most that a person scrolls by here, and how long a slow machine may take for it.
MOST_SCROLLED = 3000
MOST_MILLISECONDS = 25_000


def reading_back(stage, alice, bob):
    say("older messages by scrolling back")
    Crowd(stage, bob).fill("general", 330, "entry")
    alice.in_room("general")
    alice.sees("entry 329")
    alice.driver.refresh()
    alice.sees("entry 329")
    check(len(alice.messages()) <= 450, "the whole history is on the page at once")
    alice.wait(
        lambda: alice.script("document.querySelector('.scroller').scrollTop = 0") or "entry0" in alice.messages(),
        "oldest entry")
    entries = [text for text in alice.messages() if text.startswith("entry")]
    check(entries == [f"entry{number}" for number in range(330)][: len(entries)], f"the entries read are {entries}")
    alice.press("Newest messages")
    alice.write("Back at the end")
    bob.sees("Back at the end")
    alice.sees("Back at the end")
    alice.emulate(390, 700)
    alice.wait(alice.at_end, "end after the window changed")
    alice.emulate_nothing()
    alice.wait(alice.at_end, "end after the window changed back")


def long_room(stage, alice, count=50_000):
    """A room of very many messages is scrolled from its end to its start and back."""
    say(f"a room of {count} messages is scrolled: every message in order, and no long task")
    alice.in_room("long")
    alice.wait(lambda: f"message{count - 1}" in " ".join(alice.messages()[-3:]), "newest message")
    trace = Tracing(alice)
    started = time.monotonic()
    result = alice.driver.execute_async_script("""
        const [most, milliseconds, done] = arguments;
        const scroller = document.querySelector('.scroller');
        const seen = new Set();
        let rows = 0, frames = 0, worst = 0, last = performance.now();
        const until = performance.now() + milliseconds;
        const note = () => {
            for (const row of scroller.querySelectorAll('.message[data-seq]')) seen.add(Number(row.dataset.seq));
            rows = Math.max(rows, scroller.querySelectorAll('.message').length);
        };
        const step = (now) => {
            worst = Math.max(worst, now - last);
            last = now;
            frames += 1;
            scroller.scrollTop -= 400;
            note();
            if (now < until && seen.size < most) requestAnimationFrame(step);
            else {
                note();
                const sorted = [...seen].sort((a, b) => a - b);
                const gaps = sorted.filter((seq, index) => index > 0 && seq - sorted[index - 1] > 1).length;
                done({frames, worst, rows, count: sorted.length, gaps});
            }
        };
        requestAnimationFrame(step);""", min(count // 2, MOST_SCROLLED), MOST_MILLISECONDS)
    took = time.monotonic() - started
    tasks = trace.end()
    say(f"    {result['count']} messages scrolled past in {took:.0f} s, {result['frames']} frames, the longest "
        f"{result['worst']:.0f} ms, at most {result['rows']} rows on the page")
    check_tasks(tasks)
    check(result["gaps"] == 0, f"{result['gaps']} gaps in what was scrolled past")
    check(result["rows"] <= 300, f"{result['rows']} messages on the page at once")
    check(result["count"] >= min(count // 2, MOST_SCROLLED), f"only {result['count']} messages were scrolled past")


def jump(stage, alice, count):
    say("a jump to a message far back, reading on from there in both directions, and back to the end")
    goal = count * 2 // 5
    alice.go(f"#/room/long/{goal}")
    alice.wait(lambda: alice.script("return document.activeElement?.dataset.seq") == str(goal), f"message {goal}")
    seqs = "return [...document.querySelectorAll('.message[data-seq]')].map(e => Number(e.dataset.seq))"
    for direction, past in (("0", lambda all: all[0] < goal - 200), ("scroller.scrollHeight", lambda all: all[-1] > goal + 300)):
        alice.wait(lambda: alice.script(
            f"const scroller = document.querySelector('.scroller'); scroller.scrollTop = {direction}") or past(alice.script(seqs)),
            f"messages on from there towards {direction}")
        found = alice.script(seqs)
        check(found == list(range(found[0], found[-1] + 1)), f"messages are missing between {found[0]} and {found[-1]}")
    alice.press("Newest messages")
    alice.wait(alice.at_end, "end of the room")
    newest = alice.script(seqs)[-1]
    check(newest >= count, f"the newest is {newest}")


def search(stage, alice, bob):
    say("a message is searched for and jumped to")
    alice.in_room("general")
    alice.press("Search")
    alice.find(".search-form input").send_keys("cake")
    alice.wait(lambda: "Who brings the cake?" in alice.find(".results").text, "result")
    alice.pictures("search")
    alice.find(".results a").click()
    alice.wait(lambda: "cake" in alice.driver.switch_to.active_element.text, "jump to the message")
    alice.find(".search-form input").clear()
    alice.find(".search-form input").send_keys("nobodywrotethis")
    alice.wait(lambda: "No message with these words" in alice.find(".side").text, "words on no result")

