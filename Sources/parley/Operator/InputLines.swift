import Foundation

/// Standard input line by line, each when it is asked for; a thread of its own waits for it.
final class InputLines: Sendable {
    /// Bytes of a line, at the most; a longer one ends the input.
    private static let maximumLine = 1 << 20

    private let queue = DispatchQueue(label: "parley.input")
    private let buffer = Buffer()

    /// The next line without its end; nil behind the last.
    func next() async -> String? {
        await withCheckedContinuation { continuation in
            queue.async { [buffer] in continuation.resume(returning: buffer.next()) }
        }
    }

    /// What was read and not taken yet; the queue's alone.
    private final class Buffer: @unchecked Sendable {
        private var bytes: [UInt8] = []
        private var isAtEnd = false

        func next() -> String? {
            while true {
                if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                    defer { bytes.removeFirst(end + 1) }
                    return text(bytes[..<end])
                }
                if isAtEnd || bytes.count > InputLines.maximumLine {
                    guard !bytes.isEmpty else { return nil }
                    defer { bytes = [] }
                    isAtEnd = true
                    return text(bytes[...])
                }
                read()
            }
        }

        private func read() {
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = Foundation.read(STDIN_FILENO, &chunk, chunk.count)
            if count > 0 {
                bytes += chunk[..<count]
            } else if count == 0 || errno != EINTR {
                isAtEnd = true
            }
        }

        private func text(_ line: ArraySlice<UInt8>) -> String {
            String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
        }
    }
}
