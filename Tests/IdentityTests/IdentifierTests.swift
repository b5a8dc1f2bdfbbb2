import Testing

@testable import Identity

@Suite("Names and ids")
struct IdentifierTests {
    @Test(
        "user names are what the protocol says",
        arguments: [
            ("a", true), ("alice", true), ("0", true), ("a.b_c-d", true),
            ("a" + String(repeating: "-", count: 31), true),
            ("", false), ("A", false), (".a", false), ("_a", false), ("-a", false), ("a b", false), ("ä", false),
            ("a\u{0}", false), ("a\n", false), ("a/b", false), (String(repeating: "a", count: 33), false),
        ])
    func usernames(_ text: String, _ isGood: Bool) {
        #expect((Username(text) != nil) == isGood)
        #expect(Array(text.utf8).withUnsafeBytes { Username(utf8: $0)?.text } == (isGood ? text : nil))
    }

    @Test("session ids are 22 digits with one spelling, and never the same")
    func sessions() throws {
        let ids = try (0..<1000).map { _ in try SessionID.random() }
        #expect(Set(ids).count == ids.count)
        for id in ids.prefix(100) {
            #expect(id.text.utf8.count == 22)
            #expect(SessionID(id.text) == id)
        }
        for text in [
            "", "x", "AAAAAAAAAAAAAAAAAAAAAB", "AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAAA==",
        ] {
            #expect(SessionID(text) == nil)
        }
    }

    @Test("key ids are letters, digits, hyphens and underscores")
    func keys() throws {
        #expect(KeyID(try KeyID.random().text) != nil)
        for text in ["", "a b", "é", "a.b", String(repeating: "a", count: 33)] { #expect(KeyID(text) == nil) }
    }

    @Test(
        "settings outside their range are refused",
        arguments: [
            { @Sendable (configuration: inout IdentityConfiguration) in configuration.issuer = "" },
            { $0.issuer = #"a"b"# }, { $0.audience = #"a\b"# }, { $0.audience = "é" },
            { $0.issuer = String(repeating: "a", count: 129) }, { $0.accessLifetime = .milliseconds(999) },
            { $0.accessLifetime = .seconds(86_401) }, { $0.refreshIdleLifetime = .zero },
            { $0.refreshAbsoluteLifetime = .seconds(-5) }, { $0.refreshAbsoluteLifetime = .seconds(Int64.max) },
            { $0.refreshGrace = .seconds(-1) }, { $0.passwordThreads = 0 }, { $0.passwordQueue = -1 },
        ] as [@Sendable (inout IdentityConfiguration) -> Void])
    func configuration(_ change: @Sendable (inout IdentityConfiguration) -> Void) throws {
        var configuration = IdentityConfiguration()
        try configuration.validate()
        change(&configuration)
        #expect(throws: IdentityError(.invalidConfiguration, "")) { try configuration.validate() }
    }
}
