import ParleyClient

/// One person's chat at a terminal or in a script: what comes is shown, what is typed is done line by line.
actor Conversation {
    /// How a conversation ended.
    enum End: Sendable {
        case quit
        /// The server does not want the session back; the words say why.
        case ended(String)
    }

    private static let historyCount = 20
    /// A pause that the server asks for is made by itself, up to this long, where nobody sits at a terminal.
    private static let longestPause: Duration = .seconds(60)

    private let client: ParleyClient
    private let session: ChatSession
    private let screen: ChatScreen
    private let input: InputLines
    private var room: String?
    private var user = ""
    /// The `seq` of one's own last message in each room.
    private var own: [String: Int] = [:]
    private var isGreeted = false
    /// Whether a line was refused.
    private(set) var hasFailed = false
    private let endings: AsyncStream<End>
    private let ending: AsyncStream<End>.Continuation

    /// A conversation in `room`, or in the first room that there is.
    init(client: ParleyClient, screen: ChatScreen, input: InputLines, room: String?) {
        self.client = client
        session = ChatSession(client: client)
        self.screen = screen
        self.input = input
        self.room = room
        (endings, ending) = AsyncStream.makeStream()
    }

    /// Talks until the input ends, `/quit` is typed, or the server ends the session.
    func run() async -> End {
        await session.start()
        let updates = Task { for await update in session.updates { received(update) } }
        var iterator = endings.makeAsyncIterator()
        let end = await iterator.next() ?? .quit
        await session.close()
        await updates.value
        return end
    }

    // MARK: What comes

    private func received(_ update: ChatSession.Update) {
        switch update {
        case .connected(let hello): greeted(hello)
        case .event(let event):
            if case .message(let message) = event, message.from == user { own[message.room] = message.seq }
            screen.show(event.line, event.json)
            if event.line != nil { screen.prompt(room) }
        case .disconnected(let interruption, let wait):
            let seconds = Double(wait.components.seconds) + Double(wait.components.attoseconds) / 1e18
            let tenths = (seconds * 10).rounded() / 10
            screen.tell(
                "-- connection lost (\(Self.words(interruption))); again in \(tenths) s",
                .object([
                    "type": "disconnected", "reason": .string(Self.words(interruption)), "retry_in": .number(tenths),
                ]))
        case .ended(let interruption): ending.yield(.ended(Self.words(interruption)))
        }
    }

    private func greeted(_ hello: ChatHello) {
        user = hello.user.id
        screen.tell(
            "-- connected as \(user)",
            .object([
                "type": "connected", "user": .string(user), "rooms": .array(hello.rooms.map { ChatLines.json($0) }),
            ]))
        guard !isGreeted else { return screen.prompt(room) }
        isGreeted = true
        if !screen.isJSON { for room in hello.rooms { screen.tell("   " + ChatLines.room(room)) } }
        let wanted = room
        // Never another one than was asked for: what a script says is meant for that room.
        room = wanted == nil ? hello.rooms.first?.id : wanted.flatMap { hello.room($0)?.id }
        // Beside the updates: what it asks for is answered in line with them.
        Task { await self.talk(wanted) }
    }

    // MARK: What is typed

    private func talk(_ wanted: String?) async {
        if let wanted, wanted != room {
            await perform(.join(room: wanted))
        } else if room != nil {
            await perform(.history(count: nil))
        }
        screen.prompt(room)
        while let line = await input.next() {
            let line = ChatLine(line)
            if line == .quit { break }
            await perform(line)
            screen.prompt(room)
        }
        ending.yield(.quit)
    }

    private func perform(_ line: ChatLine) async {
        do {
            try await carryOut(line)
        } catch let error as CommandError {
            refused(error.code, error.message)
        } catch let error as ProblemError {
            refused(error.code, error.detail ?? error.title)
        } catch {
            refused("failed", "\(error)")
        }
    }

    private func refused(_ code: String, _ words: String) {
        hasFailed = true
        screen.tell("-- \(words)", ChatLines.failure(code: code, words))
    }

    private func carryOut(_ line: ChatLine) async throws {
        switch line {
        case .nothing, .quit: break
        case .wrong(let words): refused("usage", words)
        case .help: for line in ChatLine.explanation.split(separator: "\n") { screen.tell(String(line)) }
        case .say(let text): try await send(text)
        case .join(let name): try await enter(try await session.connection().join(name))
        case .direct(let user): try await enter(try await session.connection().direct(with: [user]))
        case .rooms: try await showRooms()
        case .who: try await showMembers()
        case .history(let count): try await showHistory(count ?? Self.historyCount)
        case .search(let words): try await search(words)
        case .edit(let target, let text):
            let (room, target) = try message(target)
            try await session.connection().edit(room, target: target, text: text)
        case .delete(let target):
            let (room, target) = try message(target)
            try await session.connection().delete(room, target: target)
        }
    }

    private func present() throws -> String {
        guard let room else {
            throw CommandError(code: "no_room", message: "go to a room first: /join ROOM, or /rooms")
        }
        return room
    }

    private func message(_ target: Int?) throws -> (room: String, target: Int) {
        let room = try present()
        guard let target = target ?? own[room] else {
            throw CommandError(code: "no_message", message: "you have written nothing here; name a message: #N")
        }
        return (room, target)
    }

    private func send(_ text: String) async throws {
        let room = try present()
        while true {
            do {
                let answer = try await session.send(room, text)
                own[room] = max(own[room] ?? 0, answer.seq)
                // For people the message itself, with its time and number, is the answer.
                return screen.show(nil, ChatLines.object("ok", room, answer.seq, answer.at, [:]))
            } catch let error as CommandError {
                // A script cannot be asked to type more slowly.
                guard !screen.isTerminal, let pause = error.retryAfter, pause <= Self.longestPause else { throw error }
                try await Task.sleep(for: pause)
            }
        }
    }

    private func enter(_ answer: CommandAnswer.Room) async throws {
        room = answer.room
        if let info = answer.info {
            screen.tell("-- " + ChatLines.room(info), .object(["type": "entered", "room": ChatLines.json(info)]))
        }
        try await showHistory(Self.historyCount)
    }

    private func showRooms() async throws {
        var rooms: [RoomInfo] = []
        var cursor: String?
        repeat {
            let page = try await client.rooms(after: cursor)
            rooms += page.items
            cursor = page.cursor
        } while cursor != nil
        list("rooms", rooms.map { (ChatLines.room($0), ChatLines.json($0)) })
    }

    private func showMembers() async throws {
        let room = try present()
        var members: [RoomMember] = []
        var cursor: String?
        repeat {
            let page = try await client.members(of: room, after: cursor)
            members += page.items
            cursor = page.cursor
        } while cursor != nil
        list(
            "members",
            members.map { member in
                (
                    "\(member.user)  \(member.name)  \(member.role)" + (member.muted ? "  muted" : ""),
                    .object([
                        "user": .string(member.user), "name": .string(member.name), "role": .string(member.role),
                        "muted": .bool(member.muted),
                    ])
                )
            })
    }

    private func showHistory(_ count: Int) async throws {
        let room = try present()
        let page = try await session.connection().history(room, limit: count)
        if let last = page.messages.last(where: { $0.from == user && $0.deleted != true }) {
            own[room] = max(own[room] ?? 0, last.seq)
        }
        list("history", page.messages.map { (ChatLines.message($0, in: room), ChatLines.json($0, in: room)) })
    }

    private func search(_ words: String) async throws {
        let page = try await client.search(SearchRequest(words))
        if page.items.isEmpty, !screen.isJSON { screen.tell("-- nothing found") }
        list("found", page.items.map { (ChatLines.message($0.message, in: ""), ChatLines.json($0.message, in: "")) })
    }

    /// Shows lines for people, or one list for programs.
    private func list(_ type: String, _ items: [(line: String, json: JSONValue)]) {
        if screen.isJSON {
            return screen.show(nil, .object(["type": .string(type), "items": .array(items.map(\.json))]))
        }
        for item in items { screen.show(item.line, nil) }
    }

    private static func words(_ interruption: ChatSession.Interruption) -> String {
        switch interruption {
        case .closed(let reason): "closed: \(reason)"
        case .failed(let error as ProblemError): error.detail ?? error.title
        case .failed(let error): "\(error)"
        }
    }
}
