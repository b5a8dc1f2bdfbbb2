"""How it looks, and whether everybody can use it."""

from importlib import resources

from selenium import webdriver
from selenium.webdriver.common.keys import Keys

from browsertests.stage import say
from smoke import check


def axe(page, name):
    """The accessibility audit of axe-core: nothing serious may be found."""
    source = resources.files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    # Over the protocol of the developer tools: the page's own policy allows no foreign script.
    page.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": source})
    found = page.driver.execute_async_script("""
        const done = arguments[0];
        axe.run(document, {resultTypes: ['violations']}).then(({violations}) => done(violations.map(
            ({id, impact, nodes}) => [impact, id, nodes.slice(0, 3).map((node) => node.html.slice(0, 160))])));""")
    serious = [item for item in found if item[0] in ("serious", "critical")]
    for impact, rule, nodes in found:
        say(f"    {name}: {impact}: {rule}: {nodes[0]}")
    check(not serious, f"{name}: {serious}")


def loaded(page):
    """Waits until nothing is loading but, where a room has more, what is above its messages."""
    page.wait(lambda: page.script("""
        return ![...document.querySelectorAll('main *')].some((element) => !element.children.length
            && element.textContent === 'Loading…' && !element.matches('.messages-top'));"""), "end of loading")


PAGES = ("rooms", "people", "account", "administration", "room/general", "room/garden")


def accessible(stage, alice):
    say("the audit of accessibility, light and dark")
    for dark in (False, True):
        alice.emulate(1280, 800, dark)
        for name in PAGES:
            alice.go(f"#/{name}")
            loaded(alice)
            alice.wait(lambda: alice.script("return document.activeElement !== document.body"), "focus on the page")
            axe(alice, f"#/{name} {'dark' if dark else 'light'}")
    alice.go("#/room/garden")
    alice.press("Members")
    alice.find(".member-name")
    alice.press("Settings of the room")
    axe(alice, "members and settings")
    alice.press("Search")
    axe(alice, "search")
    alice.emulate_nothing()


def keyboard(stage, alice):
    say("the keyboard alone: every stop of Tab can be seen, in the order of the page; less motion where that is wished")
    alice.in_room("general")
    alice.driver.refresh()
    alice.online()
    stops = []
    for _ in range(60):
        webdriver.ActionChains(alice.driver).send_keys(Keys.TAB).perform()
        stop = alice.script("""
            const element = document.activeElement;
            if (element === document.body) return null;
            const {outlineStyle, outlineWidth} = getComputedStyle(element);
            const box = element.getBoundingClientRect();
            return {
                name: (element.getAttribute('aria-label') ?? element.textContent).trim(),
                isMarked: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1,
                isSeen: box.width > 0 && box.right > 0 && box.bottom > 0,
                index: [...document.querySelectorAll('*')].indexOf(element),
            };""")
        if stop is not None and stop["index"] in [other["index"] for other in stops]:
            break
        # None: beyond the last one, before it begins anew.
        if stop is not None:
            stops.append(stop)
    # It began where the focus was.
    first = min(range(len(stops)), key=lambda at: stops[at]["index"])
    stops = stops[first:] + stops[:first]
    names = [stop["name"] for stop in stops]
    check(all(stop["isMarked"] and stop["isSeen"] for stop in stops), f"not to be seen: {stops}")
    check([stop["index"] for stop in stops] == sorted(stop["index"] for stop in stops), f"the order is {names}")
    check(names[0] == "Skip to the content", f"the first stop is {names[0]}")
    for name in ("Find or create a room", "Account", "Administration", "Log out", "Members", "Search",
                 "Message to general", "Attach files", "Choose an emoji", "Send"):
        check(name in names, f"Tab does not come to {name}: {names}")
    alice.driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]})
    moving = alice.script("""
        document.querySelector('.message').classList.add('is-goal');
        return [...document.querySelectorAll('*')].filter((element) => {
            const {animationName, transitionDuration} = getComputedStyle(element);
            return animationName !== 'none' || transitionDuration.split(', ').some((time) => parseFloat(time) > 0);
        }).length;""")
    check(moving == 0, f"{moving} elements move where less motion is wished")
    alice.emulate_nothing()
    alice.driver.refresh()
    alice.online()


def directions(stage, alice, bob):
    say("right-to-left texts run from the right, and long words break")
    bob.go("#/rooms")
    bob.fill(id="words", title="كلمات ומילים", topic="Long and from the right")
    bob.submit("form[aria-label='Create a room']")
    bob.heading("كلمات ומילים")
    texts = [
        "مرحبا بالجميع، هل وصلكم **الرابط** https://example.org/ar؟", "שלום! נפגשים מחר ב־10:00 עם @bob?",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3,
        "```\nlet line = \"" + "a very long line of code " * 12 + "\"\n```", "中文、English 和 עברית 在同一行。",
    ]
    for text in texts:
        bob.write(text)
    bob.wait(lambda: len(bob.messages(pending=False)) == len(texts), "all messages")
    found = bob.script("""
        return [...document.querySelectorAll('.message .text p')].map((part) => getComputedStyle(part).direction);""")
    check(found == ["rtl", "rtl", "ltr", "ltr"], f"the directions are {found}")
    address = bob.script("return document.querySelector('.message .text a').href")
    check(address == "https://example.org/ar", f"the sentence's mark went into the address {address}")
    overflow = bob.overflows()
    check(not overflow, f"the room takes {overflow} of a phone's 320 × 640")
    bob.pictures("words")


def narrow(stage, alice):
    say("no page is wider than a phone")
    for name in (*PAGES, ""):
        alice.go(f"#/{name}")
        loaded(alice)
        overflow = alice.overflows()
        check(not overflow, f"#/{name} takes {overflow} of a phone's 320 × 640")


def pictures(stage, alice, bob):
    say("pictures of a conversation")
    bob.go("#/rooms")
    bob.press("Join")
    bob.heading("The Garden")
    alice.in_room("general")
    alice.in_room("garden")
    alice.write("The tomatoes are in. Who waters them on **Thursday**?")
    alice.sees("The tomatoes are in. Who waters them on Thursday?")
    alice.write("I am away until Friday.")
    alice.sees("I am away until Friday.")
    bob.sees("I am away until Friday.")
    bob.tool("The tomatoes are in", "Reply")
    bob.write("I can, in the evening. 🍅")
    alice.sees("I can, in the evening. 🍅")
    bob.write("There is a timer for the hose, too, @alice: https://example.org/timer\n- open the tap\n- set it to `20 min`")
    alice.sees("There is a timer for the hose, too, @alice: https://example.org/timer open the tap set it to 20 min")
    alice.write("谢谢！ Then it is settled.")
    bob.sees("谢谢！ Then it is settled.")
    for page in (alice, bob):
        page.script("document.activeElement.blur()")
    bob.tool("The tomatoes are in", "React")
    bob.wait(lambda: [e for e in bob.all(".emoji-picker button") if e.text == "🎉"], "emoji")[0].click()
    alice.wait(lambda: alice.all("[data-emoji='🎉']"), "reaction")
    alice.pictures("room")
    bob.go("#/rooms")
    bob.find(".cards li")
    bob.pictures("rooms")
    alice.tool("I can, in the evening", "React")
    alice.find(".emoji-picker button")
    alice.pictures("emoji")
    alice.script("document.querySelector('.emoji-picker').hidePopover()")
    alice.emulate(390, 844)
    alice.go("#/")
    alice.wait(lambda: alice.all(".room-list a"), "list of rooms")
    alice.pictures("list")
