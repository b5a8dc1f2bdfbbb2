import Foundation
import OpenSSLCrypto
import ParleyClient
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("parley backup")
    struct BackupTests {
        /// The digest of a room's events up to `last`.
        private func digest(_ access: ServerAccess, _ login: TestLogin, through last: Int64) async throws -> String {
            var events: [JSONValue] = []
            var after: Int64 = 0
            while after < last {
                let page = try await access.get("/api/v1/rooms/general/log?limit=200&after=\(after)", login)
                let found = try #require(page.json["events"]?.array)
                after = try #require(found.last?["seq"]?.integer)
                events += found.filter { ($0["seq"]?.integer ?? 0) <= last }
            }
            return SHA256Digest(of: try JSONValue.array(events).encoded()).hexadecimal
        }

        private func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }

        @Test("a copy made while people write is whole: restored elsewhere it has the same history, logins and files")
        func restore() async throws {
            let directory = try TemporaryDirectory()
            let (data, copy, restored) = (
                directory.file("data"), directory.file("backup"), directory.file("restored")
            )
            let settings = [
                "auth.registration": "open", "limits.requests_per_second": "100000",
                "limits.messages_per_second": "100000",
            ]
            let server = try await ServerProcess.start(data: data, settings: settings)
            let alice = try await server.access.register("alice")
            let file = try await server.access.uploaded("an upload", alice)
            var last: Int64 = 0
            for number in 1...300 {
                let sent = try await server.access.call(
                    "POST", "/api/v1/rooms/general/messages", ["text": .string("m\(number)")], alice)
                last = try #require(sent.json["seq"]?.integer, "\(sent.text)")
            }
            let before = try await digest(server.access, alice, through: last)
            // Somebody goes on writing while the copy is made.
            let writer = Task {
                while !Task.isCancelled {
                    _ = try await server.access.call(
                        "POST", "/api/v1/rooms/general/messages", ["text": "meanwhile"], alice)
                }
            }
            let outcome = try await ParleyExecutable.run(["backup", copy], data: data)
            writer.cancel()
            _ = await writer.result
            #expect(outcome.status == 0 && outcome.output.contains("files"), "\(outcome)")
            #expect(try mode(copy) == 0o700)
            for name in ["parley.sqlite3", "keys.json", "audit.key", "audit.head", "manifest.json"] {
                #expect(try mode(copy + "/" + name) == 0o600, "\(name)")
            }
            let again = try await ParleyExecutable.run(["backup", copy], data: data)
            #expect(again.status == 1 && again.errors.contains("exists"), "\(again)")
            await server.crash()

            let verified = try await ParleyExecutable.run(["backup", "--verify", copy], data: data)
            #expect(verified.status == 0, "\(verified)")
            try FileManager.default.copyItem(atPath: copy, toPath: restored)
            let second = try await ServerProcess.start(data: restored, settings: settings)
            let login = try await second.access.login("alice")
            // All that was acknowledged before the copy is in it.
            #expect(try await digest(second.access, login, through: last) == before)
            // A session of then is one still: its key is there.
            #expect(try await second.access.get("/api/v1/me", alice).status == 200)
            let download = try await second.access.get("/api/v1/files/\(file)", login)
            #expect(download.text == "an upload")
            let audit = try await ParleyExecutable.run(["audit", "verify", "--json"], data: restored)
            #expect(audit.status == 0 && audit.output.contains("\"ok\":true"), "\(audit)")
            await second.stop()
        }

        @Test("a backup is made without a server, and a file of it that changed is found")
        func verify() async throws {
            let directory = try TemporaryDirectory()
            let (data, copy) = (directory.file("data"), directory.file("backup"))
            _ = try await ParleyExecutable.run(
                ["user", "add", "alice", "--password-stdin"], data: data, input: TestLogin.password + "\n")
            let made = try await ParleyExecutable.run(["backup", copy, "--json"], data: data)
            #expect(try JSONValue(text: made.output)["path"]?.string == copy, "\(made)")
            #expect(try await ParleyExecutable.run(["backup", "--verify", copy], data: data).status == 0)
            try Data("x".utf8).write(to: URL(fileURLWithPath: copy + "/keys.json"))
            let changed = try await ParleyExecutable.run(["backup", "--verify", copy], data: data)
            #expect(changed.status == 1 && changed.errors.contains("keys.json"), "\(changed)")
            let none = try await ParleyExecutable.run(["backup", "--verify", data], data: data)
            #expect(none.status == 1 && none.errors.contains("manifest"), "\(none)")
            let nowhere = try await ParleyExecutable.run(["backup", directory.file("a/b/c")], data: data)
            #expect(nowhere.status == 1, "\(nowhere)")
            #expect(!FileManager.default.fileExists(atPath: directory.file("a")))
        }
    }
}
