import Foundation
import TestTools
import Testing

@testable import OpenSSLCrypto

@Suite("Development certificates")
struct DevelopmentCertificatesTests {
    let directory: TemporaryDirectory
    let files: DevelopmentCertificates

    init() throws {
        directory = try TemporaryDirectory()
        files = try DevelopmentCertificates.make(in: directory.path)
    }

    @Test(
        "hold before openssl verify for each of this machine's names and no other",
        arguments: [
            (["-verify_hostname", "localhost"], true), (["-verify_ip", "127.0.0.1"], true),
            (["-verify_ip", "::1"], true),
            (["-verify_hostname", "example.org"], false), (["-verify_ip", "127.0.0.2"], false),
        ])
    func verify(arguments: [String], isGood: Bool) throws {
        let result = try openssl(
            ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", files.authority] + arguments
                + [files.certificate])
        #expect((result.status == 0) == isGood, "\(result.output)")
    }

    @Test("do not vouch for themselves without their authority")
    func selfSigned() throws {
        try openssl(["verify", "-CAfile", files.certificate, files.certificate]).expect { $0 != 0 }
    }

    @Test("are P-256 with the names, uses and validity that browsers ask for")
    func content() throws {
        let text = try openssl(["x509", "-text", "-noout", "-in", files.certificate]).output
        for part in [
            "Version: 3 (0x2)", "ASN1 OID: prime256v1", "ecdsa-with-SHA256", "CN = localhost",
            "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1", "TLS Web Server Authentication",
            "CA:FALSE", "Digital Signature", "X509v3 Authority Key Identifier",
        ] {
            #expect(text.contains(part), "\(part) is not in \(text)")
        }
        let authority = try openssl(["x509", "-text", "-noout", "-in", files.authority]).output
        for part in ["CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign", "Parley development CA"] {
            #expect(authority.contains(part), "\(part) is not in \(authority)")
        }
        // Valid for 800 days, not for 825.
        try openssl(["x509", "-checkend", "\(800 * 86_400)", "-noout", "-in", files.certificate]).expect { $0 == 0 }
        try openssl(["x509", "-checkend", "\(825 * 86_400)", "-noout", "-in", files.certificate]).expect { $0 != 0 }
    }

    @Test("come with the leaf's own key, readable by its owner alone, and without the authority's")
    func keys() throws {
        let fromKey = try openssl(["pkey", "-pubout", "-in", files.privateKey]).output
        let fromCertificate = try openssl(["x509", "-pubkey", "-noout", "-in", files.certificate]).output
        #expect(fromKey == fromCertificate)
        #expect(fromKey.contains("BEGIN PUBLIC KEY"))
        #expect(try directory.mode(of: "dev-key.pem") == 0o600)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
                == ["dev-ca.pem", "dev-cert.pem", "dev-key.pem"])
    }

    @Test("are others each time")
    func fresh() throws {
        let before = try String(contentsOfFile: files.certificate, encoding: .utf8)
        _ = try DevelopmentCertificates.make(in: directory.path)
        #expect(try String(contentsOfFile: files.certificate, encoding: .utf8) != before)
        try openssl(["verify", "-CAfile", files.authority, files.certificate]).expect { $0 == 0 }
    }

    private struct Result {
        let status: Int32
        let output: String

        func expect(_ isExpected: (Int32) -> Bool) {
            #expect(isExpected(status), "\(output)")
        }
    }

    private func openssl(_ arguments: [String]) throws -> Result {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
    }
}
