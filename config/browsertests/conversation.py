"""Talking: rooms, direct chats, what can be done with a message, and text that tries to be more than text."""

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browsertests.stage import say
from smoke import check

# What would do something if it were ever read as markup, script or an address.
HOSTILE = [
    "<script>window.injected = 1</script>",
    "<img src=x onerror=\"window.injected = 1\">",
    "<svg onload=\"window.injected = 1\"></svg>",
    "\"><iframe srcdoc=\"<script>parent.injected = 1</script>\"></iframe>",
    "'-window.injected=1-'",
    "${window.injected = 1}{{constructor.constructor('window.injected = 1')()}}",
    "javascript:window.injected=1",
    "[press](javascript:window.injected=1) [and](data:text/html,<script>window.injected=1</script>)",
    "[![x](javascript:window.injected=1)](https://example.org/\"onmouseover=\"window.injected=1)",
    "https://example.org/\"onmouseover=\"window.injected=1",
    "<a href=\"javascript:window.injected=1\">press</a>",
    "```\n</code></pre><img src=x onerror=window.injected=1>\n```",
    "> <b onclick=window.injected=1>quote</b>\n- <i>item</i>\n1. **<u>bold</u>** @<script>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.injected=1>",
    "&lt;b&gt; &amp; &#60;b&#62; <b>bold</b>",
    "\u202e reversed \u202c \u200f right",
    "*" * 500 + "_" * 500 + "`" * 499 + "[" * 500,
    "--><!-- ]]> </textarea></title></style></noscript>",
]


def chat(stage, alice, bob):
    say("both chat in the first room, with Markdown and links")
    for page in (alice, bob):
        page.in_room("general")
    alice.write("Hello, Bob! Did the link work?")
    bob.sees("Hello, Bob! Did the link work?")
    bob.write("It did. Nobody had to explain anything.")
    bob.write("Here is the **plan**:\n- read https://example.org/plan?x=1.\n- 讨论一下 🙂\n\n> quoted\n```swift\nlet a = \"<b>\"\n```")
    alice.sees("Here is the **plan**: - read https://example.org/plan?x=1.- 讨论一下 🙂 quoted let a = \"<b>\"")
    seen = alice.script("""
        const text = [...document.querySelectorAll('.text')].at(-1);
        const link = text.querySelector('a');
        return [link.href, link.rel, link.target, text.querySelectorAll('ul li').length,
            text.querySelector('strong').textContent, text.querySelector('blockquote').textContent,
            text.querySelector('pre code').textContent];""")
    check(seen == ["https://example.org/plan?x=1", "noopener noreferrer nofollow", "_blank", 2, "plan", "quoted",
                   "let a = \"<b>\""], f"the Markdown is {seen}")
    alice.wait(lambda: "Bob Brown" in alice.find(".messages").text, "name of bob")


def direct(stage, alice, bob):
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
    check(alice.find(".is-new"), "no line above what is new")
    alice.wait(lambda: not alice.driver.title.startswith("("), "title without a number")
    alice.write("Just between us, too")
    bob.sees("Just between us, too")
    bob.pictures("direct")
    alice.driver.refresh()
    alice.online()
    alice.sees("Just between us")
    check(alice.script("return document.querySelectorAll('.is-unread').length") == 0, "a read room is unread again")


def notifications(stage, alice, bob):
    say("a mention is told as a notification and to screen readers; a draft outlives the page; nothing else is told")
    for page in (alice, bob):
        page.in_room("general")
    # Recorded in place of the desktop, which a headless browser does not have; bob looks elsewhere.
    bob.driver.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["notifications"]})
    bob.go("#/account")
    bob.fill_choice("notifications", "mine")
    bob.in_room("general")
    bob.script("""
        window.told = [];
        window.Notification = class {
            static permission = 'granted';
            constructor(title, options) { window.told.push([title, options.body, options.tag]); }
            close() {}
        };
        document.hasFocus = () => false;""")
    alice.write("Nobody in particular")
    bob.wait(lambda: bob.script("return document.getElementById('announcements').textContent").endswith(
        "Nobody in particular"), "words for screen readers")
    alice.write("A question for @bob")
    bob.wait(lambda: bob.script("return window.told.length"), "notification")
    told = bob.script("return window.told")
    check(len(told) == 1 and told[0][:2] == ["Alice Adams · general", "A question for @bob"], f"told is {told}")
    check(told[0][2].startswith("general "), f"the notification is called {told[0][2]}")
    bob.type("not yet sent")
    bob.driver.refresh()
    bob.wait(lambda: bob.find(".composer textarea").get_attribute("value") == "not yet sent", "draft")
    bob.find(".composer textarea").clear()
    bob.type("")
    check("parley.draft.general" not in bob.stored(), "an empty draft is kept")


def replies(stage, alice, bob):
    say("an answer, from the keyboard alone; a mention is completed")
    for page in (alice, bob):
        page.in_room("general")
    bob.write("Who brings the cake?")
    alice.sees("Who brings the cake?")
    # From the list: up to the newest message, R, type, Enter.
    alice.script("document.querySelector('.scroller').focus()")
    alice.driver.switch_to.active_element.send_keys(Keys.ARROW_UP)
    alice.wait(lambda: "Who brings" in alice.driver.switch_to.active_element.text, "focus on the newest message")
    alice.driver.switch_to.active_element.send_keys("r")
    alice.wait(lambda: "Reply to Bob Brown" in alice.find(".composer-about").text, "line on the answer")
    box = alice.driver.switch_to.active_element
    box.send_keys("I do, @bo")
    alice.wait(lambda: alice.find(".completion [role=option]").text.endswith("@bob"), "completion")
    box.send_keys(Keys.ENTER)
    box.send_keys("and you?", Keys.ENTER)
    bob.sees("I do, @bob and you?")
    row = bob.row("I do, @bob and you?")
    check(row.find_element(By.CSS_SELECTOR, ".mention.is-me").text == "@bob", "bob's mention does not stand out")
    quote = row.find_element(By.CSS_SELECTOR, ".quote")
    bob.wait(lambda: "Who brings the cake?" in quote.text, "quoted message")
    quote.click()
    bob.wait(lambda: "Who brings the cake?" in bob.driver.switch_to.active_element.text, "jump to the original")


def hostile(stage, alice, bob):
    say("text that tries to be markup stays text, in every field")
    bob.go("#/account")
    for name in HOSTILE[:3]:
        bob.fill(name=name)
        bob.submit("form[aria-label='Profile']")
        bob.wait(lambda: bob.find(".sidebar-foot strong").text == name, f"name {name}")
    for page in (alice, bob):
        page.in_room("general")
    for text in HOSTILE:
        bob.write(text)
        alice.wait(lambda: bob.messages() == bob.messages(pending=False), "end of sending")
    alice.sees(HOSTILE[-1])
    for text in HOSTILE:
        # The name of a language is not shown; all else is, letter by letter, but for the marks that were understood.
        if "[" not in text and "```" not in text and "1." not in text:
            alice.sees(text)
    alice.driver.refresh()
    alice.sees(HOSTILE[-1])
    alice.wait(lambda: HOSTILE[2] in alice.find(".messages").text, "bob's name as text")
    alice.go("#/rooms")
    alice.fill(id="hostile", title=HOSTILE[1], topic=HOSTILE[0])
    alice.submit("form[aria-label='Create a room']")
    alice.heading(HOSTILE[1])
    alice.in_room("general")
    for page in (alice, bob):
        found = page.script(
            "return document.querySelectorAll('#app script, #app .text img, #app .text svg, #app iframe, #app math, "
            "#app [onerror], #app [onload], #app [onclick], #app [onmouseover], #app a[href^=javascript], "
            "#app a[href^=data]').length")
        check(found == 0, f"{page.name}: {found} elements were made of text")
    # Even where a script tries: the policy of the page lets no text become markup.
    refused = alice.script("""
        try { document.createElement('div').innerHTML = '<b>x</b>'; return 'set'; } catch (error) { return error.name; }""")
    check(refused == "TypeError", f"innerHTML was {refused}")
    complaints = alice.complaints()
    check(len(complaints) == 1 and "TrustedHTML" in complaints[0], f"the console says {complaints}")
    bob.go("#/account")
    bob.fill(name="Bob Brown")
    bob.submit("form[aria-label='Profile']")
    bob.wait(lambda: bob.find(".sidebar-foot strong").text == "Bob Brown", "bob's old name")
    alice.in_room("hostile")
    alice.press("Members")
    alice.press("Delete the room")
    alice.confirm()
    alice.wait(lambda: "onerror" not in alice.find(".rooms").text, "end of the room")


