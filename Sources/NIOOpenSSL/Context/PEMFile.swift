import COpenSSL
import Glibc

/// Reads certificates and keys from PEM files, with errors that name the file.
struct PEMFile: ~Copyable {
    let path: String
    private let bio: OpaquePointer

    init(path: String) throws(TLSError) {
        ERR_clear_error()
        errno = 0
        guard let bio = BIO_new_file(path, "r") else {
            let reason = errno == 0 ? OpenSSLErrorQueue.drainText() : String(cString: strerror(errno))
            ERR_clear_error()
            throw TLSError(.fileUnreadable, "\(path): \(reason)")
        }
        self.path = path
        self.bio = bio
    }

    deinit { BIO_free(bio) }

    /// All certificates of the file in order, at least one; the caller frees them.
    borrowing func readCertificates() throws(TLSError) -> [OpaquePointer] {
        var certificates: [OpaquePointer] = []
        ERR_clear_error()
        while let certificate = PEM_read_bio_X509(bio, nil, nil, nil) { certificates.append(certificate) }
        let last = ERR_peek_last_error()
        let atEnd = COpenSSL_ERR_GET_LIB(last) == ERR_LIB_PEM && COpenSSL_ERR_GET_REASON(last) == PEM_R_NO_START_LINE
        if atEnd && !certificates.isEmpty {
            ERR_clear_error()
            return certificates
        }
        for certificate in certificates { X509_free(certificate) }
        let reason = OpenSSLErrorQueue.drainText()
        throw TLSError(.certificateInvalid, "\(path): " + (atEnd ? "holds no certificate in PEM form" : reason))
    }

    /// The file's first private key; the caller frees it.
    borrowing func readPrivateKey() throws(TLSError) -> OpaquePointer {
        ERR_clear_error()
        var asked = false
        let key = withUnsafeMutablePointer(to: &asked) { asked in
            PEM_read_bio_PrivateKey(
                bio, nil,
                { _, _, _, asked in
                    // OpenSSL asks for a passphrase: the key is encrypted. Without this callback it would ask the
                    // terminal and stop the process there.
                    asked?.assumingMemoryBound(to: Bool.self).pointee = true
                    return -1
                }, asked)
        }
        if let key { return key }
        let reason = OpenSSLErrorQueue.drainText()
        if asked {
            throw TLSError(
                .privateKeyEncrypted, "\(path): the private key is encrypted; store it without a passphrase, mode 0600")
        }
        throw TLSError(.privateKeyInvalid, "\(path): holds no usable private key in PEM form (\(reason))")
    }
}
