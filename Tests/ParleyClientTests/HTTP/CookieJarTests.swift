import Testing

@testable import ParleyClient

@Suite struct CookieJarTests {
    private let now = ContinuousClock.now
    private let access = "__Host-parley_access=AAA; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=Strict"
    private let refresh = "__Secure-parley_refresh=RRR; max-age=1200; Path=/api/v1/auth; HttpOnly; Secure"

    private func jar() -> CookieJar {
        var jar = CookieJar()
        jar.received(setCookie: access, at: now)
        jar.received(setCookie: refresh, at: now)
        return jar
    }

    @Test(
        "The refresh token goes to its path only",
        arguments: [
            ("/ws", false), ("/api/v1/me", false), ("/api/v1/auth", true), ("/api/v1/auth/refresh", true),
            ("/api/v1/auth?x=1", true), ("/api/v1/authority", false), ("/api/v1/", false),
        ])
    func paths(path: String, hasRefresh: Bool) {
        let expected = hasRefresh ? "__Host-parley_access=AAA; __Secure-parley_refresh=RRR" : "__Host-parley_access=AAA"
        #expect(jar().header(for: path, at: now) == expected)
    }

    @Test("A cookie lives as long as its Max-Age")
    func life() {
        let jar = jar()
        #expect(jar.header(for: "/ws", at: now + .seconds(599)) != nil)
        #expect(jar.header(for: "/ws", at: now + .seconds(600)) == nil)
        #expect(jar.canRefresh(at: now + .seconds(1199)))
        #expect(!jar.canRefresh(at: now + .seconds(1200)))
    }

    @Test("A refresh is due after four fifths of the access token's life")
    func due() {
        #expect(jar().refreshDue == now + .seconds(480))
        #expect(CookieJar().refreshDue == nil)
    }

    @Test(
        "Clearing forgets a cookie",
        arguments: [
            "__Host-parley_access=; Max-Age=0", "__Host-parley_access=x; Max-Age=0",
            "__Host-parley_access=x; Max-Age=-1",
        ])
    func clearing(header: String) {
        var jar = jar()
        jar.received(setCookie: header, at: now)
        #expect(jar.header(for: "/ws", at: now) == nil)
        #expect(jar.canRefresh(at: now))
    }

    @Test(
        "Other cookies and malformed headers are ignored",
        arguments: ["a=b", "", ";", "=x", "novalue", "a=b; Max-Age=99999999999999999999"])
    func others(header: String) {
        var jar = CookieJar()
        jar.received(setCookie: header, at: now)
        #expect(jar.header(for: "/api/v1/auth", at: now) == nil)
    }

    @Test("An enormous Max-Age does no harm")
    func enormous() {
        var jar = CookieJar()
        jar.received(setCookie: "__Host-parley_access=A; Max-Age=9223372036854775807", at: now)
        #expect(jar.header(for: "/ws", at: now) != nil)
        #expect(jar.refreshDue != nil)
    }

    @Test("Nothing prints the values")
    func redaction() {
        let jar = jar()
        var dumped = ""
        dump(jar, to: &dumped)
        for text in ["\(jar)", String(reflecting: jar), dumped, "\([jar])"] {
            #expect(!text.contains("AAA") && !text.contains("RRR"), "\(text)")
        }
    }
}
