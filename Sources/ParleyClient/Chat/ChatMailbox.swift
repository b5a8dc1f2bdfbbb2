import NIOConcurrencyHelpers
import NIOCore

/// Where a socket's messages arrive: answers find the command that waits for them, events queue for their reader.
final class ChatMailbox: Sendable {
    private struct State {
        var waiting: [String: EventLoopPromise<String>] = [:]
        var answeredInLine: Set<String> = []
        var lastID: UInt64 = 0
        var end: CloseReason?
        var helloPromise: EventLoopPromise<ChatHello>?
        var endPromise: EventLoopPromise<CloseReason>?
    }

    let arrivals: AsyncStream<Arrival>
    let hello: EventLoopFuture<ChatHello>
    let ended: EventLoopFuture<CloseReason>
    private let continuation: AsyncStream<Arrival>.Continuation
    private let state: NIOLockedValueBox<State>

    init(eventLoop: any EventLoop) {
        (arrivals, continuation) = AsyncStream.makeStream()
        let helloPromise = eventLoop.makePromise(of: ChatHello.self)
        let endPromise = eventLoop.makePromise(of: CloseReason.self)
        hello = helloPromise.futureResult
        ended = endPromise.futureResult
        state = NIOLockedValueBox(State(helloPromise: helloPromise, endPromise: endPromise))
    }

    /// How the socket ended; nil while it is open.
    var closeReason: CloseReason? { state.withLockedValue { $0.end } }

    /// A text message came from the server.
    func received(_ text: String) {
        switch InboundText(text) {
        case .hello(let hello):
            takeHelloPromise()?.succeed(hello)
        case .answer(let id, let text):
            switch take(id) {
            case .promise(let promise): promise.succeed(text)
            case .inLine: continuation.yield(.answer(id: id, .success(text)))
            case .nobody: continuation.yield(.event(.unknown(type: "ok", raw: text)))
            }
        case .failure(let id, let error):
            switch take(id) {
            case .promise(let promise): promise.fail(error)
            case .inLine: continuation.yield(.answer(id: id, .failure(error)))
            case .nobody: continuation.yield(.event(.error(error)))
            }
        case .event(let event):
            continuation.yield(.event(event))
        }
    }

    /// The server answered the handshake with something other than 101.
    func refused(_ answer: ClientResponse) {
        takeHelloPromise()?.fail(ProblemError(response: answer))
    }

    /// The socket is gone; the last call. `error` is what a caller still waiting for `hello` learns.
    func ended(_ reason: CloseReason, error: ClientError) {
        let (first, waiting, endPromise) = state.withLockedValue { state in
            let first = state.end == nil
            if first { state.end = reason }
            defer {
                state.waiting = [:]
                state.endPromise = nil
            }
            return (first, state.waiting, state.endPromise)
        }
        guard first else { return }
        takeHelloPromise()?.fail(error)
        for promise in waiting.values { promise.fail(ClientError(.connectionClosed, "the socket ended: \(reason)")) }
        endPromise?.succeed(reason)
        continuation.finish()
    }

    /// Makes an id for a command and the promise of its answer; nil when the socket has ended.
    func expectAnswer(on eventLoop: any EventLoop) -> (id: String, answer: EventLoopFuture<String>)? {
        let promise = eventLoop.makePromise(of: String.self)
        let id: String? = state.withLockedValue { state in
            guard state.end == nil else { return nil }
            state.lastID += 1
            let id = "c\(state.lastID)"
            state.waiting[id] = promise
            return id
        }
        guard let id else {
            promise.fail(ClientError(.connectionClosed, "the socket has ended"))
            return nil
        }
        return (id, promise.futureResult)
    }

    /// Makes an id for a command whose answer is to arrive in line with the events.
    func expectAnswerInLine() -> String {
        state.withLockedValue { state in
            state.lastID += 1
            let id = "c\(state.lastID)"
            state.answeredInLine.insert(id)
            return id
        }
    }

    /// Gives up waiting for an answer.
    func giveUp(on id: String, _ error: any Error) {
        if case .promise(let promise) = take(id) { promise.fail(error) }
    }

    /// Who waits for an answer. Nobody does for one to a command that was sent as raw text: it is an event then.
    private enum Waiting {
        case promise(EventLoopPromise<String>)
        case inLine
        case nobody
    }

    private func take(_ id: String) -> Waiting {
        state.withLockedValue { state in
            if let promise = state.waiting.removeValue(forKey: id) { return .promise(promise) }
            return state.answeredInLine.remove(id) == nil ? .nobody : .inLine
        }
    }

    private func takeHelloPromise() -> EventLoopPromise<ChatHello>? {
        state.withLockedValue { state in
            defer { state.helloPromise = nil }
            return state.helloPromise
        }
    }
}
