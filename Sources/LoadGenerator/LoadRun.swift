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
    var repliesToOwn = false
    /// The last error the server answered with.
    private(set) var lastError: String?
    var errorTexts: [String: Int] = [:]
    /// Why sockets died, with how many did.
    private(set) var deaths: [String: Int] = [:]

    private let tlsContext: TLSContext
    private let target: SocketAddress
    var sockets: [LoadSocket] = []
    private var started = 0
    /// The phase that runs or ran last.
    var phase = LoadPhase(publishers: 0, pace: .closedLoop(window: 1))
    var storm: LoadStorm?
    private(set) var openCount = 0
    private(set) var everOpened = 0
    private(set) var deadCount = 0
    private(set) var resumedCount = 0
    /// The version and the cipher suite of the first socket.
    private(set) var agreedTLS = ""
    /// Sockets that got their greeting or died on the way to it.
    private var arrivedCount = 0
    private var settled: EventLoopPromise<Void>?
    var timers: [RepeatedTask] = []
    var isOver = false

    init(options: LoadOptions, eventLoop: any EventLoop, tlsContext: TLSContext, target: SocketAddress) {
        self.options = options
        self.eventLoop = eventLoop
        self.tlsContext = tlsContext
        self.target = target
        tally.textBytes = options.messageBytes
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
        started += 1
        sockets.append(connect(number: started - 1, resumes: false))
    }

    /// Begins to open a socket; one that `resumes` asks for what it missed before it counts as ready.
    func connect(number: Int, resumes: Bool) -> LoadSocket {
        let room = room(of: number)
        let cookie = options.cookies.isEmpty ? nil : options.cookies[number % options.cookies.count]
        var configuration = TLSHandlerConfiguration()
        configuration.sendsToSocket = true
        let tls = TLSHandler(
            context: tlsContext, serverHostname: options.address.host, configuration: configuration)
        let socket = LoadSocket(
            number: number, run: self, tls: tls, resumes: resumes,
            upgrade: UpgradeRequest(
                address: options.address, path: options.dialect.path(room: room),
                // The cookies of XMPP are for its own login.
                cookie: options.dialect == .parley ? cookie : nil, offered: options.dialect.subprotocol),
            greeting: LoadGreeting(options.dialect, room: room, socket: number, credentials: cookie))
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
        return socket
    }

    /// A socket has been greeted.
    func opened(_ socket: LoadSocket, isResumed: Bool, _ tls: @autoclosure () -> String) {
        openCount += 1
        if socket.resumes { return cameBack() }
        everOpened += 1
        if isResumed { resumedCount += 1 }
        if agreedTLS.isEmpty { agreedTLS = tls() }
        stepped()
    }

    /// A socket is gone.
    func ended(_ socket: LoadSocket, wasReady: Bool, _ reason: String) {
        guard !isOver else { return }
        if wasReady { openCount -= 1 }
        if socket.isDismissed { return }
        deadCount += 1
        deaths[reason, default: 0] += 1
        if !wasReady, !socket.resumes { stepped() }
        if !wasReady, socket.resumes { cameBack() }
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
    func room(of number: Int) -> String { options.rooms[number % options.rooms.count] }

    /// The frame of a publisher.
    func template(for socket: LoadSocket) -> SendTemplate {
        if options.sendsPings { return SendTemplate(pingFrom: socket.number) }
        if options.dialect != .parley {
            return SendTemplate(
                options.dialect, room: room(of: socket.number), sender: socket.number, textBytes: options.messageBytes)
        }
        return SendTemplate(
            room: room(of: socket.number), sender: socket.number, textBytes: options.messageBytes,
            id: options.acknowledges ? "s" : nil)
    }

    /// Ends all sockets; those that end from now on are not counted as dead.
    func close() {
        isOver = true
        stopTimers()
        settle()
        for socket in sockets { socket.abort() }
        sockets = []
    }
}
