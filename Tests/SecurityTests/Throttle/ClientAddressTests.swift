import ParleyClient
import TestSupport
import Testing

@testable import ParleyServer

@Suite("The address of a client")
struct ClientAddressTests {
    private func address(_ proxies: String, peer: String, _ forwarded: String...) throws -> String {
        let configuration = try ParleyConfiguration.load(
            file: nil, environment: [:], overrides: proxies.isEmpty ? [:] : ["server.trusted_proxies": proxies])
        return ClientAddress(server: configuration.server)
            .client(peer: try #require(IPAddress(peer)), forwarded: forwarded).description
    }

    @Test("is the peer's where the peer is no trusted proxy, whatever it says")
    func untrusted() throws {
        for proxies in ["", "10.0.0.0/8", "192.0.2.2,2001:db8::/32"] {
            #expect(try address(proxies, peer: "192.0.2.1", "198.51.100.7") == "192.0.2.1")
            #expect(try address(proxies, peer: "192.0.2.1", "10.0.0.1, 192.0.2.2", "10.0.0.2") == "192.0.2.1")
        }
    }

    @Test("is the last one that no trusted proxy has: what stands before it may be made up")
    func trusted() throws {
        let proxies = "10.0.0.0/8,2001:db8:1::/48"
        #expect(try address(proxies, peer: "10.0.0.1", "198.51.100.7") == "198.51.100.7")
        #expect(try address(proxies, peer: "10.0.0.1", "203.0.113.9, 198.51.100.7") == "198.51.100.7")
        #expect(try address(proxies, peer: "10.0.0.1", "203.0.113.9,\t198.51.100.7 , 10.9.9.9") == "198.51.100.7")
        #expect(try address(proxies, peer: "10.0.0.1", "203.0.113.9", "198.51.100.7", "10.9.9.9") == "198.51.100.7")
        #expect(try address(proxies, peer: "2001:db8:1::5", "2001:db8:2::1") == "2001:db8:2::1")
        // A dual-stack listener sees IPv4 peers as mapped addresses.
        #expect(try address(proxies, peer: "::ffff:10.0.0.1", "::ffff:198.51.100.7") == "198.51.100.7")
        #expect(try address(proxies, peer: "11.0.0.1", "198.51.100.7") == "11.0.0.1")
        #expect(try address(proxies, peer: "2001:db8:2::5", "198.51.100.7") == "2001:db8:2::5")
    }

    @Test("is the proxy's where it says nothing that is an address")
    func garbage() throws {
        for words in [
            "", " ", ",", "unknown", "198.51.100.7:443", "[2001:db8::1]", "198.51.100", "localhost", "0x7f.1",
        ] {
            #expect(try address("10.0.0.1", peer: "10.0.0.1", words) == "10.0.0.1", "\(words)")
            // Behind what is none, nothing is believed.
            #expect(try address("10.0.0.1", peer: "10.0.0.1", "203.0.113.9, \(words)") == "10.0.0.1", "\(words)")
        }
        #expect(try address("10.0.0.0/8", peer: "10.0.0.1", "10.0.0.3, 10.0.0.2") == "10.0.0.3")
    }

    @Test("of a session is the forwarded one behind a trusted proxy only, over HTTP", arguments: [true, false])
    func session(_ isTrusted: Bool) async throws {
        try await TestServer.run(isTrusted ? ["server.trusted_proxies": "127.0.0.0/8"] : [:]) { server in
            _ = try await server.access.register("alice")
            let login = try await server.access.send(
                try RawRequest(
                    "POST", "/api/v1/auth/login",
                    json: ["username": "alice", "password": .string(TestLogin.password)],
                    headers: [("X-Forwarded-For", "203.0.113.9, 198.51.100.7")]))
            let sessions = try await server.access.get("/api/v1/sessions", try TestLogin(login))
            let own = sessions.json["items"]?.array?.first { $0["current"] == true }
            #expect(own?["address"] == .string(isTrusted ? "198.51.100.7" : "127.0.0.1"))
        }
    }
}
