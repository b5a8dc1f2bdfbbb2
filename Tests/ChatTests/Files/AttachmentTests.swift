import Database
import Testing

@testable import Chat

@Suite("Files of messages")
struct AttachmentTests {
    /// Enters a file of a user, its digest told by its id.
    private func add(
        _ chat: TestChat, _ id: String, _ owner: UserID = "olga", size: Int64 = 3, digest: String = "d",
        quota: Int64 = 1000
    ) throws -> FileID {
        let file = FileID(stored: (id + String(repeating: "0", count: 22)).prefix(22).description)
        let info = FileInfo(
            id: file, name: id + ".png", size: size, type: "image/png", pixels: .init(width: 3, height: 4))
        try ledger(chat).addBlocking(StoredFile(info: info, digest: digest, owner: owner), quota: quota)
        return file
    }

    private func ledger(_ chat: TestChat) -> FileLedger {
        FileLedger(engine: chat.engine, now: { [clock = chat.clock] in clock.now })
    }

    private func send(
        _ chat: TestChat, _ room: RoomID, _ files: [FileID], by user: UserID = "olga", nonce: String? = nil
    ) async throws -> Int64? {
        try await chat.submit(
            .send(room: room, from: user, text: "", nonce: nonce, replyTo: nil, files: files, violation: nil)
        ).seq
    }

    private func canRead(_ chat: TestChat, _ file: FileID, _ user: UserID) async throws -> Bool {
        do {
            _ = try await ledger(chat).file(file, for: user)
            return true
        } catch let error as ChatError where error == .fileNotFound {
            return false
        }
    }

    @Test("a message carries its files in their order, live and in the log, with all that is known of them")
    func carried() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            let socket = try await chat.open("bob")
            let files = [try add(chat, "b"), try add(chat, "a")]
            let seq = try #require(try await send(chat, "a", files))
            let event = try #require(try chat.events("a").last)
            #expect(event.seq == seq && event.files.map(\.id) == files && event.files[0].name == "b.png")
            var writer = JSONWriter()
            event.write(to: &writer)
            let text = String(decoding: writer.bytes, as: UTF8.self)
            #expect(text.contains(#""text":"","files":[{"id":"b000000000000000000000","name":"b.png","size":3,"#))
            #expect(text.contains(#""type":"image/png","width":3,"height":4},{"id":"a0000"#))
            let json = try writer.bytes.withUnsafeBytes { try JSONReader.read($0) }
            try await socket.wait("the message") { $0.received.contains(json) }
        }
    }

    @Test("only the uploader may attach a file; whoever else tries is told that there is none")
    func uploaderOnly() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            let file = try add(chat, "x")
            for id in [file, FileID(stored: "nothing000000000000000")] {
                let code = await chat.code(
                    .send(room: "a", from: "bob", text: "", nonce: nil, replyTo: nil, files: [id], violation: nil))
                #expect(code == "file_not_found")
            }
            // Carried by a message that he can read, it is still not his.
            _ = try await send(chat, "a", [file])
            await #expect(throws: ChatError.fileNotFound) { try await send(chat, "a", [file], by: "bob") }
        }
    }

    @Test("a nonce that was seen before is answered as before, whatever files the request names")
    func nonce() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            let file = try add(chat, "x")
            let first = try await send(chat, "a", [file], nonce: "n")
            let missing = FileID(stored: "nothing000000000000000")
            #expect(try await send(chat, "a", [missing], nonce: "n") == first)
            #expect(try await send(chat, "a", [], nonce: "n") == first)
            #expect(try chat.events("a").last?.seq == first)
        }
    }

    @Test("a file is readable by its uploader, and by who is a member of a room with a message that carries it")
    func readable() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob", "carol"])
            try await chat.makeRoom("b", .private, members: ["dave"])
            let file = try add(chat, "x")
            for user: UserID in ["bob", "carol", "dave"] { #expect(try await !canRead(chat, file, user)) }
            #expect(try await canRead(chat, file, "olga"))
            _ = try await send(chat, "a", [file])
            for user: UserID in ["olga", "bob", "carol"] { #expect(try await canRead(chat, file, user)) }
            #expect(try await !canRead(chat, file, "dave"))
            try await chat.submit(.leave(room: "a", user: "bob"))
            try await chat.submit(.ban(room: "a", user: "carol", by: "olga"))
            for user: UserID in ["bob", "carol"] { #expect(try await !canRead(chat, file, user)) }
            _ = try await send(chat, "b", [file])
            #expect(try await canRead(chat, file, "dave"))
            #expect(try await !canRead(chat, file, "bob"))
        }
    }

    @Test("a file goes with the last message that carried it, and with its room; another's copy of the content stays")
    func release() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            try await chat.makeRoom("b", members: ["bob"])
            let both = try add(chat, "both", digest: "one")
            let once = try add(chat, "once", digest: "two")
            let copy = try add(chat, "copy", "bob", digest: "two")
            let first = try #require(try await send(chat, "a", [both, once]))
            let second = try #require(try await send(chat, "b", [both]))
            _ = try await send(chat, "b", [copy], by: "bob")
            try await chat.submit(.deleteMessage(room: "a", target: first, by: "olga"))
            #expect(try chat.events("a").first { $0.seq == first }?.files == [])
            #expect(try await canRead(chat, both, "bob"))
            #expect(try await !canRead(chat, once, "olga"))
            #expect(try ledger(chat).unusedBlocking(["one", "two", "three"]) == ["three"])
            try await chat.submit(.deleteMessage(room: "b", target: second, by: "olga"))
            #expect(try ledger(chat).unusedBlocking(["one", "two"]) == ["one"])
            try await chat.submit(.delete(room: "b", by: "olga"))
            #expect(try ledger(chat).unusedBlocking(["one", "two"]) == ["one", "two"])
            #expect(try await ledger(chat).bytes(of: "bob") == 0)
        }
    }

    @Test("what no message carries goes when its time is over, and what one carries stays")
    func loose() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            let carried = try add(chat, "carried")
            let loose = try add(chat, "loose")
            _ = try await send(chat, "a", [carried])
            let now = chat.clock.now
            #expect(try await ledger(chat).deleteLoose(before: now) == 0)
            #expect(try await ledger(chat).deleteLoose(before: now + 1) == 1)
            #expect(try await canRead(chat, carried, "olga"))
            #expect(try await !canRead(chat, loose, "olga"))
            _ = try add(chat, "other", "bob")
            try await ledger(chat).deleteLoose(of: "bob")
            try await ledger(chat).deleteLoose(of: "olga")
            #expect(try await ledger(chat).bytes(of: "bob") == 0)
            #expect(try await ledger(chat).bytes(of: "olga") == 3)
        }
    }

    @Test("the quota counts each user's files, to the byte")
    func quota() async throws {
        try await TestChat.run { chat in
            _ = try add(chat, "a", size: 60, quota: 100)
            #expect(throws: ChatError.quotaExceeded(limit: 100)) { try add(chat, "b", size: 41, quota: 100) }
            _ = try add(chat, "b", size: 40, quota: 100)
            #expect(throws: ChatError.quotaExceeded(limit: 100)) { try add(chat, "c", size: 1, quota: 100) }
            _ = try add(chat, "d", size: 0, quota: 100)
            _ = try add(chat, "e", "bob", size: 100, quota: 100)
        }
    }

    @Test(
        "a draft's files are checked",
        arguments: [
            ("null", nil), ("[]", "text"), (#"["abcdefghijklmnopqrstuv"]"#, nil),
            (#""abcdefghijklmnopqrstuv""#, "files"),
            ("[1]", "files"), (#"["abcdefghijklmnopqrstuv","abcdefghijklmnopqrstuv"]"#, "files"), ("{}", "files"),
        ] as [(String, String?)])
    func draft(json: String, field: String?) throws {
        let text = #"{"text":"\#(json == "null" ? "x" : "")","files":\#(json)}"#
        let value = try Array(text.utf8).withUnsafeBytes { try JSONReader.read($0) }
        guard case .object(let object) = value else { return }
        #expect(MessageDraft(object, limits: ChatLimits()).violation?.field == field)
    }

    @Test("a draft with more files than files.per_message is refused; an id that cannot be one is not found")
    func draftLimits() {
        var limits = ChatLimits()
        limits.filesPerMessage = 2
        func code(_ ids: [String]) -> String? {
            MessageDraft(JSON.Object([("files", .array(ids.map { .string($0) }))]), limits: limits).violation?.code
        }
        let ids = (0..<3).map { "abcdefghijklmnopqrstu\($0)" }
        #expect(code(Array(ids.prefix(2))) == nil && code(ids) == "too_many_files")
        for bad in ["", "x", "../../../../etc/passwd", "abcdefghijklmnopqrstu/", "abcdefghijklmnopqrstuvw"] {
            #expect(code([bad]) == "file_not_found")
        }
    }
}
