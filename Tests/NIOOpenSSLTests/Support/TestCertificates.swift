import Foundation

/// Certificates of every kind, made once a run by the `openssl` command in a fresh temporary directory.
struct TestCertificates {
    static let shared = TestCertificates()

    let directory: String

    func path(_ name: String) -> String { directory + "/" + name }
    var authority: String { path("ca.pem") }

    private init() {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID().uuidString)")
        directory = folder.path
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let result = try Command.run("/bin/sh", ["-c", Self.script], in: directory)
            precondition(result.status == 0, "the certificates were not made: \(result.output)")
            atexit { try? FileManager.default.removeItem(atPath: TestCertificates.shared.directory) }
        } catch {
            preconditionFailure("the certificates were not made: \(error)")
        }
    }

    /// An empty directory of its own for a test that changes files.
    static func makeDirectory() throws -> String {
        let folder = URL(fileURLWithPath: shared.directory).appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.path
    }

    private static let script = """
        set -e
        ec() { openssl ecparam -genkey -name prime256v1 -noout -out "$1"; }
        ca() {
            ec "$1-key.pem"
            openssl req -x509 -new -key "$1-key.pem" -subj "/CN=$1" -days 30 -out "$1.pem" \\
                -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
        }
        leaf() { # name key issuer names days extension
            openssl req -new -key "$2" -subj "/CN=$1" -out "$1.csr"
            printf 'subjectAltName=%s\\n%s\\n' "$4" "$6" > "$1.ext"
            openssl x509 -req -in "$1.csr" -CA "$3.pem" -CAkey "$3-key.pem" -CAcreateserial -days "$5" \\
                -extfile "$1.ext" -out "$1.pem"
        }
        local=DNS:localhost,IP:127.0.0.1,IP:::1
        ca ca; ca other-ca
        ec server-key.pem; leaf server server-key.pem ca "$local" 30 extendedKeyUsage=serverAuth
        openssl genrsa -out rsa-key.pem 2048; leaf rsa rsa-key.pem ca "$local" 30 ""
        leaf expired server-key.pem ca "$local" -1 ""
        leaf wrong-name server-key.pem ca DNS:elsewhere.example 30 ""
        leaf wildcard server-key.pem ca 'DNS:*.example.org' 30 ""
        ec intermediate-key.pem
        leaf intermediate intermediate-key.pem ca DNS:intermediate 30 basicConstraints=critical,CA:TRUE
        leaf deep server-key.pem intermediate "$local" 30 ""
        cat deep.pem intermediate.pem > chain.pem
        openssl ec -in server-key.pem -aes256 -passout pass:secret -out encrypted-key.pem
        openssl genrsa -out weak-key.pem 1024; leaf weak weak-key.pem ca "$local" 30 ""
        printf 'nothing of use\\n' > noise.pem; : > empty.pem
        sed 's/[A-M]/z/g' server.pem > damaged.pem
        """
}
