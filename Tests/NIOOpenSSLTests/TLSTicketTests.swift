import COpenSSL
import NIOCore
import Synchronization
import Testing

@testable import NIOOpenSSL

@Suite("Session tickets")
struct TLSTicketTests {
    /// A clock that stands still until it is moved.
    private final class HandClock: Sendable {
        let time = Mutex(ContinuousClock.now)
        func advance(_ duration: Duration) { time.withLock { $0 = $0.advanced(by: duration) } }
        func now() -> ContinuousClock.Instant { time.withLock { $0 } }
    }

    private func name(_ keys: TLSTicketKeys) throws -> [UInt8] {
        try #require(keys.withSealingKey { Array($0.name) })
    }

    private func choice(_ keys: TLSTicketKeys, _ name: [UInt8]) -> TLSTicketKeys.Choice {
        name.withUnsafeBytes { keys.withOpeningKey(named: $0) { $1 } ?? .none }
    }

    @Test("a key seals for one rotation, opens for another, and is gone after that")
    func rotation() throws {
        let clock = HandClock()
        let keys = TLSTicketKeys(rotation: .seconds(100), now: { clock.now() })
        let first = try name(keys)
        clock.advance(.seconds(99))
        #expect(try name(keys) == first)
        clock.advance(.seconds(1))
        let second = try name(keys)
        #expect(second != first)
        #expect(choice(keys, first) == .previous)
        #expect(choice(keys, second) == .current)
        clock.advance(.seconds(100))
        #expect(choice(keys, first) == .none)
        #expect(choice(keys, second) == .previous)
        clock.advance(.seconds(1000))
        #expect(choice(keys, second) == .none)
    }

    private func resumes(_ client: TLSContext, _ server: TLSContext) throws -> Bool {
        let pair = try Pair(client: client, server: server).handshake()
        // A TLS 1.3 ticket reaches the client with the first thing it reads.
        pair.server.say("x")
        pair.carry()
        let resumed = pair.client.app.handshakes.map(\.isResumed)
        #expect(resumed == pair.server.app.handshakes.map(\.isResumed))
        return try #require(resumed.first as Bool?)
    }

    @Test(
        "a client comes back with its ticket, through one rotation but not two", arguments: [TLSVersion.tls12, .tls13])
    func resumption(version: TLSVersion) throws {
        let clock = HandClock()
        let keys = TLSTicketKeys(rotation: .seconds(100), now: { clock.now() })
        let server = try Contexts.server(tickets: keys)
        let client = try Contexts.client(maximum: version)
        #expect(try !resumes(client, server))
        #expect(try resumes(client, server))
        clock.advance(.seconds(150))
        #expect(try resumes(client, server))
        clock.advance(.seconds(201))
        #expect(try !resumes(client, server))
    }

    @Test("a connection that was cut does not take its ticket with it, one that broke the protocol does")
    func resumptionAfterTheEnd() throws {
        let server = try Contexts.server()
        let client = try Contexts.client()
        let cut = try Pair(client: client, server: server).handshake()
        cut.server.say("x")
        cut.carry()
        cut.client.vanish()
        #expect(try resumes(client, server))
        let broken = try Pair(client: client, server: server).handshake()
        broken.server.say("x")
        broken.carry()
        broken.client.deliver(ByteBuffer(string: "no record at all"))
        broken.client.vanish()
        #expect(try !resumes(client, server))
    }

    @Test("connections that begin at the same time all resume where as many sessions are kept", arguments: [1, 2])
    func severalSessions(kept: Int) throws {
        let server = try Contexts.server()
        let client = try Contexts.client(sessionsPerHost: kept)
        func together() throws -> [Pair] {
            let pairs = try (0..<2).map { _ in try Pair(client: client, server: server) }
            for pair in pairs {
                try pair.server.connect()
                try pair.client.connect()
            }
            for pair in pairs {
                pair.carry()
                pair.server.say("x")
                pair.carry()
            }
            return pairs
        }
        #expect(try together().flatMap { $0.client.app.handshakes.map(\.isResumed) } == [false, false])
        #expect(try together().flatMap { $0.client.app.handshakes.map(\.isResumed) } == [true, kept == 2])
    }

    @Test("another server's keys do not open a ticket; the handshake is a full one")
    func foreignKeys() throws {
        let client = try Contexts.client()
        #expect(try !resumes(client, try Contexts.server()))
        #expect(try !resumes(client, try Contexts.server()))
    }

    @Test("a handshake sends one ticket")
    func oneTicket() throws {
        let server = try Contexts.server()
        #expect(SSL_CTX_get_num_tickets(server.pointer) == 1)
        let client = try Contexts.client()
        let pair = try Pair(client: client, server: server).handshake()
        pair.server.say("x")
        pair.carry()
        let session = try #require(client.sessions?.take(for: "localhost"))
        #expect(SSL_SESSION_has_ticket(session) == 1)
        SSL_SESSION_free(session)
        #expect(client.sessions?.take(for: "localhost") == nil)
    }

    @Test("a client that does not resume keeps nothing")
    func resumptionOff() throws {
        var configuration = TLSClientConfiguration()
        configuration.trustsSystemAuthorities = false
        configuration.additionalAuthoritiesFile = TestCertificates.shared.authority
        configuration.resumesSessions = false
        let client = try TLSContext(client: configuration)
        let server = try Contexts.server()
        #expect(try !resumes(client, server))
        #expect(try !resumes(client, server))
    }
}
