import Glibc
import NIOCore
import NIOOpenSSL
import NIOPosix
import ParleyClient

/// Puts load on a server: opens sockets in one room, sends, and measures what every socket receives.
///
/// One thread does all of it, so that the server can have the other cores.
package struct LoadGenerator: Sendable {
    private let options: LoadOptions

    /// A generator for a load.
    ///
    /// - Throws: ``ClientError`` with the code `invalidURL` for options that make no sense.
    package init(_ options: LoadOptions) throws {
        if let objection = options.objection { throw ClientError(.invalidURL, objection) }
        self.options = options
    }

    /// Runs the load to its end.
    ///
    /// `progress` is called about once a second. Where the number of sockets needs it, the process's limit of open files
    /// is raised as far as the system allows.
    ///
    /// - Throws: ``ClientError`` with the code `connectFailed` when no socket opens.
    package func run(progress: @escaping @Sendable (LoadProgress) -> Void = { _ in }) async throws -> LoadReport {
        Self.raiseFileLimit()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let report = try await run(on: group.next(), progress)
            try await group.shutdownGracefully()
            return report
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private func run(
        on eventLoop: any EventLoop, _ progress: @escaping @Sendable (LoadProgress) -> Void
    ) async throws -> LoadReport {
        let context = try TLSContext.client(
            trusting: options.trust, resumesSessions: options.resumesSessions,
            // A server may give two tickets on each connection.
            sessionsPerHost: 2 * options.connectConcurrency)
        let target = try await Self.resolve(options.address, eventLoop)
        let session = LoadSession(options: options, eventLoop: eventLoop, tlsContext: context, target: target)
        let reporter = Task { await session.reportProgress(to: progress) }
        defer { reporter.cancel() }
        do {
            let report = try await session.run()
            await session.close()
            return report
        } catch {
            await session.close()
            throw error
        }
    }

    /// Finds the address that answers, once, rather than resolve the name for every socket.
    private static func resolve(_ address: ServerAddress, _ eventLoop: any EventLoop) async throws -> SocketAddress {
        do {
            let probe = try await ClientBootstrap(group: eventLoop).connectTimeout(.seconds(10))
                .connect(host: address.host, port: address.port).get()
            let target = probe.remoteAddress
            try await probe.close().get()
            guard let target else { throw ClientError(.connectFailed, "\(address) has no address") }
            return target
        } catch let error as ClientError {
            throw error
        } catch {
            throw ClientError(.connectFailed, "\(address): \(error)")
        }
    }

    private static func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
