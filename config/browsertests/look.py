"""How it looks, and whether everybody can use it."""

from importlib import resources

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
    alice.go("#/room/general")
    alice.press("Members")
    alice.find(".member-name")
    axe(alice, "members")
    alice.press("Search")
    axe(alice, "search")
    alice.emulate_nothing()


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
