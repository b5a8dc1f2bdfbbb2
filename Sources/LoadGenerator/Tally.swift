import Histogram
import ParleyClient

/// What a run counts. One value for all sockets of the event loop.
struct Tally {
    /// What a text frame turned out to be.
    enum Content {
        /// A message of the load, or the answer to its ping; `isOwn` when the socket that received it had sent it.
        case delivery(isOwn: Bool)
        case hello
        case ok
        case error
        case other
    }

    /// From this time on a message belongs to the measurement, by when it was sent; `max` while nothing is measured.
    var countedFrom = UInt64.max
    /// Up to this time.
    var countedUntil = UInt64.max
    /// Messages of the measurement that were received, each by each socket.
    var deliveries: UInt64 = 0
    /// All messages received, measured or not, for the progress.
    var allDeliveries: UInt64 = 0
    var published: UInt64 = 0
    /// Sends left out because the socket had not got rid of the ones before.
    var skipped: UInt64 = 0
    var acknowledged: UInt64 = 0
    var errors: UInt64 = 0
    var otherFrames: UInt64 = 0
    var receivedBytes: UInt64 = 0
    /// Nanoseconds, told apart from a microsecond up.
    var latency = Histogram<UInt64>(
        lowestDiscernibleValue: 1000, highestTrackableValue: Tally.longestLatency,
        numberOfSignificantValueDigits: .three)

    /// Ten minutes; a longer one is counted as this.
    private static let longestLatency: UInt64 = 600_000_000_000

    /// Where the last marker was: the next one is most often in the same place.
    private var markerOffset = 0

    /// Takes one text frame that `socket` received at `now`.
    @inline(__always)
    mutating func received(_ payload: UnsafeRawBufferPointer, at now: UInt64, on socket: Int) -> Content {
        guard FrameType.isMessage(payload) else { return control(payload, at: now, on: socket) }
        return marked(payload, at: now, on: socket)
    }

    @inline(__always)
    private mutating func marked(_ payload: UnsafeRawBufferPointer, at now: UInt64, on socket: Int) -> Content {
        var marker = Marker(payload, at: markerOffset)
        if marker == nil { marker = search(payload) }
        guard let marker else {
            otherFrames &+= 1
            return .other
        }
        allDeliveries &+= 1
        if marker.sentAt >= countedFrom, marker.sentAt < countedUntil {
            deliveries &+= 1
            latency.record(min(now &- min(marker.sentAt, now), Self.longestLatency))
        }
        return .delivery(isOwn: marker.sender == socket)
    }

    @inline(never)
    private mutating func search(_ payload: UnsafeRawBufferPointer) -> Marker? {
        var start = 0
        while let candidate = Marker.firstCandidate(payload, from: start) {
            if let marker = Marker(payload, at: candidate) {
                markerOffset = candidate
                return marker
            }
            start = candidate + 1
        }
        return nil
    }

    @inline(never)
    private mutating func control(_ payload: UnsafeRawBufferPointer, at now: UInt64, on socket: Int) -> Content {
        switch FrameType.name(payload) {
        case "hello": return .hello
        case "ok":
            acknowledged &+= 1
            return .ok
        case "pong": return marked(payload, at: now, on: socket)
        case "error":
            errors &+= 1
            return .error
        default:
            otherFrames &+= 1
            return .other
        }
    }
}
