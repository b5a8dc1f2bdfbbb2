"""The connection: killed servers, lost answers, closed tabs, many refreshes, a fast start."""

import time

from browsertests.page import plain
from browsertests.stage import say
from smoke import check

REFRESHES = "return performance.getEntriesByType('resource').filter(e => e.name.endsWith('/auth/refresh')).length"


def second_tab(stage, bob):
    """Another tab of bob; both share one login through many refreshes."""
    first = bob.driver.current_window_handle
    bob.driver.switch_to.new_window("tab")
    bob.driver.execute_cdp_cmd("Emulation.setFocusEmulationEnabled", {"enabled": True})
    bob.open("#/room/general")
    bob.online()
    second = bob.driver.current_window_handle
    bob.driver.switch_to.window(first)
    stage.tabs_since = time.monotonic()
    return second


def restart(stage, alice, bob):
    say("the server is killed and started between messages: nothing lost, nothing doubled")
    for page in (alice, bob):
        page.in_room("general")
    written = []
    for turn in range(3):
        # The last one before the end may be under way, the ones after it wait.
        for page in (alice, bob):
            text = f"turn {turn}: before the end, {page.name}"
            page.write(text)
            written.append(text)
        stage.server.kill()
        for page in (alice, bob):
            for number in range(2):
                text = f"turn {turn}: meanwhile {number}, {page.name}"
                page.write(text)
                written.append(text)
        check(len(alice.messages()) > len(alice.messages(pending=False)), "no message waits")
        if turn == 0:
            alice.wait(lambda: alice.find(".banner"), "line on the lost connection")
            alice.pictures("offline")
        if turn == 1:
            # What waits is not lost with the page.
            alice.wait(lambda: sum(name.startswith("outbox/") for name in alice.stored()) >= 2, "stored outbox")
            check(sum(name.startswith("outbox/") for name in bob.stored()) >= 2, "bob's outbox is not stored")
        stage.start()
        if turn == 1:
            alice.driver.refresh()
        for page in (alice, bob):
            for text in written:
                page.sees(text)
            page.online()
    for page in (alice, bob):
        page.wait(lambda: page.messages() == page.messages(pending=False), "end of waiting")
        wanted = [plain(text) for text in written]
        seen = [text for text in page.messages() if text.startswith("turn")]
        check(sorted(seen) == sorted(wanted), f"{page.name} sees {seen}, written was {wanted}")
        mine = [text for text in seen if text.endswith(page.name)]
        check(mine == [text for text in wanted if text.endswith(page.name)], f"order of {page.name}: {mine}")
        page.wait(lambda: not [name for name in page.stored() if name.startswith("outbox/")], "empty outbox")
    alice.driver.refresh()
    alice.sees(written[-1])
    end = lambda page: page.messages()[-18:]
    alice.wait(lambda: end(alice) == end(bob), "the same after loading anew")


def closed_tab(stage, alice, bob):
    say("a tab is closed with a message on its way: the next one sends it, once")
    alice.in_room("general")
    first = alice.driver.current_window_handle
    alice.driver.switch_to.new_window("tab")
    alice.driver.execute_cdp_cmd("Emulation.setFocusEmulationEnabled", {"enabled": True})
    alice.open("#/room/general")
    alice.in_room("general")
    stage.server.kill()
    alice.write("left behind by a closed tab")
    alice.wait(lambda: [name for name in alice.stored() if name.startswith("outbox/")], "stored message")
    alice.driver.close()
    alice.driver.switch_to.window(first)
    stage.start()
    alice.online()
    for page in (alice, bob):
        page.sees("left behind by a closed tab")
        check(page.messages().count("leftbehindbyaclosedtab") == 1, "it is there twice")


def lost_answer(stage, alice, bob):
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
        count = page.messages().count("Saidonce")
        check(count == 1, f"{page.name} sees it {count} times")


def drain(stage, alice):
    say("a server that is about to restart says how long to stay away: the page does; the delays between attempts grow")
    script = alice.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": """
        window.opened = [];
        window.drains = [];
        const Plain = WebSocket;
        window.WebSocket = class extends Plain {
            constructor(...all) {
                super(...all);
                window.opened.push(performance.now());
                this.addEventListener('message', ({data}) => {
                    const frame = JSON.parse(data);
                    if (frame.type === 'drain') window.drains.push(frame.retry_after_ms);
                });
                this.addEventListener('close', () => { window.lost ??= performance.now(); });
            }
        };"""})
    alice.driver.refresh()
    alice.online()
    stage.server.terminate()
    alice.wait(lambda: alice.script("return window.lost"), "end of the connection")
    stage.start()
    alice.online()
    drains, closed, opened = alice.script("return [window.drains, window.lost, window.opened]")
    waited = next(at for at in opened if at > closed) - closed
    say(f"    asked to wait {drains} ms, came back after {waited:.0f} ms")
    check(len(drains) == 1 and waited >= drains[0], f"asked for {drains} ms, came back after {waited:.0f} ms")
    alice.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)
    # Full jitter: from nothing to a ceiling that doubles up to its most, above what the server asked for.
    delays = alice.script("""
        const folder = document.querySelector('script[type=module]').src.replace('/main.js', '');
        return import(`${folder}/core/backoff.js`).then(({Backoff}) => [1, 0].map((share) => {
            const backoff = new Backoff({random: () => share});
            const delays = [0, 0, 0, 0, 0, 0, 0, 0, 250].map((least) => backoff.next(least));
            backoff.reset();
            return [...delays, backoff.next()];
        }));""")
    longest = [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30250, 500]
    check(delays == [longest, [0] * 8 + [250, 0]], f"the longest and the shortest delays are {delays}")


def refreshes(stage, bob, tab, lifetime):
    say("two tabs share their refreshes")
    first = bob.driver.current_window_handle
    bob.wait(lambda: time.monotonic() - stage.tabs_since > 6 * lifetime, "time for refreshes", 10 * lifetime)
    total = bob.script(REFRESHES)
    bob.driver.switch_to.window(tab)
    total += bob.script(REFRESHES)
    bob.online()
    bob.driver.switch_to.window(first)
    bob.online()
    elapsed = time.monotonic() - stage.tabs_since
    # One for each 60 % of a lifetime at the most, and a few around the restarts and reloads.
    most = elapsed / (0.6 * lifetime) + 8
    say(f"    {total} refreshes of two tabs in {elapsed:.0f} s with tokens of {lifetime} s")
    check(3 <= total <= most, f"{total} refreshes in {elapsed:.0f} s of two tabs")


def fast_start(stage, alice):
    say("the newest messages are there before the server has answered")
    alice.in_room("general")
    text = "kept for the next start"
    alice.write(text)
    alice.sees(text)
    alice.wait(lambda: "rooms/general" in alice.stored(), "kept history")
    alice.wait(lambda: text in alice.script("""
        return new Promise((resolve) => {
            const opening = indexedDB.open('parley', 1);
            opening.onsuccess = () => {
                opening.result.transaction('rooms').objectStore('rooms').get('general').onsuccess
                    = ({ target }) => { opening.result.close(); resolve(JSON.stringify(target.result.items)); };
            };
        });"""), "text in the kept history")
    # No call and no socket gets through; only the page itself is there.
    script = alice.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": """
        window.fetch = () => new Promise(() => {});
        window.WebSocket = class extends EventTarget { close() {} };"""})
    alice.driver.refresh()
    alice.sees(text)
    state = alice.find(".state").get_attribute("data-state")
    check(state == "connecting", f"the state is {state}")
    alice.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)
    alice.driver.refresh()
    alice.online()
    alice.sees(text)
