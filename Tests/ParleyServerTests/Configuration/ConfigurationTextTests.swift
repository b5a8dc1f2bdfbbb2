import Testing

@testable import ParleyServer

@Suite("Texts of the configuration")
struct ConfigurationTextTests {
    @Test(
        "durations are one number and one unit",
        arguments: [
            ("500ms", .milliseconds(500)), ("25s", .seconds(25)), ("10m", .seconds(600)), ("24h", .seconds(86_400)),
            ("14d", .seconds(14 * 86_400)), ("0s", .zero), ("", nil), ("s", nil), ("25", nil), ("25 s", nil),
            ("-1s", nil), ("+1s", nil), ("1.5s", nil), ("1h30m", nil), ("1w", nil), ("25S", nil),
            ("99999999999999999999d", nil), ("9223372036854775807d", nil), ("१s", nil),
        ] as [(String, Duration?)])
    func durations(text: String, duration: Duration?) {
        #expect(DurationText.parse(text) == duration)
    }

    @Test(
        "durations are written in the largest unit that divides them",
        arguments: ["1ms", "1500ms", "25s", "10m", "36h", "14d"])
    func durationsRoundTrip(text: String) throws {
        #expect(DurationText.format(try #require(DurationText.parse(text))) == text)
    }

    @Test(
        "sizes are one number and a binary unit, or bytes",
        arguments: [
            ("512B", 512), ("64KiB", 65_536), ("25MiB", 25 << 20), ("1GiB", 1 << 30), ("4096", 4096), ("", nil),
            ("KiB", nil), ("64KB", nil), ("64K", nil), ("64kib", nil), ("-1KiB", nil), ("1.5MiB", nil), ("64 KiB", nil),
            ("9223372036854775807GiB", nil), ("99999999999999999999", nil),
        ] as [(String, Int?)])
    func sizes(text: String, bytes: Int?) {
        #expect(ByteSizeText.parse(text) == bytes)
    }

    @Test(
        "sizes are written in the largest unit that divides them", arguments: ["1B", "1500B", "64KiB", "25MiB", "1GiB"])
    func sizesRoundTrip(text: String) throws {
        #expect(ByteSizeText.format(try #require(ByteSizeText.parse(text))) == text)
    }

    @Test(
        "a listening address is a host and a port, IPv6 in brackets",
        arguments: [
            ("0.0.0.0:8443", "0.0.0.0", 8443), ("[::]:8443", "::", 8443), ("[::1]:0", "::1", 0),
            ("localhost:65535", "localhost", 65_535), ("chat.example.org:443", "chat.example.org", 443),
        ])
    func listenAddresses(text: String, host: String, port: Int) throws {
        let address = try #require(ListenAddress(text))
        #expect(address == ListenAddress(host: host, port: port))
        #expect(address.description == text)
    }

    @Test(
        "what is no listening address is refused",
        arguments: [
            "", ":", ":8443", "localhost", "localhost:", "localhost:65536", "localhost:-1", "::1:8443", "[::1]",
            "[::1]8443", "[localhost]:1", "[127.0.0.1]:1", "a b:1", "-a:1", "a..b:1", "https://a:1", "a:1/",
        ])
    func notListenAddresses(text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test(
        "origins have one normal form",
        arguments: [
            ("https://chat.example.org", "https://chat.example.org"),
            ("https://Chat.Example.ORG:443", "https://chat.example.org"),
            ("http://localhost:80", "http://localhost"), ("https://[::1]:8443", "https://[::1]:8443"),
            ("https://[0:0:0:0:0:0:0:1]:8443", "https://[::1]:8443"),
            ("https://127.0.0.1:8443", "https://127.0.0.1:8443"),
        ])
    func origins(text: String, normal: String) throws {
        #expect(try #require(WebOrigin(text)).description == normal)
    }

    @Test(
        "what is no origin is refused",
        arguments: [
            "", "null", "*", "https://", "https://a/", "https://a/b", "https://a?b", "https://u@a", "https://a:0",
            "https://a:65536", "https://a:", "https://a:x", "ftp://a", "HTTPS://a", "https://[::1", "https://[::1]x",
            "https://[127.0.0.1]", "https://a b", "https://ä", "https://a,https://b", " https://a", "//a",
        ])
    func notOrigins(text: String) {
        #expect(WebOrigin(text) == nil)
    }

    @Test(
        "address ranges hold their addresses and no others",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false), ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false), ("0.0.0.0/0", "255.255.255.255", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false), ("::/0", "::2", true),
            ("10.1.2.3/8", "10.9.9.9", true), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
            ("::ffff:10.0.0.0/104", "10.1.1.1", true),
            ("0.0.0.0/0", "::2", false), ("::/0", "1.2.3.4", false), ("2001:db8::1/128", "2001:db8::1", true),
            ("192.0.2.128/25", "192.0.2.127", false),
        ])
    func addressRanges(range: String, address: String, isInside: Bool) throws {
        let parsed = try #require(AddressRange(range))
        #expect(parsed.contains(try #require(IPAddress(address))) == isInside)
    }

    @Test(
        "what is no address range is refused",
        arguments: [
            "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0/8", "::/129", "::ffff:10.0.0.0/95", "10.0.0.0/8/8", "a",
            "10.0.0.0/-1",
        ])
    func notAddressRanges(text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test(
        "addresses are written in their canonical form",
        arguments: [("2001:DB8:0:0::1", "2001:db8::1"), ("::ffff:1.2.3.4", "1.2.3.4")])
    func addresses(text: String, canonical: String) throws {
        #expect(try #require(IPAddress(text)).description == canonical)
    }

    @Test(
        "a mistyped name finds its neighbour",
        arguments: [
            ("server.listn", "server.listen"), ("sever.listen", "server.listen"),
            ("limits.frame_byte", "limits.frame_bytes"),
            ("listen", "server.listen"), ("limit.connections_per_users", "limits.connections_per_user"),
        ])
    func nearestName(written: String, meant: String) {
        #expect(NearestName.find(written, in: ConfigurationKey.all.map(\.name)) == meant)
    }
}
