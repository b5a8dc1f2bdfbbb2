import Foundation
import NIOConcurrencyHelpers
import NIOCore

/// An event loop that runs what it was given when it is told to, on the thread that tells it: so that a tick of the
/// server can be counted by itself.
///
/// Timers never fire.
final class StepLoop: EventLoop {
    private let condition = ConditionLock(value: false)
    private let tasks = NIOLockedValueBox<[@Sendable () -> Void]>([])
    nonisolated(unsafe) private let thread = Thread.current

    var inEventLoop: Bool { Thread.current == thread }

    func execute(_ task: @escaping @Sendable () -> Void) {
        condition.lock()
        tasks.withLockedValue { $0.append(task) }
        condition.unlock(withValue: true)
    }

    /// Waits until another thread has given the loop something to do.
    func wait() {
        condition.lock(whenValue: true)
        condition.unlock()
    }

    /// Runs everything, and what comes of it.
    func run() {
        while true {
            condition.lock()
            let due = tasks.withLockedValue { tasks in
                defer { tasks.removeAll() }
                return tasks
            }
            condition.unlock(withValue: false)
            guard !due.isEmpty else { return }
            for task in due { task() }
        }
    }

    func submit<T>(_ task: @escaping @Sendable () throws -> T) -> EventLoopFuture<T> {
        let promise = makePromise(of: T.self)
        execute { promise.assumeIsolated().completeWith(Result { try task() }) }
        return promise.futureResult
    }

    @discardableResult
    func scheduleTask<T>(deadline: NIODeadline, _ task: @escaping @Sendable () throws -> T) -> Scheduled<T> {
        Scheduled(promise: makePromise(of: T.self), cancellationTask: {})
    }

    @discardableResult
    func scheduleTask<T>(in: TimeAmount, _ task: @escaping @Sendable () throws -> T) -> Scheduled<T> {
        Scheduled(promise: makePromise(of: T.self), cancellationTask: {})
    }

    func shutdownGracefully(queue: DispatchQueue, _ callback: @escaping @Sendable ((any Error)?) -> Void) {
        queue.async { callback(nil) }
    }
}
