"""Coming in, second factors, sessions and their end, administration, the other language."""

import base64
import hashlib
import hmac
import json
import secrets
import struct
import time

from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from browsertests.stage import say
from smoke import check


def first_account(stage):
    """The first account by the printed link, and a second one by an invite: the two pages."""
    say("the first account by the printed link")
    link = stage.server.output.wait(r"https://\S+/#/first-account\?invite=\S+", "one-time link").group(0)
    alice, bob = stage.page("alice"), stage.page("bob")
    alice.open(link)
    alice.heading("Create the first account")
    alice.pictures("first-account")
    alice.fill(username="alice", name="Alice Adams", password="short")
    alice.script("document.querySelector('form').noValidate = true")
    alice.submit()
    alice.wait(lambda: "8 to 256 characters" in alice.text(), "words on the short password")
    alice.fill(password=stage.password("alice"))
    alice.submit()
    alice.online()
    check("invite=" not in alice.driver.current_url, "the secret of the invite stays in the address")

    say("an invite made in the browser, and bob's account by it")
    alice.go("#/administration")
    alice.press("Make an invite link")
    invite = alice.find(".invite-link").get_attribute("value")
    alice.pictures("administration")
    bob.open("")
    bob.heading("Log in")
    bob.pictures("log-in")
    bob.open(invite.replace("invite=", "invite=x"))
    bob.heading("Create your account")
    bob.fill(username="bob", password=stage.password("bob"))
    bob.submit()
    bob.wait(lambda: "Ask for a new link" in bob.text(), "words on the bad invite")
    bob.open(invite)
    bob.driver.refresh()
    bob.heading("Create your account")
    bob.fill(username="bob", name="Bob Brown", password=stage.password("bob"))
    bob.submit()
    bob.online()
    return alice, bob


def one_time_code(secret, at):
    """RFC 6238 with SHA-1, six digits and thirty seconds."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def second_factor(stage, bob):
    say("a second factor: set up by its QR code, asked for at login, and a recovery code in its place")
    bob.go("#/account")
    bob.press("Set it up")
    secret = bob.find(".secret").text
    side = bob.script("return document.querySelector('.qr').viewBox.baseVal.width")
    check(side >= 21 + 8, f"the QR code is {side} modules wide")
    bob.script("document.querySelector('.qr').scrollIntoView({block: 'center'})")
    bob.pictures("second-factor")
    bob.fill(code="000000")
    bob.press("Turn it on")
    bob.wait(lambda: "This code is wrong" in bob.text(), "words on the wrong code")
    bob.fill(code=one_time_code(secret, time.time() - 30))
    bob.press("Turn it on")
    codes = bob.wait(lambda: [e.text for e in bob.all(".codes code")], "recovery codes")
    bob.script("document.querySelector('.codes').scrollIntoView({block: 'center'})")
    bob.pictures("recovery-codes")
    bob.press("I have kept them")
    bob.wait(lambda: "10 recovery codes are left" in bob.text(), "state of the second factor")

    for kind, code in (("app", one_time_code(secret, time.time())), ("recovery", codes[0])):
        other = stage.page(f"bob-{kind}", "390,844")
        other.log_in("bob", stage.password("bob"))
        other.wait(lambda: "This account has a second factor" in other.text(), "question for the code")
        if kind == "app":
            other.pictures("log-in-code")
        other.fill(totp=code)
        other.submit()
        other.online()
        other.go("#/")
        other.press("Log out")
        other.heading("Log in")
        other.driver.quit()
        stage.pages.remove(other)
    bob.driver.refresh()
    bob.wait(lambda: "9 recovery codes are left" in bob.text(), "one recovery code less")
    bob.fill(password=stage.password("bob"))
    bob.press("Turn it off")
    bob.wait(lambda: "It is off." in bob.text(), "second factor off")


def sessions(stage, alice):
    say("another session of alice is ended in her account, with the receipt")
    other = stage.page("alice-phone", "390,844")
    other.open("")
    other.fill(username="alice", password="not this one")
    other.submit()
    other.wait(lambda: "username or the password is wrong" in other.text(), "words on the wrong password")
    other.fill(password=stage.password("alice"))
    other.submit()
    other.online()
    alice.go("#/account")
    alice.wait(lambda: "End" in [b.text for b in alice.driver.find_elements(By.CSS_SELECTOR, "td button")], "session")
    alice.press("End", "table")
    other.heading("This session has ended")
    alice.wait(lambda: "1 session ended" in alice.find(".receipt").text, "receipt")
    alice.pictures("account")
    other.press("Log in again")
    other.fill(username="alice", password=stage.password("alice"))
    other.submit()
    other.online()
    alice.driver.refresh()
    alice.press("End all other sessions")
    other.heading("This session has ended")
    return other


def administration(stage, alice, other):
    say("an administrator ends the sessions of carol, disables her account, and reads the audit log")
    alice.go("#/administration")
    alice.press("Make an invite link")
    invite = alice.find(".invite-link").get_attribute("value")
    other.open(invite)
    other.fill(username="carol", password=stage.password("carol"))
    other.submit()
    other.online()
    alice.driver.refresh()
    rows = lambda label: alice.driver.find_elements(By.CSS_SELECTOR, f"table[aria-label={label}] tbody tr")
    alice.wait(lambda: len(rows("Users")) == 3, "three users")
    alice.wait(lambda: len(rows("Sessions")) >= 3, "their sessions")
    alice.find("button[aria-label='End all sessions of carol']").click()
    other.heading("This session has ended")
    alice.wait(lambda: "1 session ended · 1 connection closed" in alice.find(".receipt").text, "receipt")
    alice.pictures("administration-receipt")
    other.log_in("carol", stage.password("carol"))
    other.online()
    alice.press("What to do with carol")
    alice.press("Disable the account")
    alice.confirm()
    other.heading("This session has ended")
    check("disabled" in other.text(), "the page does not say that the account is disabled")
    alice.wait(lambda: "disabled" in alice.find("table[aria-label=Users]").text, "the disabled account")
    alice.press("What to do with carol")
    alice.press("Enable the account")
    alice.wait(lambda: "disabled" not in alice.find("table[aria-label=Users]").text, "the enabled account")
    alice.wait(lambda: "revocation" in alice.find("table[aria-label=Audit]").text, "revocation in the audit log")
    alice.press("Verify the chain")
    alice.wait(lambda: "The chain is whole" in alice.text(), "verified chain")
    alice.script("document.querySelector('table[aria-label=Audit]').scrollIntoView()")
    alice.pictures("audit")


def role(stage, alice, bob):
    say("bob becomes an administrator and is one no longer: his page follows at once")
    administration = lambda: "Administration" in bob.find(".page-list").text
    bob.go("#/account")
    bob.heading("Account")
    check(not administration(), "the page of administrators is offered to bob")
    # Another page between: the one of before may be scrolled down.
    alice.go("#/rooms")
    alice.heading("Rooms")
    alice.go("#/administration")
    alice.press("What to do with bob")
    alice.press("Make administrator")
    bob.wait(administration, "way to the page of administrators")
    bob.press("Administration", ".page-list")
    bob.wait(lambda: "@carol" in bob.find("table[aria-label=Users]").text, "users")
    alice.press("What to do with bob")
    alice.press("Make plain user")
    bob.wait(lambda: "You may not do that" in bob.find("main").text, "words on the closed page")
    bob.wait(lambda: not administration(), "end of the way there")
    check(not bob.all("main table"), "bob still sees what administrators see")


def password(stage, alice):
    say("alice changes her password")
    old = stage.password("alice")
    alice.go("#/account")
    alice.fill(current="not the password", new="Another password")
    alice.submit("form[aria-label='Change the password']")
    alice.wait(lambda: "This is not your password" in alice.text(), "words on the wrong password")
    stage.passwords["alice"] = secrets.token_urlsafe(12)
    alice.fill(new=stage.password("alice"))
    alice.fill(current=old)
    alice.submit("form[aria-label='Change the password']")
    alice.wait(lambda: alice.find(".receipt"), "receipt")


def revocation(stage, bob, tab):
    say("bob's session is revoked from the command line: the page tells within a second, and nothing is left")
    bob.in_room("general")
    bob.wait(lambda: "rooms/general" in bob.stored(), "history kept for the next start")
    receipt = json.loads(stage.parley("session", "revoke", "--user", "bob", "--json"))
    started = time.monotonic()
    bob.heading("This session has ended")
    took = time.monotonic() - started
    check(receipt["complete"] and receipt["revoked_sessions"] == 1, f"the receipt is {receipt}")
    check(took < 1, f"the page told after {took:.2f} s")
    say(f"    it told after {took * 1000:.0f} ms")
    bob.wait(lambda: bob.stored() == [], "empty storage")
    check(not bob.messages(), "messages are left on the page")
    bob.pictures("ended")
    first = bob.driver.current_window_handle
    bob.driver.switch_to.window(tab)
    bob.heading("This session has ended")
    check(bob.stored() == [], f"left in the browser: {bob.stored()}")
    bob.driver.close()
    bob.driver.switch_to.window(first)
    bob.press("Log in again")
    bob.heading("Log in")


def log_out(stage, alice):
    say("log out; the other language")
    alice.go("#/account")
    alice.press("Log out")
    alice.heading("Log in")
    check(alice.stored() == [], f"left in the browser: {alice.stored()}")
    Select(alice.find("select.language")).select_by_value("zh-Hans")
    alice.heading("登录")
    alice.fill(username="alice", password=stage.password("alice"))
    alice.submit()
    alice.online()
    alice.go("#/account")
    alice.heading("账户")
    alice.pictures("account-chinese")
    alice.in_room("general")
    alice.pictures("room-chinese")
