import Foundation
package import ParleyClient

extension RawSocket {
    /// The next message as it stood on the wire, for tests to which reading JSON would cost too much. Throws ``Ended``.
    package func text() async throws -> String {
        switch await inbox.next() {
        case .text(let text): return text
        case .close(let code, let reason): throw Ended(close: CloseReason(code: code, reason: reason))
        case .violation(let words): throw Ended(close: CloseReason(code: 1006, reason: words))
        case nil: throw Ended(close: nil)
        }
    }

    /// The `seq` of every event up to the end, the Close frame, and whether nothing came behind it.
    package func restOfSeqs() async -> (seqs: [Int64], close: CloseReason?, isSilent: Bool) {
        var (seqs, close, isSilent): ([Int64], CloseReason?, Bool) = ([], nil, true)
        while let arrival = await inbox.next() {
            if close != nil { isSilent = false }
            switch arrival {
            case .text(let text): if let seq = Self.seq(of: text) { seqs.append(seq) }
            case .close(let code, let reason): close = CloseReason(code: code, reason: reason)
            case .violation(let words): close = CloseReason(code: 1006, reason: words)
            }
        }
        return (seqs, close, isSilent)
    }

    /// The `seq` of a durable event, nil for any other text.
    package static func seq(of text: String) -> Int64? {
        guard !text.hasPrefix("{\"type\":\"ok\"") else { return nil }
        let name = "\"seq\":"
        // The C library's search: a generic one over long texts takes most of a test's time in a debug build.
        return text.withCString { text in
            strstr(text, name).map { Int64(strtoll($0 + name.utf8.count, nil, 10)) }
        }
    }
}
