import Synchronization

/// Holds a server's newest context and replaces it when the certificate's files change.
///
/// New connections take ``current``; existing ones keep the context they started with, so a reload drops no socket.
/// A reload that fails keeps the old pair. Tickets sealed before a reload open after it.
public final class TLSContextSource: Sendable {
    /// How often a reload worked and failed since the start.
    public struct ReloadCounts: Sendable, Equatable {
        /// Reloads after which a new pair served.
        public var succeeded = 0
        /// Reloads that kept the old pair.
        public var failed = 0
    }

    private struct State: Sendable {
        var context: TLSContext
        var stamps: [FileStamp?]
        var counts = ReloadCounts()
    }

    /// The configuration that every reload reads anew.
    public let configuration: TLSServerConfiguration
    private let ticketKeys: TLSTicketKeys
    private let report: @Sendable (Result<TLSContext, TLSError>) -> Void
    private let state: Mutex<State>
    /// One reload at a time, so that an older pair never replaces a newer one.
    private let reloading = Mutex(())

    /// Loads the first pair; blocks while it reads the files.
    ///
    /// - Parameters:
    ///   - configuration: the files and settings.
    ///   - ticketKeys: shared by every context of this source.
    ///   - report: told of every reload, on the thread that ran it; for logs.
    /// - Throws: an error that names the file and the reason.
    public init(
        configuration: TLSServerConfiguration, ticketKeys: TLSTicketKeys = TLSTicketKeys(),
        report: @escaping @Sendable (Result<TLSContext, TLSError>) -> Void = { _ in }
    ) throws(TLSError) {
        self.configuration = configuration
        self.ticketKeys = ticketKeys
        self.report = report
        let stamps = Self.stamps(configuration)
        let context = try TLSContext(server: configuration, ticketKeys: ticketKeys)
        state = Mutex(State(context: context, stamps: stamps))
    }

    /// The context for the next connection.
    public var current: TLSContext { state.withLock { $0.context } }

    /// How often a reload worked and failed.
    public var reloadCounts: ReloadCounts { state.withLock { $0.counts } }

    /// Reads the files again, whether or not they changed; blocks while it does.
    ///
    /// On failure the old pair stays and the error is both reported and returned.
    @discardableResult
    public func reload() -> Result<TLSContext, TLSError> {
        let result = reloading.withLock { _ in
            // The stamps are taken first: a file that changes while it is read differs at the next check.
            let stamps = Self.stamps(configuration)
            let result = Result { () throws(TLSError) in
                try TLSContext(server: configuration, ticketKeys: ticketKeys)
            }
            state.withLock { state in
                state.stamps = stamps
                switch result {
                case .success(let context):
                    state.context = context
                    state.counts.succeeded += 1
                case .failure:
                    state.counts.failed += 1
                }
            }
            return result
        }
        report(result)
        return result
    }

    /// Reloads when a file's identity, size or time of change differs from the last attempt; blocks for two `stat`
    /// calls, so run it off the event loops.
    ///
    /// - Returns: the reload's result, `nil` when nothing changed.
    @discardableResult
    public func reloadIfChanged() -> Result<TLSContext, TLSError>? {
        let stamps = Self.stamps(configuration)
        guard state.withLock({ $0.stamps != stamps }) else { return nil }
        return reload()
    }

    /// Looks for changes at the given interval until the task is cancelled.
    public func watch(every interval: Duration) async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: interval) } catch { return }
            reloadIfChanged()
        }
    }

    private static func stamps(_ configuration: TLSServerConfiguration) -> [FileStamp?] {
        [FileStamp(path: configuration.certificateChainFile), FileStamp(path: configuration.privateKeyFile)]
    }
}
