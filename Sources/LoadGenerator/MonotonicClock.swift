import Glibc

/// The clock of the markers, `CLOCK_MONOTONIC`: the same for all processes of a machine, so that generators agree.
enum MonotonicClock {
    /// Nanoseconds since some fixed moment.
    @inline(__always)
    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
