import Foundation
import OpenSSLCrypto
import ParleyClient
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("Signals to the server")
    struct SignalTests {
        @Test("SIGTERM tells every socket when to come back, closes it with 1012 and ends with 0, soon")
        func terminate() async throws {
            let directory = try TemporaryDirectory()
            let data = directory.file("data")
            let settings = ["auth.registration": "open", "server.drain_delay": "1500ms"]
            let server = try await ServerProcess.start(data: data, settings: settings)
            let alice = try await server.access.register("alice")
            var sockets: [RawSocket] = []
            for _ in 0..<10 { sockets.append(try await server.access.greeted(alice)) }
            let sent = try await sockets[0].ask("send", ["room": "general", "text": "last words"])
            let time = await ContinuousClock().measure {
                server.signal(SIGTERM)
                #expect(await server.end() == ServerProcess.End(status: 0, wasKilled: false))
            }
            #expect(time < .seconds(10))
            for socket in sockets {
                let (events, close) = try await socket.rest()
                #expect(events.last == .object(["type": "drain", "retry_after_ms": 1500]))
                #expect(events.first { $0["type"] == "message" }?["seq"] == sent["seq"])
                #expect(close?.code == 1012)
            }
            // The next one finds all in order.
            let next = try await ServerProcess.start(data: data, settings: settings)
            let page = try await next.access.get("/api/v1/rooms/general/messages", alice)
            #expect(page.json["messages"]?[0]?["text"] == "last words")
            await next.stop()
        }

        @Test("SIGTERM ends the server even when clients take nothing")
        func terminateWithStuckClients() async throws {
            let directory = try TemporaryDirectory()
            let settings = [
                "auth.registration": "open", "limits.messages_per_second": "100000",
                "limits.commands_per_second": "100000",
            ]
            let server = try await ServerProcess.start(data: directory.file("data"), settings: settings)
            let alice = try await server.access.register("alice")
            let publisher = try await server.access.greeted(alice)
            let stuck = try await server.access.greeted(alice)
            try await stuck.stopReading()
            let idle = try await server.access.connection()
            let text = String(repeating: "x", count: 8000)
            for _ in 0..<700 {
                try await publisher.send(.object(["type": "send", "room": "general", "text": .string(text)]))
            }
            for _ in 0..<700 { _ = try await publisher.event("message") }
            let time = await ContinuousClock().measure {
                server.signal(SIGTERM)
                #expect(await server.end() == ServerProcess.End(status: 0, wasKilled: false))
            }
            #expect(time < .seconds(10))
            #expect(try await publisher.closeCode() == 1012)
            idle.close()
            stuck.abort()
        }

        @Test("SIGHUP takes a new certificate without dropping a socket; a broken one keeps the old and is counted")
        func reload() async throws {
            let directory = try TemporaryDirectory()
            let (live, second) = (directory.file("live"), directory.file("second"))
            for folder in [live, second] {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
                _ = try DevelopmentCertificates.make(in: folder)
            }
            let data = directory.file("data")
            let server = try await ServerProcess.start(
                data: data, settings: ["auth.registration": "open"],
                arguments: ["--certificate", live + "/dev-cert.pem", "--private-key", live + "/dev-key.pem"],
                authority: live + "/dev-ca.pem")
            let alice = try await server.access.register("alice")
            let socket = try await server.access.greeted(alice)

            for file in ["dev-cert.pem", "dev-key.pem"] { try copy("\(second)/\(file)", to: "\(live)/\(file)") }
            server.signal(SIGHUP)
            #expect(await server.logLine(with: "certificate loaded again") != nil)
            let renewed = try ServerAccess(port: server.access.port, authority: second + "/dev-ca.pem")
            #expect(try await renewed.get("/healthz").status == 200)
            // Without a ticket of the time before, the old authority does not do.
            let old = try ServerAccess(port: server.access.port, authority: live + "/dev-ca.pem")
            await #expect(throws: (any Error).self) { _ = try await old.get("/healthz") }
            #expect(try await socket.ask("ping")["type"] == "pong")

            try Data("no certificate".utf8).write(to: URL(fileURLWithPath: live + "/dev-cert.pem"))
            server.signal(SIGHUP)
            let line = await server.logLine(with: "certificate not loaded again")
            #expect(line?.contains("dev-cert.pem") == true)
            #expect(try await renewed.get("/healthz").status == 200)
            #expect(try await socket.ask("ping")["type"] == "pong")
            let client = AdminClient(socketPath: data + "/admin.sock")
            let metrics = try await client.request("GET", "/metrics").text
            #expect(metrics.contains("\nparley_certificate_reloads_total 1\n"))
            #expect(metrics.contains("\nparley_certificate_reload_failures_total 1\n"))
            await client.shutDown()
            try await socket.close()
            await server.stop()
        }

        private func copy(_ source: String, to target: String) throws {
            try Data(contentsOf: URL(fileURLWithPath: source)).write(to: URL(fileURLWithPath: target))
        }
    }
}
