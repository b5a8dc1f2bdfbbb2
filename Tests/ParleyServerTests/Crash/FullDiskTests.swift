import Foundation
import ParleyClient
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("A disk that is full", .enabled(if: SmallDisk.isPossible, "only root may mount a small file system"))
    struct FullDiskTests {
        @Test("sends are refused and nothing is broadcast; with space back the server goes on, and nothing is lost")
        func fullDisk() async throws {
            let disk = try SmallDisk(megabytes: 8)
            let settings = ["data.directory": disk.path + "/data"]
            try await TestServer.run(settings) { server in
                let alice = try await server.access.register("alice")
                let sender = try await server.access.greeted(alice)
                let reader = try await server.access.greeted(try await server.access.register("bob"))
                let first = try await sender.ask("send", ["room": "general", "text": "before", "nonce": "n1"])
                #expect(first["type"] == "ok")
                try disk.fill()
                // What the write-ahead log has room for already may still go through.
                var refused: JSONValue?
                var accepted: [JSONValue] = []
                let text = JSONValue.string(String(repeating: "x", count: 8000))
                for number in 0..<1000 where refused == nil {
                    let answer = try await sender.ask(
                        "send", ["room": "general", "text": text, "nonce": .string("f\(number)")])
                    if answer["type"] == "ok" { accepted.append(answer["seq"] ?? nil) } else { refused = answer }
                }
                #expect(refused?["code"] == "storage_unavailable", "\(String(describing: refused))")
                #expect((refused?["retry_after_ms"]?.integer ?? 0) > 0)
                let posted = try await server.access.call(
                    "POST", "/api/v1/rooms/general/messages", ["text": text], alice)
                expectProblem(posted, 503, "storage_unavailable")
                #expect(posted.header("retry-after") != nil)
                // Reading goes on.
                #expect(try await server.access.get("/api/v1/me", alice).status == 200)
                #expect(try await server.access.get("/api/v1/rooms/general/messages", alice).status == 200)

                try disk.empty()
                let after = try await sender.ask("send", ["room": "general", "text": "after"])
                #expect(after["type"] == "ok", "\(after)")
                var seqs: [JSONValue] = []
                while seqs.last != after["seq"] {
                    let event = try await reader.event("message")
                    seqs.append(event["seq"] ?? nil)
                }
                #expect(seqs == [first["seq"] ?? nil] + accepted + [after["seq"] ?? nil])
                for socket in [sender, reader] { try await socket.close() }
            }
        }

        @Test("an upload that the disk has no room for is refused and leaves nothing; with space back uploads go on")
        func fullDiskUpload() async throws {
            let disk = try SmallDisk(megabytes: 8)
            try await TestServer.run(["data.directory": disk.path + "/data"]) { server in
                let alice = try await server.access.register("alice")
                let large = UploadForm([UInt8](repeating: 5, count: 16 << 20))
                let refused = try await server.access.upload(large, alice)
                expectProblem(refused, 503, "storage_unavailable")
                #expect(refused.header("retry-after") != nil)
                #expect(try storedFiles(server) == ([], []))
                try disk.fill()
                let form = UploadForm([UInt8](repeating: 6, count: 1 << 20))
                expectProblem(try await server.access.upload(form, alice), 503, "storage_unavailable")
                #expect(try storedFiles(server) == ([], []))
                try disk.empty()
                #expect(try await server.access.upload(form, alice).status == 201)
            }
        }
    }
}

/// A file system in memory that is soon full.
private final class SmallDisk: Sendable {
    static var isPossible: Bool { geteuid() == 0 && (try? SmallDisk(megabytes: 1)) != nil }

    let path: String
    private let directory: TemporaryDirectory

    init(megabytes: Int) throws {
        directory = try TemporaryDirectory()
        path = directory.file("disk")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try Self.run("mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path])
    }

    deinit { try? Self.run("umount", ["-l", path]) }

    /// Takes all the space that is left.
    func fill() throws {
        let file = open(path + "/filler", O_CREAT | O_WRONLY, 0o600)
        guard file >= 0 else { throw POSIXError(.EIO) }
        defer { close(file) }
        let block = [UInt8](repeating: 1, count: 4096)
        while write(file, block, block.count) > 0 {}
    }

    /// Gives it back.
    func empty() throws { try FileManager.default.removeItem(atPath: path + "/filler") }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw POSIXError(.EPERM) }
    }
}
