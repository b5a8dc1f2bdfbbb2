import NIOConcurrencyHelpers
package import NIOCore
package import ParleyClient

/// A WebSocket to the server on which a test writes whatever frames it likes. For one task.
package final class RawSocket: Sendable {
    /// What came from the server.
    package enum Arrival: Sendable, Equatable {
        case text(String)
        case close(code: UInt16, reason: String)
        /// The server broke RFC 6455.
        case violation(String)
    }

    /// The socket ended while an event was waited for; `close` is nil where no Close frame had come.
    package struct Ended: Error, Equatable {
        package let close: CloseReason?
    }

    private struct State {
        var stash: [JSONValue] = []
        var lastID = 0
    }

    /// The server's 101.
    package let answer: RawResponse
    private let channel: any Channel
    let inbox: Mailbox<Arrival>
    private let state = NIOLockedValueBox(State())

    init(answer: RawResponse, channel: any Channel, inbox: Mailbox<Arrival>) {
        self.answer = answer
        self.channel = channel
        self.inbox = inbox
    }

    // MARK: Writing

    /// Sends a message.
    package func send(_ json: JSONValue) async throws { try await send(text: try json.encoded()) }

    /// Sends a text message.
    package func send(text: String) async throws { try await send(opcode: 0x1, Array(text.utf8)) }

    /// Sends one masked, final frame.
    package func send(opcode: UInt8, _ payload: [UInt8]) async throws {
        var frame = ByteBuffer()
        ClientFrame.write(opcode: opcode, payload: payload, mask: .random(in: 0...UInt32.max), into: &frame)
        try await send(bytes: frame)
    }

    /// Sends bytes.
    package func send(bytes: ByteBuffer) async throws { try await channel.writeAndFlush(bytes).get() }

    /// Takes nothing from the network any more, so that the server's writes fill the kernel's buffers.
    package func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }

    /// Takes from the network again.
    package func startReading() async throws {
        try await channel.setOption(.autoRead, value: true).get()
        channel.read()
    }

    /// Ends the connection without a Close frame.
    package func abort() { channel.close(promise: nil) }

    // MARK: Reading

    /// The next arrival in the order of the wire, nil at the end. What `event` passed over is not given again.
    package func next() async -> Arrival? { await inbox.next() }

    /// How many arrivals wait.
    package var waitingCount: Int { inbox.count }

    /// The next event for which `condition` holds; those passed over stay for a later call. Throws ``Ended``.
    package func event(where condition: (JSONValue) -> Bool = { _ in true }) async throws -> JSONValue {
        let stashed = state.withLockedValue { state -> JSONValue? in
            guard let index = state.stash.firstIndex(where: condition) else { return nil }
            return state.stash.remove(at: index)
        }
        if let stashed { return stashed }
        while let arrival = await inbox.next() {
            switch arrival {
            case .text(let text):
                let event = try JSONValue(text: text)
                if condition(event) { return event }
                state.withLockedValue { $0.stash.append(event) }
            case .close(let code, let reason): throw Ended(close: CloseReason(code: code, reason: reason))
            case .violation(let words): throw Ended(close: CloseReason(code: 1006, reason: words))
            }
        }
        throw Ended(close: nil)
    }

    /// The next event of a type.
    package func event(_ type: String) async throws -> JSONValue { try await event { $0["type"]?.string == type } }

    /// Sends a command and gives its answer, be it `ok` or `error`.
    @discardableResult
    package func ask(_ type: String, _ fields: [String: JSONValue] = [:]) async throws -> JSONValue {
        let id = state.withLockedValue { state in
            state.lastID += 1
            return "c\(state.lastID)"
        }
        var object = fields
        object["type"] = .string(type)
        object["id"] = .string(id)
        try await send(.object(object))
        return try await event { $0["id"]?.string == id }
    }

    /// Everything up to the end: the messages and the Close frame, nil where none came. A message behind the Close is
    /// among the messages, and then the Close is nil.
    package func rest() async throws -> (events: [JSONValue], close: CloseReason?) {
        var events = state.withLockedValue { state in
            defer { state.stash = [] }
            return state.stash
        }
        var close: CloseReason?
        while let arrival = await inbox.next() {
            switch arrival {
            case .text(let text):
                events.append(try JSONValue(text: text))
                close = nil
            case .close(let code, let reason): close = CloseReason(code: code, reason: reason)
            case .violation(let words): close = CloseReason(code: 1006, reason: words)
            }
        }
        return (events, close)
    }

    /// The code of the Close frame that ends the socket, nil where none comes.
    package func closeCode() async throws -> UInt16? { try await rest().close?.code }

    /// Closes with 1000 and waits for the end.
    package func close() async throws {
        try? await send(opcode: 0x8, [0x03, 0xE8])
        _ = try await rest()
    }
}
