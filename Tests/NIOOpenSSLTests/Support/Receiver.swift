@testable import NIOOpenSSL

/// The receiver of a handler in direct mode: remembers every call.
final class Receiver: TLSPlaintextReceiver {
    enum Call: Equatable {
        case received(String)
        case readCompleted
        case inputEnded(truncated: Bool)
        case writability(Bool)
        case closed(TLSError.Code?)
    }

    var calls: [Call] = []
    var bytes = 0
    var onReceived: ((UnsafeMutableRawBufferPointer) -> Void)?

    var text: String {
        calls.reduce(into: "") { if case .received(let text) = $1 { $0 += text } }
    }

    func tlsReceived(_ plaintext: UnsafeMutableRawBufferPointer) {
        bytes += plaintext.count
        calls.append(.received(String(decoding: plaintext, as: UTF8.self)))
        onReceived?(plaintext)
    }

    func tlsReadCompleted() { calls.append(.readCompleted) }
    func tlsInputEnded(truncated: Bool) { calls.append(.inputEnded(truncated: truncated)) }
    func tlsWritabilityChanged(isWritable: Bool) { calls.append(.writability(isWritable)) }
    func tlsClosed(error: TLSError?) { calls.append(.closed(error?.code)) }
}
