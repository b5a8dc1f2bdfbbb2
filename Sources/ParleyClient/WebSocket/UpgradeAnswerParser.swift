package import NIOCore

/// Reads the answer to an opening handshake: a head, then frames after 101, or the body of a refusal.
package struct UpgradeAnswerParser {
    /// How far the answer has come.
    package enum Progress {
        /// More bytes are needed.
        case incomplete
        /// The head is complete with status 101; what follows it are frames.
        case switched(ClientResponse, rest: ByteBuffer)
        /// Another status: the whole answer.
        case refused(ClientResponse)
        /// This is no HTTP answer.
        case invalid(String)
    }

    private static let maximumHeadBytes = 16 * 1024
    private static let maximumBodyBytes = 64 * 1024

    private var input: [UInt8] = []

    /// A parser that has seen nothing.
    package init() {}

    /// Takes bytes in; call with none and `ended` when the peer has no more to say, which ends a body without a length.
    package mutating func received(_ bytes: some Collection<UInt8>, ended: Bool = false) -> Progress {
        input.append(contentsOf: bytes)
        guard let bodyStart = Self.endOfHead(input) else {
            if input.count > Self.maximumHeadBytes { return .invalid("the head of the answer is too large") }
            return ended ? .invalid("the answer ended inside its head") : .incomplete
        }
        guard let text = String(validating: input[..<bodyStart], as: UTF8.self) else {
            return .invalid("the head of the answer is no text")
        }
        guard let (status, headers) = Self.head(text) else { return .invalid("the head of the answer is malformed") }
        let rest = input[bodyStart...]
        let answer = ClientResponse(status: status, headers: headers, body: [])
        if status == 101 { return .switched(answer, rest: ByteBuffer(bytes: rest)) }
        let announced = answer.header("content-length").flatMap(Int.init) ?? Int.max
        let wanted = min(max(announced, 0), Self.maximumBodyBytes)
        guard rest.count >= wanted || ended else { return .incomplete }
        return .refused(ClientResponse(status: status, headers: headers, body: Array(rest.prefix(wanted))))
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 3..<bytes.count
        where bytes[index] == 10 && bytes[index - 1] == 13 && bytes[index - 2] == 10 && bytes[index - 3] == 13 {
            return index + 1
        }
        return nil
    }

    private static func head(_ text: String) -> (Int, [(name: String, value: String)])? {
        // "\r\n" is one Character, so the lines split on it whole.
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: true)
        guard let first = lines.first else { return nil }
        let words = first.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]), (100...599).contains(status)
        else { return nil }
        var headers: [(name: String, value: String)] = []
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { return nil }
            var value = line[line.index(after: colon)...]
            while value.first == " " || value.first == "\t" { value.removeFirst() }
            while value.last == " " || value.last == "\t" { value.removeLast() }
            headers.append((String(line[..<colon]), String(value)))
        }
        return (status, headers)
    }
}
