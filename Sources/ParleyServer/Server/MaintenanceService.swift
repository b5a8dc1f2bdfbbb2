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
                group.addTask { await undoImports() }
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

    private func undoImports() async {
        do {
            try await node.importer.undoAll()
        } catch {
            node.logger.error("an import that was cut off could not be undone", metadata: ["error": "\(error)"])
        }
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
                try await node.audit.prune(before: node.clock.now - node.configuration.audit.retention.milliseconds)
            } catch {
                node.logger.error(
                    "old sessions and audit entries could not be removed", metadata: ["error": "\(error)"])
            }
        }
    }
}
