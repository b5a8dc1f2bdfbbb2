import NIOCore
import WebSocketTransport

extension ChatSession {
    /// Resumptions that may wait for their answer, so that a peer that asks and does not read fills no memory.
    private static let maximumResumptions = 16

    func perform(_ parsed: ParsedCommand) {
        let now = NIODeadline.now()
        if let wait = commandBucket.take(now: now) ?? rates.commands.take(now: now) {
            return overran(parsed.id, "commands", wait: wait, now: now)
        }
        switch parsed.command {
        case .failure(let error): refuse(parsed.id, error)
        case .success(let command): perform(command, id: parsed.id, now: now)
        }
    }

    private func perform(_ command: Command, id: String?, now: NIODeadline) {
        switch command {
        case .send(let room, let text, let nonce, let replyTo, let files, let violation):
            guard maySpeak(id, now: now) else { return }
            send(room, text, nonce, replyTo, files, violation, id: id)
        case .edit(let room, let target, let text):
            speak(.edit(room: room, target: target, text: text, by: user), id, now: now)
        case .delete(let room, let target):
            speak(.deleteMessage(room: room, target: target, by: user), id, now: now)
        case .react(let room, let target, let emoji, let isOn):
            speak(.react(room: room, target: target, emoji: emoji, isOn: isOn, by: user), id, now: now)
        case .join(let room): submit(.join(room: room, user: user), id)
        case .leave(let room): submit(.leave(room: room, user: user), id)
        case .direct(let people): submit(.direct(people: people, by: user), id)
        case .read(let room, let seq): submit(.read(room: room, user: user, seq: seq), id)
        case .resume(let rooms): resume(rooms, id: id)
        case .history(let request): history(request, id: id)
        case .typing(let room): typing(room, id: id, now: now)
        case .presence(let status):
            chosenPresence = status
            shard.setPresence(self, status)
            answered(id: id, .success(.done))
        case .ping: pong(id: id)
        }
    }

    private func submit(_ request: LogRequest, _ id: String?) {
        service.log.submit(request, .session(self, id: id))
    }

    /// Submits what counts as a message, because everyone in the room is told of it.
    private func speak(_ request: LogRequest, _ id: String?, now: NIODeadline) {
        guard maySpeak(id, now: now) else { return }
        submit(request, id)
    }

    private func send(
        _ room: String, _ text: String, _ nonce: String?, _ replyTo: Int64?, _ files: [FileID],
        _ violation: ChatError?, id: String?
    ) {
        let slug = RoomID(room)
        let violation = violation ?? (slug == nil ? .roomNotFound : nil)
        if let violation, nonce == nil { return refuse(id, violation) }
        submit(
            .send(
                room: slug ?? RoomID(stored: ""), from: user, text: text, nonce: nonce, replyTo: replyTo,
                files: files, violation: violation),
            id)
    }

    private func typing(_ room: RoomID, id: String?, now: NIODeadline) {
        if membership(of: room) != nil {
            let interval = service.configuration.presence.typingInterval
            if let last = typed[room], now - last < interval { return }
            typed[room] = now
        }
        submit(.typing(room: room, user: user), id)
    }

    private func resume(_ rooms: [Command.Resumption], id: String?) {
        let known = rooms.compactMap { wanted in
            membership(of: wanted.room).map { (room: wanted.room, last: wanted.last, head: $0.feed.head) }
        }
        guard known.allSatisfy({ $0.last <= $0.head }) else { return refuse(id, .invalidSeq) }
        guard resumptions.count < Self.maximumResumptions else { return refuse(id, .tooManyResumptions) }
        for room in known { behind[room.room] = room.last < room.head ? room.last + 1 : nil }
        resumptions.append(PendingResumption(id: id, rooms: known.map(\.room)))
        isLive = behind.isEmpty
        catchUp()
    }

    private func history(_ request: HistoryRequest, id: String?) {
        connection?.pauseReading()
        service.reader.history(request, user: user, on: eventLoop).whenComplete { [self] result in
            guard phase == .open else { return }
            resumeReading()
            switch result {
            case .failure(let error): refuse(id, error as? ChatError ?? .storageUnavailable)
            case .success(let page):
                // The page was read before it arrived here: who was removed meanwhile does not get it.
                guard membership(of: request.room) != nil else { return refuse(id, .notAMember) }
                guard let id else { return }
                var writer = JSONWriter(capacity: page.events.count + 96)
                writer.object { writer in
                    writer.type(.ok)
                    writer.member("id", id)
                    writer.name("messages")
                    writer.json(page.events)
                    writer.member("more", page.hasMore)
                }
                tell(writer.bytes)
            }
        }
    }

    private func pong(id: String?) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.type(.pong)
            if let id { writer.member("id", id) }
            writer.member("at", time: service.now())
        }
        tell(writer.bytes)
    }

    /// Takes what the log made of a command.
    func answered(id: String?, _ result: Result<LogAnswer, ChatError>) {
        guard phase == .open else { return }
        switch result {
        case .failure(let error): refuse(id, error)
        case .success(let answer):
            guard let id, answer != .silent else { return }
            var writer = JSONWriter()
            writer.object { writer in
                writer.type(.ok)
                writer.member("id", id)
                answer.write(to: &writer)
            }
            tell(writer.bytes)
        }
    }

    func refuse(_ id: String?, _ error: ChatError) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.type(.error)
            if let id { writer.member("id", id) }
            writer.member("code", error.code)
            writer.member("message", error.message)
            if let wait = error.retryAfterMilliseconds { writer.member("retry_after_ms", wait) }
        }
        tell(writer.bytes)
    }
}

extension ChatError {
    fileprivate static let tooManyResumptions = ChatError(
        "rate_limited", "Too many resumptions wait for their answer already: wait for one.",
        retryAfterMilliseconds: 1000)
}

extension LogAnswer {
    /// Writes the members of the answer.
    package func write(to writer: inout JSONWriter) {
        switch self {
        case .sent(let room, let seq, let at, let isDuplicate):
            writer.member("room", room.description)
            writer.member("seq", seq)
            writer.member("at", time: at)
            if isDuplicate { writer.member("duplicate", true) }
        case .appended(let room, let seq, let isDuplicate):
            writer.member("room", room.description)
            writer.member("seq", seq)
            if isDuplicate { writer.member("duplicate", true) }
        case .room(let info):
            writer.member("room", info.id.description)
            writer.name("room_info")
            info.write(to: &writer)
        case .left(let room): writer.member("room", room.description)
        case .expired(let count): writer.member("removed", Int64(count))
        case .done, .silent: break
        }
    }
}
