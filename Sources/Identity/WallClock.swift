import Glibc

/// The time of day, as a value that tests replace.
package struct WallClock: Sendable {
    private let read: @Sendable () -> Int64

    /// Takes a function that gives milliseconds since 1970 UTC and may be called from any thread.
    package init(_ read: @escaping @Sendable () -> Int64) {
        self.read = read
    }

    /// The machine's clock.
    package static let system = WallClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Milliseconds since 1970 UTC.
    package var now: Int64 { read() }
}

extension Duration {
    /// Whole milliseconds; what does not fit is the largest number.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? .max : product + attoseconds / 1_000_000_000_000_000
    }
}
