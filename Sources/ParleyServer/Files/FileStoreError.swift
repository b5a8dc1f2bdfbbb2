import Foundation

/// The disk did not do what the store of files asked for.
struct FileStoreError: Error, Equatable, CustomStringConvertible {
    /// The system call that failed.
    let call: String
    /// Its `errno`.
    let number: Int32

    /// The failure of the call that was just made on this thread.
    static func last(_ call: String) -> FileStoreError { FileStoreError(call: call, number: errno) }

    /// Whether the disk or the user's share of it is full.
    var isFull: Bool { number == ENOSPC || number == EDQUOT }

    var description: String { "\(call): \(String(cString: strerror(number)))" }
}
