import FoundationEssentials
import NIOCore

/// One chat socket, open until it is closed from either side; it does not reconnect, see ``ChatSession``.
///
/// Close it with ``close(code:reason:)`` when done: letting go of it does not.
public final class ChatConnection: Sendable {
    /// The server's greeting.
    public let hello: ChatHello
    /// The events in the order they came; ends with the socket. For one reader; what is not read waits in memory.
    public let events: ServerEvents

    private let channel: any Channel
    private let mailbox: ChatMailbox
    private let commandTimeout: TimeAmount

    private init(channel: any Channel, mailbox: ChatMailbox, hello: ChatHello, options: ConnectionOptions) {
        self.channel = channel
        self.mailbox = mailbox
        self.hello = hello
        events = ServerEvents(arrivals: mailbox.arrivals)
        commandTimeout = TimeAmount(options.commandTimeout)
    }

    /// Opens a socket and waits for the greeting.
    static func open(
        _ endpoint: Endpoint, _ upgrade: UpgradeRequest, _ options: ConnectionOptions
    ) async throws -> ChatConnection {
        let mailbox = ChatMailbox(eventLoop: endpoint.group.next())
        let channel: any Channel
        do {
            channel = try await endpoint.connect { channel in
                try channel.pipeline.syncOperations.addHandler(
                    ChatSocketHandler(upgrade: upgrade, options: options, mailbox: mailbox))
            }
        } catch {
            let reason = ClientError(connection: error)
            mailbox.ended(CloseReason(code: 1006, reason: reason.reason), error: reason)
            throw error
        }
        let deadline = channel.eventLoop.scheduleTask(in: TimeAmount(options.helloTimeout)) {
            let error = ClientError(.timedOut, "no greeting came in time")
            mailbox.ended(CloseReason(code: 1006, reason: error.reason), error: error)
            channel.close(promise: nil)
        }
        defer { deadline.cancel() }
        let hello = try await mailbox.hello.get()
        guard hello.protocol == UpgradeRequest.subprotocol else {
            channel.close(promise: nil)
            throw ClientError(.protocolViolation, "the server speaks \(hello.protocol)")
        }
        return ChatConnection(channel: channel, mailbox: mailbox, hello: hello, options: options)
    }

    /// How the socket ended; nil while it is open.
    public var closeReason: CloseReason? { mailbox.closeReason }

    /// Waits until the socket has ended.
    public func closed() async -> CloseReason {
        (try? await mailbox.ended.get()) ?? CloseReason(code: 1006, reason: "")
    }

    /// Closes the socket with a closing handshake, of at most five seconds, and gives how it ended.
    @discardableResult
    public func close(code: UInt16 = 1000, reason: String = "") async -> CloseReason {
        channel.writeAndFlush(ChatSocketWrite.close(code: code, reason: reason), promise: nil)
        return await closed()
    }

    /// Ends the connection at once, without a Close frame, as a vanished client would.
    public func abort() { channel.close(promise: nil) }

    /// Sends any text as one message; an answer to an id of its own comes as an event.
    ///
    /// - Throws: ``ClientError`` with the code `connectionClosed`.
    public func send(raw text: String) async throws {
        do {
            try await channel.writeAndFlush(ChatSocketWrite.text(text)).get()
        } catch {
            throw ClientError(.connectionClosed, "the socket has ended")
        }
    }

    /// Events and the answers to ``post(_:_:)``, in the order they came; the same queue as ``events``.
    var arrivals: AsyncStream<Arrival> { mailbox.arrivals }

    /// Sends a command whose answer comes in line with the events, and gives its id.
    ///
    /// When the socket has ended or ends first no answer comes: the end of ``arrivals`` tells.
    func post(_ type: String, _ fields: [String: JSONValue?]) throws -> String {
        let id = mailbox.expectAnswerInLine()
        channel.writeAndFlush(ChatSocketWrite.text(try Self.text(type, id: id, fields)), promise: nil)
        return id
    }

    /// Sends a command and gives the fields of its answer.
    ///
    /// - Throws: ``CommandError`` when the server refuses; ``ClientError`` when no answer comes.
    @discardableResult
    public func command(_ type: String, _ fields: [String: JSONValue] = [:]) async throws -> JSONValue {
        try await command(type, fields, answer: JSONValue.self)
    }

    /// Sends a command and reads its answer as a type; `hasDeadline: false` waits for as long as the socket lives.
    func command<Answer: Decodable>(
        _ type: String, _ fields: [String: JSONValue?], answer: Answer.Type, hasDeadline: Bool = true
    ) async throws -> Answer {
        guard let (id, future) = mailbox.expectAnswer(on: channel.eventLoop) else {
            throw ClientError(.connectionClosed, "the socket has ended: \(closeReason?.description ?? "")")
        }
        let mailbox = mailbox
        let deadline =
            !hasDeadline
            ? nil
            : channel.eventLoop.scheduleTask(in: commandTimeout) {
                mailbox.giveUp(on: id, ClientError(.timedOut, "no answer to \(type)"))
            }
        defer { deadline?.cancel() }
        let write = channel.eventLoop.makePromise(of: Void.self)
        write.futureResult.whenFailure { mailbox.giveUp(on: id, $0) }
        let text = try Self.text(type, id: id, fields)
        channel.writeAndFlush(ChatSocketWrite.text(text), promise: write)
        let answer = try await withTaskCancellationHandler {
            try await future.get()
        } onCancel: {
            mailbox.giveUp(on: id, CancellationError())
        }
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(answer.utf8))
        } catch {
            throw ClientError(.protocolViolation, "the answer to \(type) is no \(Answer.self)")
        }
    }

    /// The text of a command; fields without a value are left out.
    static func text(_ type: String, id: String?, _ fields: [String: JSONValue?]) throws -> String {
        var object = fields.compactMapValues { $0 }
        object["type"] = .string(type)
        if let id { object["id"] = .string(id) }
        return String(decoding: try JSONEncoder().encode(object), as: UTF8.self)
    }
}
