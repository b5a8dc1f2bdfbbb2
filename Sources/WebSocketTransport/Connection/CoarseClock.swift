import Glibc
import NIOCore

/// The monotonic clock at the kernel's own tick: some milliseconds coarse, and a few nanoseconds to read, as a read
/// burst of every socket asks for it.
enum CoarseClock {
    static func now() -> NIODeadline {
        var time = timespec()
        guard clock_gettime(CLOCK_MONOTONIC_COARSE, &time) == 0 else { return .now() }
        return .uptimeNanoseconds(UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }
}
