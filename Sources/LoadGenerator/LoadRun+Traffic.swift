import NIOCore

/// What goes on in one phase.
extension LoadRun {
    /// The publishers of a phase begin, and those who come and go.
    func startPublishing(_ phase: LoadPhase) {
        self.phase = phase
        tally.restart()
        errorTexts = [:]
        storm = nil
        switch phase.pace {
        case .closedLoop(let window):
            repliesToOwn = true
            for socket in sockets.prefix(phase.publishers) { socket.publishNow(window) }
        case .rate(let rate) where phase.publishers > 0:
            var turn = 0
            repeatEvery(Double(phase.burst) / rate) { run in
                for _ in 0..<phase.burst {
                    run.sockets[turn % phase.publishers].publishUnlessBlocked()
                    turn += 1
                }
            }
        case .rate: break
        }
        if phase.changesPerSecond > 0 { startChanges(phase.changesPerSecond) }
    }

    /// Sockets from the end of their number leave in turn, and join again in turn: at most half of those who do not send
    /// are away.
    private func startChanges(_ perSecond: Double) {
        let changing = max(1, (sockets.count - phase.publishers) / 2)
        var turn = 0
        repeatEvery(1 / perSecond) { run in
            let socket = run.sockets[run.sockets.count - 1 - turn % changing]
            socket.change(joins: turn / changing % 2 == 1)
            run.tally.changes &+= 1
            turn += 1
        }
    }

    /// A timer of a millisecond: what became due since is done now, at most a thousand times.
    private func repeatEvery(_ seconds: Double, _ body: @escaping (LoadRun) -> Void) {
        let gap = UInt64(max(1, seconds * 1e9))
        let bound = NIOLoopBound((self, body), eventLoop: eventLoop)
        let due = NIOLoopBoundBox(MonotonicClock.now, eventLoop: eventLoop)
        timers.append(
            eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(1)) { _ in
                let now = MonotonicClock.now
                var count = 0
                while due.value <= now, count < 1000 {
                    bound.value.1(bound.value.0)
                    due.value += gap
                    count += 1
                }
            })
    }

    /// The measurement begins: messages sent from now on count.
    func startMeasuring() -> UInt64 {
        let now = MonotonicClock.now
        tally.countedFrom = now
        if phase.reconnects > 0 { startStorm(now) }
        return now
    }

    /// The measurement ends: messages sent from now on do not count, and none are.
    func stopMeasuring() -> UInt64 {
        let now = MonotonicClock.now
        tally.countedUntil = now
        repliesToOwn = false
        stopTimers()
        return now
    }

    /// Nobody sends, comes or goes any more.
    func stopTimers() {
        for timer in timers { timer.cancel() }
        timers = []
    }

    private func startStorm(_ now: UInt64) {
        let first = sockets.count - phase.reconnects
        var storm = LoadStorm(sockets: phase.reconnects, startedAt: now)
        for socket in sockets[first...] { socket.dismiss() }
        let beginning = storm.start(options.connectConcurrency)
        self.storm = storm
        for number in beginning { reconnect(first + number) }
    }

    private func reconnect(_ number: Int) { sockets[number] = connect(number: number, resumes: true) }

    /// A socket of the storm is live again, or died on its way.
    func cameBack() {
        guard let next = storm?.ended(at: MonotonicClock.now) else { return }
        reconnect(sockets.count - phase.reconnects + next)
    }
}
