import NIOConcurrencyHelpers

/// A queue from an event loop or a thread to the one task that reads it.
package final class Mailbox<Element: Sendable>: Sendable {
    private struct State {
        /// A ring would do as well; what was read is dropped when it is half of the whole.
        var elements: [Element] = []
        var readCount = 0
        var waiter: CheckedContinuation<Element?, Never>?
        var isFinished = false

        mutating func takeFirst() -> Element? {
            guard readCount < elements.count else { return nil }
            defer {
                readCount += 1
                if readCount * 2 > elements.count {
                    elements.removeFirst(readCount)
                    readCount = 0
                }
            }
            return elements[readCount]
        }
    }

    private let state = NIOLockedValueBox(State())

    package init() {}

    /// Adds an element.
    package func put(_ element: Element) {
        let waiter = state.withLockedValue { state -> CheckedContinuation<Element?, Never>? in
            guard !state.isFinished else { return nil }
            guard let waiter = state.waiter else {
                state.elements.append(element)
                return nil
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume(returning: element)
    }

    /// Nothing more comes.
    package func finish() {
        let waiter = state.withLockedValue { state in
            state.isFinished = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: nil)
    }

    /// The next element; nil when nothing more comes, or the task was cancelled.
    package func next() async -> Element? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLockedValue { state -> Element?? in
                    if let element = state.takeFirst() { return element }
                    if state.isFinished || Task.isCancelled { return .some(nil) }
                    state.waiter = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLockedValue { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(returning: nil)
        }
    }

    /// How many elements wait.
    package var count: Int { state.withLockedValue { $0.elements.count - $0.readCount } }
}
