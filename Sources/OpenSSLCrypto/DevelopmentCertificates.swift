import COpenSSL

/// A certificate authority of one use and a server certificate for this machine's own names, for development.
///
/// The authority's key signs once and is never written: whoever trusts `dev-ca.pem` trusts that one leaf.
package struct DevelopmentCertificates: Equatable, Sendable {
    /// The authority's certificate, for clients to trust (PEM).
    package let authority: String
    /// The server's certificate for localhost, 127.0.0.1 and ::1 (PEM).
    package let certificate: String
    /// The server's private key, P-256, PKCS #8, mode 0600 (PEM).
    package let privateKey: String

    /// The longest validity that browsers accept from a private authority is 825 days.
    private static let validSeconds = 820 * 86_400
    /// Before now, for clients whose clock is a little behind.
    private static let backdatedSeconds = -3_600

    /// Names the three files of a directory without touching them.
    package init(in directory: String) {
        authority = "\(directory)/dev-ca.pem"
        certificate = "\(directory)/dev-cert.pem"
        privateKey = "\(directory)/dev-key.pem"
    }

    /// Makes the three files in an existing directory, in the place of those that may be there; blocks on the disk.
    package static func make(in directory: String) throws -> DevelopmentCertificates {
        let files = DevelopmentCertificates(in: directory)
        let authorityKey = try X509Builder.makeKey()
        defer { EVP_PKEY_free(authorityKey) }
        let leafKey = try X509Builder.makeKey()
        defer { EVP_PKEY_free(leafKey) }

        // A name of its own for each: clients that trust several of them find the right one by it.
        let tag = SHA256Digest(of: try RandomBytes.make(count: 16)).hexadecimal.prefix(8)
        let authority = try X509Builder(commonName: "Parley development CA \(tag)", key: authorityKey)
        try authority.setValidity(from: backdatedSeconds, to: validSeconds)
        try authority.sign(
            with: authorityKey, issuedBy: authority,
            extensions: [
                (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"),
                (NID_key_usage, "critical,keyCertSign,cRLSign"),
                (NID_subject_key_identifier, "hash"),
            ])

        let leaf = try X509Builder(commonName: "localhost", key: leafKey)
        try leaf.setValidity(from: backdatedSeconds, to: validSeconds)
        try leaf.sign(
            with: authorityKey, issuedBy: authority,
            extensions: [
                (NID_basic_constraints, "critical,CA:FALSE"),
                (NID_key_usage, "critical,digitalSignature"),
                (NID_ext_key_usage, "serverAuth"),
                (NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1"),
                (NID_subject_key_identifier, "hash"),
                (NID_authority_key_identifier, "keyid:always"),
            ])

        // The key goes last: its presence means that the set is whole.
        try write(authority.pem(), to: files.authority, mode: 0o644)
        try write(leaf.pem(), to: files.certificate, mode: 0o644)
        try write(X509Builder.pem(privateKey: leafKey), to: files.privateKey, mode: 0o600)
        return files
    }

    private static func write(_ pem: SecretBytes, to path: String, mode: UInt32) throws {
        try pem.withUnsafeBytes { try SecretFile(path: path).replace($0, mode: mode) }
    }
}
