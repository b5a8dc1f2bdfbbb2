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
    /// Times that a socket left its room or joined it.
    var changes: UInt64 = 0
    var errors: UInt64 = 0
    var otherFrames: UInt64 = 0
    var receivedBytes: UInt64 = 0
    /// Nanoseconds, told apart from a microsecond up.
    var latency = Histogram<UInt64>(
        lowestDiscernibleValue: 1000, highestTrackableValue: Tally.longestLatency,
        numberOfSignificantValueDigits: .three)

    /// Ten minutes; a longer one is counted as this.
    private static let longestLatency: UInt64 = 600_000_000_000

    /// Whether what is received now is not counted: a socket that catches up gets messages that are old for a reason.
    var isCatchingUp = false
    /// The length of a message's text: no two markers are closer.
    var textBytes = Marker.length
    /// How far apart the last two markers of one frame were.
    private var markerDistance = 0

    /// Begins to count anew; what was sent before no longer counts.
    mutating func restart() {
        countedFrom = .max
        countedUntil = .max
        deliveries = 0
        skipped = 0
        changes = 0
        acknowledged = 0
        errors = 0
        latency = Histogram(
            lowestDiscernibleValue: 1000, highestTrackableValue: Tally.longestLatency,
            numberOfSignificantValueDigits: .three)
    }

    /// Takes one frame of another dialect than Parley's, which may hold several messages; the first number is how many
    /// it held, the second how many of those `socket` had sent.
    @inline(__always)
    mutating func receivedAll(
        _ payload: UnsafeRawBufferPointer, at now: UInt64, on socket: Int
    ) -> (messages: Int, own: Int) {
        var messages = 0
        var own = 0
        var previous = 0
        var guess = markerOffset
        while true {
            var place = guess
            var marker = Marker(payload, at: guess)
            if marker == nil {
                let start = messages == 0 ? 0 : previous + textBytes
                guard let found = Self.next(payload, from: start) else { break }
                (place, marker) = found
                if messages == 0 { markerOffset = place } else { markerDistance = place - previous }
            }
            guard let marker else { break }
            count(marker, at: now)
            messages += 1
            if marker.sender == socket { own += 1 }
            previous = place
            guess = place + max(markerDistance, textBytes)
        }
        return (messages, own)
    }

    @inline(never)
    private static func next(_ payload: UnsafeRawBufferPointer, from start: Int) -> (Int, Marker)? {
        var start = start
        while let candidate = Marker.firstCandidate(payload, from: start) {
            if let marker = Marker(payload, at: candidate) { return (candidate, marker) }
            start = candidate + 1
        }
        return nil
    }

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
        count(marker, at: now)
        return .delivery(isOwn: marker.sender == socket)
    }

    @inline(__always)
    private mutating func count(_ marker: Marker, at now: UInt64) {
        allDeliveries &+= 1
        if marker.sentAt >= countedFrom, marker.sentAt < countedUntil, !isCatchingUp {
            deliveries &+= 1
            latency.record(min(now &- min(marker.sentAt, now), Self.longestLatency))
        }
    }

    @inline(never)
    private mutating func search(_ payload: UnsafeRawBufferPointer) -> Marker? {
        guard let (offset, marker) = Self.next(payload, from: 0) else { return nil }
        markerOffset = offset
        return marker
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
