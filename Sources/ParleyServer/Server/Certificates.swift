import Foundation
import NIOOpenSSL
import OpenSSLCrypto

/// Finds the certificate that the configuration names, or makes one for development.
struct Certificates {
    /// Files of a certificate chain and its key.
    let certificate: String
    let privateKey: String
    /// The CA that a client must trust to reach a development certificate, nil for a configured one.
    let developmentAuthority: String?

    /// Throws ``NodeError`` with the code `certificate`.
    init(_ tls: ParleyConfiguration.TLS) throws {
        if let pair = tls.pair {
            certificate = pair.certificate
            privateKey = pair.privateKey
            developmentAuthority = nil
            return
        }
        let directory = tls.developmentDirectory
        certificate = directory + "/dev-cert.pem"
        privateKey = directory + "/dev-key.pem"
        let authority = directory + "/dev-ca.pem"
        developmentAuthority = authority
        if [certificate, privateKey, authority].allSatisfy(FileManager.default.fileExists) { return }
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            _ = try DevelopmentCertificates.make(in: directory)
        } catch {
            throw NodeError(.certificate, "cannot make a development certificate in \(directory): \(error)")
        }
    }
}
