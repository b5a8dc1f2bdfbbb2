import FoundationEssentials
import NIOOpenSSL
import OpenSSLCrypto

/// One authority and server certificate for all tests of a run, in a directory of their own.
enum ServerCertificates {
    private static let made = Result {
        let directory = FileManager.default.temporaryDirectory.path + "/parley-client-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        return try DevelopmentCertificates.make(in: directory)
    }

    static func files() throws -> DevelopmentCertificates { try made.get() }

    /// The file for clients to trust.
    static func authority() throws -> String { try files().authority }

    static func serverContext() throws -> TLSContext {
        let files = try files()
        return try TLSContext(
            server: TLSServerConfiguration(certificateChainFile: files.certificate, privateKeyFile: files.privateKey))
    }
}
