import NIOCore
import NIOOpenSSL
import ParleyClient

/// One socket of a load, on the end of its TLS handler: counts what it receives and sends when it is its turn.
final class LoadSocket: TLSPlaintextReceiver {
    private enum State {
        case upgrading(UpgradeRequest, UpgradeAnswerParser)
        case greeting
        case joining
        case ready
        case closed
    }

    /// A refused send of the closed loop is tried again after this, rather than at once and for ever.
    private static let retryDelay = TimeAmount.milliseconds(50)
    private static let errorsThatAreKept = 200

    let number: Int
    /// Whether it asks for what it missed before it counts as ready.
    let resumes: Bool
    /// Whether its end was wanted.
    private(set) var isDismissed = false
    private let run: LoadRun
    private let dialect: LoadDialect
    private var talk: LoadGreeting
    private let tls: TLSHandler
    private var state: State
    private var scanner = FrameScanner()
    private var template: SendTemplate?
    private var mustFlush = false
    private var endReason: String?

    init(
        number: Int, run: LoadRun, tls: TLSHandler, resumes: Bool, upgrade: UpgradeRequest, greeting: LoadGreeting
    ) {
        self.number = number
        self.resumes = resumes
        dialect = run.options.dialect
        talk = greeting
        self.run = run
        self.tls = tls
        state = .upgrading(upgrade, UpgradeAnswerParser())
    }

    /// The TCP connection is there: from here on TLS calls this object.
    func connected() {
        tls.attach(receiver: self)
        guard case .upgrading(let upgrade, _) = state else { return }
        upgrade.head.withUnsafeBytes { tls.writeDirect($0) }
        tls.flushDirect()
    }

    /// Writes one message with the time as it is now; it needs a flush.
    private func publish(_ template: inout SendTemplate) {
        template.withFrame(sentAt: MonotonicClock.now) { tls.writeDirect($0) }
        mustFlush = true
        run.tally.published &+= 1
    }

    /// Sends a message of a rate, unless the last one is not out yet: what a server does not take must not pile up.
    ///
    /// The closed loop must not skip: the message left out would never come back to call for the next.
    func publishUnlessBlocked() {
        if tls.hasUnsentBytes { run.tally.skipped &+= 1 } else { publishNow(1) }
    }

    /// Sends `count` messages as one write.
    func publishNow(_ count: Int) {
        publish(count)
        flush()
    }

    private func publish(_ count: Int) {
        guard isReady, count > 0 else { return }
        var template = template ?? run.template(for: self)
        // With a second owner every change of the digits would copy the frame.
        self.template = nil
        for _ in 0..<count { publish(&template) }
        self.template = template
    }

    private func flush() {
        guard mustFlush else { return }
        mustFlush = false
        tls.flushDirect()
    }

    /// Whether the server's greeting has come and nothing else is outstanding before sending.
    var isReady: Bool { if case .ready = state { true } else { false } }

    /// Leaves the room or joins it again.
    func change(joins: Bool) {
        guard isReady else { return }
        say(dialect.change(of: run.room(of: number), socket: number, joins: joins))
        flush()
    }

    /// Ends the socket because it is meant to end, and come back as another.
    func dismiss() {
        isDismissed = true
        abort()
    }

    /// Ends the socket without waiting for the server.
    func abort() {
        endReason = endReason ?? "the load is over"
        tls.abort()
    }

    func tlsReceived(_ plaintext: UnsafeMutableRawBufferPointer) {
        let bytes = UnsafeRawBufferPointer(plaintext)
        switch state {
        case .upgrading(let upgrade, var parser):
            state = .upgrading(upgrade, parser)
            handle(parser.received(bytes), upgrade, parser)
        case .closed:
            break
        default:
            scan(bytes)
        }
    }

    private func handle(
        _ progress: UpgradeAnswerParser.Progress, _ upgrade: UpgradeRequest, _ parser: UpgradeAnswerParser
    ) {
        switch progress {
        case .incomplete:
            state = .upgrading(upgrade, parser)
        case .invalid(let reason):
            end(reason)
        case .refused(let answer):
            let problem = ProblemError(response: answer)
            end("refused: \(problem.status) \(problem.code)")
        case .switched(let answer, let rest):
            if let objection = upgrade.objection(to: answer) { return end("the upgrade has \(objection)") }
            state = .greeting
            for text in talk.opening { say(text) }
            flush()
            rest.withUnsafeReadableBytes { scan($0) }
        }
    }

    /// The path of every delivery: nothing is allocated, and the shared counters are taken once for the whole burst.
    private func scan(_ bytes: UnsafeRawBufferPointer) {
        let now = MonotonicClock.now
        let number = number
        var own = 0
        var refused = 0
        var isGreeted = false
        var isJoined = false
        var texts: [String] = []
        var replies: [[UInt8]] = []
        var close: [UInt8]?
        var error: String?
        var violation: FrameViolation?
        run.tally.isCatchingUp = resumes
        do {
            try scanner.received(bytes) { header, payload in
                switch header.opcode {
                case FrameHeader.Opcode.text, FrameHeader.Opcode.binary:
                    if dialect != .parley {
                        let (messages, mine) = run.tally.receivedAll(payload, at: now, on: number)
                        own += mine
                        if messages == 0 { texts.append(String(decoding: payload, as: UTF8.self)) }
                        return
                    }
                    switch run.tally.received(payload, at: now, on: number) {
                    case .delivery(let isOwn): if isOwn { own += 1 }
                    case .hello:
                        isGreeted = true
                        if resumes { texts.append(String(decoding: payload, as: UTF8.self)) }
                    case .ok: isJoined = true
                    case .error:
                        refused += 1
                        error = String(decoding: payload.prefix(Self.errorsThatAreKept), as: UTF8.self)
                    case .other: break
                    }
                case FrameHeader.Opcode.ping: replies.append(Array(payload))
                case FrameHeader.Opcode.close: if close == nil { close = Array(payload) }
                default: break
                }
            }
        } catch {
            violation = error
        }
        run.tally.receivedBytes &+= UInt64(bytes.count)
        if let error { run.noteError(error) }
        if let violation { return end("the server sent \(violation.reason)") }
        if let close { return closed(close) }
        for reply in replies { write(FrameHeader.Opcode.pong, reply) }
        if dialect == .parley {
            advance(isGreeted: isGreeted, hello: texts.first, isJoined: isJoined, isRefused: refused > 0)
        } else {
            for text in texts { converse(text) }
        }
        if isReady, run.repliesToOwn { settle(own: own, refused: refused) }
    }

    /// Another dialect's texts that are no messages.
    private func converse(_ text: String) {
        switch talk.received(text) {
        case .wait: break
        case .send(let answers): for answer in answers { say(answer) }
        case .ready: becomeReady()
        case .refused(let reason): end("refused: \(reason.prefix(Self.errorsThatAreKept))")
        }
        flush()
    }

    private func advance(isGreeted: Bool, hello: String?, isJoined: Bool, isRefused: Bool) {
        let room = run.room(of: number)
        switch state {
        case .greeting where isGreeted:
            if resumes {
                state = .joining
                let missed = ResumePoint(hello: hello ?? "", room: room).seq
                say(#"{"type":"resume","id":"resume","rooms":{"\#(room)":\#(missed)}}"#)
                flush()
            } else if run.options.joinsRoom {
                state = .joining
                say(#"{"type":"join","id":"join","room":"\#(room)"}"#)
                flush()
            } else {
                becomeReady()
            }
        case .joining where isJoined: becomeReady()
        case .joining where isRefused: end("the join was refused: \(run.lastError ?? "")")
        default: break
        }
    }

    private func becomeReady() {
        state = .ready
        run.opened(self, isResumed: tls.isResumed, agreedTLS)
    }

    private var agreedTLS: String {
        guard let facts = tls.handshakeFacts else { return "" }
        return "\(facts.version) \(facts.cipherSuite)"
    }

    /// The closed loop: what came back makes room for the next; what was refused waits a moment.
    private func settle(own: Int, refused: Int) {
        publish(own)
        guard refused > 0 else { return }
        let bound = NIOLoopBound(self, eventLoop: run.eventLoop)
        run.eventLoop.scheduleTask(in: Self.retryDelay) {
            let socket = bound.value
            if socket.run.repliesToOwn { socket.publishNow(refused) }
        }
    }

    private func say(_ text: String) { write(FrameHeader.Opcode.text, Array(text.utf8)) }

    private func write(_ opcode: UInt8, _ payload: [UInt8]) {
        var buffer = ByteBuffer()
        ClientFrame.write(opcode: opcode, payload: payload, mask: 0x1234_5678, into: &buffer)
        buffer.withUnsafeReadableBytes { tls.writeDirect($0) }
        mustFlush = true
    }

    private func closed(_ payload: [UInt8]) {
        let code = payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : 1005
        endReason = "close \(code) \(String(decoding: payload.dropFirst(2), as: UTF8.self))"
        write(FrameHeader.Opcode.close, Array(payload.prefix(2)))
        flush()
        tls.closeDirect()
    }

    private func end(_ reason: String) {
        if endReason == nil { endReason = reason }
        tls.abort()
    }

    func tlsReadCompleted() { flush() }

    func tlsInputEnded(truncated: Bool) {
        if case .upgrading(let upgrade, var parser) = state {
            handle(parser.received([], ended: true), upgrade, parser)
        }
        if endReason == nil { endReason = "the connection ended without a Close frame" }
        if !truncated { tls.closeDirect() }
    }

    func tlsWritabilityChanged(isWritable: Bool) {}

    func tlsClosed(error: TLSError?) {
        if case .closed = state { return }
        let wasReady = isReady
        state = .closed
        run.ended(self, wasReady: wasReady, endReason ?? error?.description ?? "the connection ended")
    }
}
