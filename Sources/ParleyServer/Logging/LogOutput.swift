import Glibc

/// Where log lines go.
package struct LogOutput: Sendable {
    /// Takes one whole line with its line feed; may be called from any thread at the same time.
    let write: @Sendable (_ line: [UInt8]) -> Void

    /// An output that hands every line to `write`.
    package init(_ write: @escaping @Sendable (_ line: [UInt8]) -> Void) {
        self.write = write
    }

    /// The process's standard error, one `write` for a line: lines of several threads do not mix.
    package static let standardError = LogOutput { write($0, to: STDERR_FILENO) }

    /// Writes all of `line` to `descriptor`; what cannot be written is lost, as there is nowhere to say so.
    static func write(_ line: [UInt8], to descriptor: Int32) {
        line.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    return
                }
            }
        }
    }
}
