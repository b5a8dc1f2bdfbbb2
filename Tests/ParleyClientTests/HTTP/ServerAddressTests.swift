import ParleyClient
import Testing

@Suite struct ServerAddressTests {
    @Test(
        "A base URL gives host, port, authority and origin",
        arguments: [
            ("https://localhost:8443", "localhost", 8443, "localhost:8443"),
            ("https://chat.example/", "chat.example", 443, "chat.example"),
            ("HTTPS://chat.example:443", "chat.example", 443, "chat.example"),
            ("wss://127.0.0.1:1", "127.0.0.1", 1, "127.0.0.1:1"), ("https://[::1]:8443", "::1", 8443, "[::1]:8443"),
            ("https://[::1]", "::1", 443, "[::1]"),
        ])
    func valid(url: String, host: String, port: Int, authority: String) throws {
        let address = try ServerAddress(url: url)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.authority == authority)
        #expect(address.origin == "https://" + authority)
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "", "localhost:8443", "http://localhost", "https://", "https://:8443", "https://a:0", "https://a:65536",
            "https://a:b", "https://a:", "https://a/b", "https://a?b", "https://u@a", "https://[::1", "https://[::1]x",
            "https://a b", "https://a\r\nx",
        ])
    func invalid(url: String) {
        #expect(throws: ClientError(.invalidURL, "")) { try ServerAddress(url: url) }
    }
}
