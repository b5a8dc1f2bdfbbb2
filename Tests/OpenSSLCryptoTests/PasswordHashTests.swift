import Testing

@testable import OpenSSLCrypto

@Suite("scrypt and stored passwords")
struct PasswordHashTests {
    @Test(
        "derives the keys of RFC 7914 section 12",
        arguments: [
            (
                "", "", 4, 1, 1,
                """
                77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442\
                fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906
                """
            ),
            (
                "password", "NaCl", 10, 8, 16,
                """
                fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162\
                2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640
                """
            ),
            (
                "pleaseletmein", "SodiumChloride", 14, 8, 1,
                """
                7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2\
                d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887
                """
            ),
        ])
    func rfc7914(password: String, salt: String, cost: Int, block: Int, parallel: Int, wanted: String) throws {
        let scrypt = try #require(Scrypt(logarithmicCost: cost, blockSize: block, parallelism: parallel))
        let derived = try Array(password.utf8).withUnsafeBytes {
            try scrypt.derive(password: $0, salt: Array(salt.utf8), count: 64)
        }
        #expect(derived.withUnsafeBytes { Array($0) } == hexadecimal(wanted))
    }

    @Test("stores costs, salt and result in one string and reads them back")
    func roundTrip() throws {
        let hash = try PasswordHash(password: "correct horse")
        let text = hash.phc
        #expect(text.hasPrefix("$scrypt$ln=15,r=8,p=1$"))
        #expect(text.split(separator: "$").count == 4)
        let read = try PasswordHash(phc: text)
        #expect(read.phc == text)
        #expect(read.scrypt == .standard)
        #expect(try read.verify("correct horse"))
        #expect(try !read.verify("correct horsf"))
        #expect(try !read.verify(""))
        #expect("\(read)" == "<password hash>")
        #expect(try PasswordHash(password: "correct horse").phc != text)
    }

    @Test("verifies with the costs of the hash and says when they are too low")
    func rehash() throws {
        let cheap = try #require(Scrypt(logarithmicCost: 4, blockSize: 8, parallelism: 1))
        let hash = try PasswordHash(password: "password", scrypt: cheap)
        let read = try PasswordHash(phc: hash.phc)
        #expect(try read.verify("password"))
        #expect(read.needsRehash())
        #expect(!read.needsRehash(for: cheap))
    }

    @Test("reads a hash that passlib made")
    func foreign() throws {
        // passlib.hash.scrypt, as its documentation prints it for "password".
        let hash = try PasswordHash(
            phc: "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E")
        #expect(try hash.verify("password"))
    }

    @Test(
        "refuses text that is no such hash, and costs that would take the machine",
        arguments: [
            "", "$", "$scrypt$", "scrypt$ln=15,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$ln=15,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=15,r=8$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=015,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=+15,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=15,r=8,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=15,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=15,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA$",
            "$scrypt$ln=0,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=20,r=32,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=99,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=99999999999999999999,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        ])
    func refuses(_ text: String) {
        #expect(throws: CryptoError(.passwordHash, "")) { try PasswordHash(phc: text) }
    }
}
