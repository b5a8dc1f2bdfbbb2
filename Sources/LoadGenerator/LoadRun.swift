import NIOCore
import NIOOpenSSL
import NIOPosix
import ParleyClient

/// The sockets of a load and what they share. Everything belongs to one event loop.
final class LoadRun {
    let options: LoadOptions
    let eventLoop: any EventLoop
    var tally = Tally()
    /// Whether a message that comes back to its sender calls for the next.
    private(set) var repliesToOwn = false
    /// The last error the server answered with.
    private(set) var lastError: String?
    private(set) var errorTexts: [String: Int] = [:]
    /// Why sockets died, with how many did.
    private(set) var deaths: [String: Int] = [:]

    private let tlsContext: TLSContext
    private let target: SocketAddress
    private var sockets: [LoadSocket] = []
    private var started = 0
    private(set) var openCount = 0
    private(set) var everOpened = 0
    private(set) var deadCount = 0
    /// Sockets that got their greeting or died on the way to it.
    private var arrivedCount = 0
    private var settled: EventLoopPromise<Void>?
    private var pacer: RepeatedTask?
    private var nextSend: UInt64 = 0
    private var sendCount = 0
    private var isOver = false

    init(options: LoadOptions, eventLoop: any EventLoop, tlsContext: TLSContext, target: SocketAddress) {
        self.options = options
        self.eventLoop = eventLoop
        self.tlsContext = tlsContext
        self.target = target
    }

    /// Opens all sockets, a few at a time; done when each is ready or dead, or the time is up.
    func open() -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        settled = promise
        sockets.reserveCapacity(options.sockets)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let deadline = eventLoop.scheduleTask(in: TimeAmount(options.connectTimeout)) { bound.value.settle() }
        promise.futureResult.whenComplete { _ in deadline.cancel() }
        for _ in 0..<min(options.connectConcurrency, options.sockets) { openNext() }
        return promise.futureResult
    }

    private func openNext() {
        guard !isOver, started < options.sockets else { return }
        let number = started
        started += 1
        let cookie = options.cookies.isEmpty ? nil : options.cookies[number % options.cookies.count]
        var configuration = TLSHandlerConfiguration()
        configuration.sendsToSocket = true
        let tls = TLSHandler(
            context: tlsContext, serverHostname: options.address.host, configuration: configuration)
        let socket = LoadSocket(
            number: number, run: self, tls: tls, upgrade: UpgradeRequest(address: options.address, cookie: cookie))
        sockets.append(socket)
        let bound = NIOLoopBound((self, socket, tls), eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(.seconds(30))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value.2) }
            }
            .connect(to: target)
            .whenComplete { result in
                let (run, socket, _) = bound.value
                switch result {
                case .success: socket.connected()
                case .failure(let error): run.ended(socket, wasReady: false, "connect: \(error)")
                }
            }
    }

    /// A socket has been greeted.
    func opened(_ socket: LoadSocket) {
        openCount += 1
        everOpened += 1
        stepped()
    }

    /// A socket is gone.
    func ended(_ socket: LoadSocket, wasReady: Bool, _ reason: String) {
        guard !isOver else { return }
        deadCount += 1
        deaths[reason, default: 0] += 1
        if wasReady { openCount -= 1 } else { stepped() }
    }

    /// One socket less is on its way.
    private func stepped() {
        arrivedCount += 1
        if arrivedCount >= options.sockets { settle() } else { openNext() }
    }

    private func settle() {
        settled?.succeed()
        settled = nil
    }

    /// Keeps an error text of the server, and counts it by its code.
    func noteError(_ text: String) {
        lastError = text
        let code = text.split(separator: "\"code\":\"", maxSplits: 1).last?.prefix { $0 != "\"" } ?? ""
        errorTexts[String(code), default: 0] += 1
    }

    /// The room that a socket is in.
    func room(of socket: LoadSocket) -> String { options.rooms[socket.number % options.rooms.count] }

    /// The frame of a publisher.
    func template(for socket: LoadSocket) -> SendTemplate {
        if options.sendsPings { return SendTemplate(pingFrom: socket.number) }
        return SendTemplate(
            room: room(of: socket), sender: socket.number, textBytes: options.messageBytes,
            id: options.acknowledges ? "s" : nil)
    }

    /// The publishers begin.
    func startPublishing() {
        let publishers = sockets.prefix(options.publishers)
        switch options.pace {
        case .closedLoop(let window):
            repliesToOwn = true
            for socket in publishers { socket.publishNow(window) }
        case .rate(let rate):
            nextSend = MonotonicClock.now
            let gap = UInt64(max(1, 1e9 / rate))
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            pacer = eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(1)) { _ in
                bound.value.sendWhatIsDue(gap)
            }
        }
    }

    /// A timer of a millisecond: what became due since goes out now, at most a thousand at a time.
    private func sendWhatIsDue(_ gap: UInt64) {
        let now = MonotonicClock.now
        var sent = 0
        while nextSend <= now, sent < 1000 {
            sockets[sendCount % options.publishers].publishUnlessBlocked()
            sendCount += 1
            sent += 1
            nextSend += gap
        }
    }

    /// The measurement begins: messages sent from now on count.
    func startMeasuring() -> UInt64 {
        let now = MonotonicClock.now
        tally.countedFrom = now
        return now
    }

    /// The measurement ends: messages sent from now on do not count, and none are.
    func stopMeasuring() -> UInt64 {
        let now = MonotonicClock.now
        tally.countedUntil = now
        repliesToOwn = false
        pacer?.cancel()
        pacer = nil
        return now
    }

    /// Ends all sockets; those that end from now on are not counted as dead.
    func close() {
        isOver = true
        pacer?.cancel()
        settle()
        for socket in sockets { socket.abort() }
        sockets = []
    }
}
