import Chat
import Identity
import Logging
import NIOOpenSSL
import ServiceLifecycle
import UnixSignals

/// What a server does by the way: takes a new certificate or key file, and forgets sessions and keys that are over.
struct MaintenanceService: Service {
    private static let certificateInterval: Duration = .seconds(30)
    private static let pruneInterval: Duration = .seconds(60)

    private static let collectionInterval: Duration = .seconds(600)

    let node: ParleyNode
    let tls: TLSContextSource

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await tls.watch(every: Self.certificateInterval) }
                group.addTask { await reloadOnSignal() }
                group.addTask { await prune() }
                group.addTask { await collectFiles() }
                group.addTask { await pruneRooms() }
            }
        }
    }

    private func reloadOnSignal() async {
        for await _ in await UnixSignalsSequence(trapping: .sighup) {
            _ = tls.reload()
            await KeyAdministration(node: node).reload()
        }
    }

    private func collectFiles() async {
        repeat {
            do {
                try await node.collectFiles()
            } catch is CancellationError {
                return
            } catch {
                node.logger.error("unused files could not be removed", metadata: ["error": "\(error)"])
            }
        } while (try? await Task.sleep(for: Self.collectionInterval)) != nil
    }

    private func pruneRooms() async {
        repeat {
            do {
                try await node.retention.prune(now: node.clock.now)
            } catch is CancellationError {
                return
            } catch {
                node.logger.error("old messages could not be removed", metadata: ["error": "\(error)"])
            }
        } while (try? await Task.sleep(for: Self.pruneInterval)) != nil
    }

    private func prune() async {
        while (try? await Task.sleep(for: Self.pruneInterval)) != nil {
            do {
                try await node.authority.prune()
                let fault = try await node.audit.prune(
                    before: node.clock.now - node.configuration.audit.retention.milliseconds)
                guard let fault else { continue }
                node.logger.error(
                    "audit entries are kept beyond their time, since the log is not as it was written",
                    metadata: ["entry": "\(fault.entry)", "error": "\(fault.reason)"])
            } catch {
                node.logger.error(
                    "old sessions and audit entries could not be removed", metadata: ["error": "\(error)"])
            }
        }
    }
}
