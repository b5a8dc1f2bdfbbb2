import Foundation
import Logging
import NIOCore
import NIOPosix
import ParleyServer

/// A node on a data directory, with one event loop, that says nothing.
enum BenchNode {
    static func run(in directory: String, _ body: (ParleyNode) async throws -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var logger = Logger(label: "bench")
        logger.logLevel = .critical
        let configuration = try ParleyConfiguration.load(
            file: nil, environment: [:],
            overrides: ["data.directory": directory, "limits.search_timeout": "60s"])
        let node = try ParleyNode(
            configuration: configuration, eventLoops: Array(group.makeIterator()), isServing: true, logger: logger)
        try await body(node)
        try await node.close()
        try await group.shutdownGracefully()
    }

    /// Runs `body` with a folder that is removed after it.
    static func withTemporaryDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.path + "/parley-bench-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(directory)
    }

    /// Prints a line at once, also into a file.
    static func say(_ line: String) {
        print(line)
        fflush(nil)
    }
}
