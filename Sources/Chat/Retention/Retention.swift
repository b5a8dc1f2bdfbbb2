/// How long a room keeps its history.
package enum Retention: Sendable, Equatable {
    /// As `chat.retention` says.
    case standard
    /// For ever, whatever `chat.retention` says.
    case forever
    /// For that many seconds.
    case seconds(Int64)

    /// What a room may be set to: ten years, at the most.
    package static let range: ClosedRange<Int64> = 1...315_360_000

    /// Takes what stands in the database and in the protocol: nothing, 0 for ever, or seconds.
    package init(seconds: Int64?) {
        switch seconds {
        case nil: self = .standard
        case 0?: self = .forever
        case let count?: self = .seconds(count)
        }
    }

    /// What stands in the database and in the protocol.
    package var seconds: Int64? {
        switch self {
        case .standard: nil
        case .forever: 0
        case .seconds(let count): count
        }
    }

    /// The room's own milliseconds, or those of `standard`; nil for ever.
    func milliseconds(standard: Int64?) -> Int64? {
        switch self {
        case .standard: standard
        case .forever: nil
        case .seconds(let count): count * 1000
        }
    }
}
