import COpenSSL
import NIOCore

/// One `SSL` object: takes ciphertext from a buffer, gives plaintext into memory, and the other way round.
///
/// Knows no channel and keeps no state of the conversation, see ``TLSStateMachine``. Bound to its event loop. What it
/// writes gathers in the loop's output buffer until ``hasOutput`` is answered by handing it down.
final class TLSConnection {
    /// What a libssl call came to. After `failed`, ``takeError(_:)`` says why and must be the next call.
    enum Outcome: Equatable {
        case done(Int)
        case wantsInput
        case closeNotify
        case failed

        var isDone: Bool {
            if case .done = self { return true }
            return false
        }
    }

    /// Room for what one call may add to a record: header, tag and content type, an alert, a key update.
    private static let slackBytes = 512

    let ssl: OpaquePointer
    let context: TLSContext
    let serverHostname: String?
    let buffers: TLSLoopBuffers
    @exclusivity(unchecked) private var strandedOutput: ByteBuffer?

    init(_ context: TLSContext, serverHostname: String?, buffers: TLSLoopBuffers) throws(TLSError) {
        ERR_clear_error()
        guard let ssl = SSL_new(context.pointer) else {
            throw TLSError(.handshakeFailed, "no TLS connection: \(OpenSSLErrorQueue.drainText())")
        }
        self.ssl = ssl
        self.context = context
        self.serverHostname = serverHostname
        self.buffers = buffers
        // Each of the two setters takes over one reference.
        BIO_up_ref(buffers.bio.pointer)
        SSL_set0_rbio(ssl, buffers.bio.pointer)
        BIO_up_ref(buffers.bio.pointer)
        SSL_set0_wbio(ssl, buffers.bio.pointer)
        switch context.role {
        case .server: SSL_set_accept_state(ssl)
        case .client:
            SSL_set_connect_state(ssl)
            try prepareClient()
        }
    }

    deinit {
        buffers.release(self)
        // A session outlives a connection that was cut (RFC 5246 section 7.2.1); libssl would throw it away, under the
        // context's lock. After a fatal alert it has thrown it away already.
        SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
        SSL_free(ssl)
    }

    /// The connection of an `SSL` object, inside a callback of libssl.
    static func of(_ ssl: OpaquePointer?) -> TLSConnection? {
        guard let ssl, let data = SSL_get_ex_data(ssl, 0) else { return nil }
        return Unmanaged<TLSConnection>.fromOpaque(data).takeUnretainedValue()
    }

    /// Goes on with the handshake; `done` when it is finished.
    func handshake(_ input: inout ByteBuffer) -> Outcome { call(&input) { SSL_do_handshake($0) } }

    /// Decrypts into memory; `done` tells how many bytes.
    func read(_ input: inout ByteBuffer, into target: UnsafeMutableRawBufferPointer) -> Outcome {
        let capacity = CInt(truncatingIfNeeded: min(target.count, Int(Int32.max)))
        return call(&input) { SSL_read($0, target.baseAddress, capacity) }
    }

    /// Encrypts up to one record; `done` tells how many bytes were taken.
    func write(_ plaintext: UnsafeRawBufferPointer) -> Outcome {
        let count = CInt(truncatingIfNeeded: min(plaintext.count, TLSLoopBuffers.recordBytes))
        return call(reserving: Int(count) + Self.slackBytes) { SSL_write($0, plaintext.baseAddress, count) }
    }

    /// Writes close_notify, when the connection is in a state that allows it.
    func sendCloseNotify() {
        guard SSL_is_init_finished(ssl) == 1 else { return }
        _ = call(reserving: Self.slackBytes) { SSL_shutdown($0) == -1 ? -1 : 1 }
        ERR_clear_error()
    }

    /// Whether decrypted bytes wait inside libssl.
    var hasPendingPlaintext: Bool { SSL_pending(ssl) > 0 }

    /// Whether there is ciphertext to hand down.
    var hasOutput: Bool {
        if strandedOutput != nil { return true }
        buffers.claimOutput(for: self)
        return buffers.output.readableBytes > 0
    }

    /// Gives the ciphertext to the kernel; whether it took all.
    func send(to socket: TLSSocket) -> Bool {
        buffers.output.readWithUnsafeReadableBytes { socket.send($0) }
        guard buffers.output.readableBytes == 0 else { return false }
        buffers.output.clear()
        return true
    }

    /// Puts bytes that another connection's write pushed aside back before the newer ones.
    func restoreOutput() {
        guard var whole = strandedOutput else { return }
        strandedOutput = nil
        buffers.claimOutput(for: self)
        whole.writeBuffer(&buffers.output)
        buffers.output = whole
    }

    /// Keeps this connection's bytes while another one uses the loop's buffer.
    func strandOutput(_ output: inout ByteBuffer) {
        if strandedOutput == nil {
            strandedOutput = output
        } else {
            strandedOutput?.writeBuffer(&output)
        }
    }

    /// Why the last call failed.
    func takeError(_ code: TLSError.Code) -> TLSError {
        let (text, isVerification) = OpenSSLErrorQueue.drain(lookingFor: SSL_R_CERTIFICATE_VERIFY_FAILED)
        let verification = SSL_get_verify_result(ssl)
        guard isVerification, verification != X509_V_OK else { return TLSError(code, text) }
        let why = X509_verify_cert_error_string(verification).map { String(cString: $0) } ?? "code \(verification)"
        return TLSError(.certificateRejected, "\(why) (\(serverHostname ?? "no host name"))")
    }

    /// Runs one libssl call with the input and the output buffer in the BIO's window, again with more room while the
    /// output does not fit.
    @inline(__always)
    private func call(_ input: inout ByteBuffer, _ body: (OpaquePointer) -> CInt) -> Outcome {
        var outcome = Outcome.failed
        let window = buffers.bio.window
        _ = input.readWithUnsafeReadableBytes { bytes in
            window.pointee.input = bytes.baseAddress
            window.pointee.inputCount = bytes.count
            outcome = call(reserving: Self.slackBytes, body)
            let consumed = bytes.count - window.pointee.inputCount
            window.pointee.input = nil
            window.pointee.inputCount = 0
            return consumed
        }
        return outcome
    }

    @inline(__always)
    private func call(reserving bytes: Int, _ body: (OpaquePointer) -> CInt) -> Outcome {
        buffers.claimOutput(for: self)
        let window = buffers.bio.window
        var room = bytes
        while true {
            var result: CInt = 0
            _ = buffers.output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { target in
                window.pointee.output = target.baseAddress
                window.pointee.outputCapacity = target.count
                window.pointee.outputCount = 0
                ERR_clear_error()
                result = body(ssl)
                window.pointee.output = nil
                window.pointee.outputCapacity = 0
                return window.pointee.outputCount
            }
            if result > 0 { return .done(Int(result)) }
            switch SSL_get_error(ssl, result) {
            case SSL_ERROR_WANT_READ: return .wantsInput
            case SSL_ERROR_ZERO_RETURN: return .closeNotify
            case SSL_ERROR_WANT_WRITE: room = max(room * 2, 4 * 1024)
            default: return .failed
            }
        }
    }
}
