import Foundation
import Synchronization
import Testing

@testable import NIOOpenSSL

@Suite("Reloading a certificate")
struct TLSContextSourceTests {
    /// A directory with a pair that may be changed.
    private struct Files {
        let directory: String
        let configuration: TLSServerConfiguration

        init() throws {
            directory = try TestCertificates.makeDirectory()
            configuration = TLSServerConfiguration(
                certificateChainFile: directory + "/cert.pem", privateKeyFile: directory + "/key.pem")
            try put("server.pem", "cert.pem")
            try put("server-key.pem", "key.pem")
        }

        func put(_ name: String, _ target: String) throws {
            let data = try Data(contentsOf: URL(fileURLWithPath: TestCertificates.shared.path(name)))
            try data.write(to: URL(fileURLWithPath: directory + "/" + target), options: .atomic)
        }
    }

    @Test("unchanged files are not read again; changed ones are, once")
    func changes() throws {
        let files = try Files()
        let source = try TLSContextSource(configuration: files.configuration)
        let first = source.current
        #expect(source.reloadIfChanged() == nil)
        try files.put("rsa.pem", "cert.pem")
        try files.put("rsa-key.pem", "key.pem")
        #expect(source.reloadIfChanged() != nil)
        #expect(source.reloadIfChanged() == nil)
        #expect(source.current !== first)
        #expect(source.current.certificate?.subject == "/CN=rsa")
        #expect(source.reloadCounts == .init(succeeded: 1, failed: 0))
    }

    @Test("a bad pair keeps the old one, is counted and reported; the repaired one serves")
    func badReload() throws {
        let files = try Files()
        let reports = Mutex<[TLSError.Code?]>([])
        let source = try TLSContextSource(configuration: files.configuration) { result in
            reports.withLock {
                switch result {
                case .success: $0.append(nil)
                case .failure(let error): $0.append(error.code)
                }
            }
        }
        let first = source.current
        try files.put("rsa.pem", "cert.pem")
        source.reloadIfChanged()
        #expect(source.current === first)
        try files.put("rsa-key.pem", "key.pem")
        source.reloadIfChanged()
        #expect(source.current !== first)
        try FileManager.default.removeItem(atPath: files.directory + "/key.pem")
        source.reloadIfChanged()
        source.reloadIfChanged()
        #expect(source.reloadCounts == .init(succeeded: 1, failed: 2))
        #expect(reports.withLock { $0 } == [.keyMismatch, nil, .fileUnreadable])
    }

    @Test("a reload on demand reads unchanged files too")
    func onDemand() throws {
        let files = try Files()
        let source = try TLSContextSource(configuration: files.configuration)
        let first = source.current
        let second = try source.reload().get()
        #expect(first !== second && source.current === second)
    }

    @Test("an open connection keeps its context, and its ticket opens after the reload")
    func resumptionSurvives() throws {
        let files = try Files()
        let source = try TLSContextSource(configuration: files.configuration)
        let client = try Contexts.client()
        let old = try Pair(client: client, server: source.current).handshake()
        old.server.say("ticket")
        old.carry()
        try files.put("rsa.pem", "cert.pem")
        try files.put("rsa-key.pem", "key.pem")
        source.reloadIfChanged()
        let new = try Pair(client: client, server: source.current).handshake()
        #expect(new.client.app.handshakes.map(\.isResumed) == [true])
        old.client.say("still here")
        old.carry()
        #expect(old.server.app.text == "still here")
    }

    @Test("watching ends when its task is cancelled")
    func watching() async throws {
        let files = try Files()
        let (reported, report) = AsyncStream.makeStream(of: Bool.self)
        let source = try TLSContextSource(configuration: files.configuration) { result in
            report.yield((try? result.get()) != nil)
        }
        let task = Task { await source.watch(every: .milliseconds(5)) }
        try files.put("rsa-key.pem", "key.pem")
        for await succeeded in reported {
            #expect(!succeeded)
            break
        }
        task.cancel()
        await task.value
        #expect(source.reloadCounts.failed >= 1)
    }
}
