import Foundation
import Logging
import NIOPosix
import ParleyClient
import ParleyServer

/// Speaks the admin API: with the running server over its socket, or with a node of its own when none runs.
final class OperatorClient {
    private enum Way {
        case socket(AdminClient)
        case node(ParleyNode, OperatorConsole)
    }

    /// How long one request may take, unless it is known to take long.
    static let timeout: Duration = .seconds(120)

    private let way: Way

    private init(_ way: Way) { self.way = way }

    /// Finds the way, runs `body` and closes behind it. Throws ``CommandFailure``, also where there is neither a server
    /// nor the data of one, unless the command `makesData`.
    static func run(
        _ configuration: ParleyConfiguration, makesData: Bool = false, timeout: Duration = OperatorClient.timeout,
        _ body: (OperatorClient) async throws -> Void
    ) async throws {
        let client = try await open(configuration, makesData, timeout)
        do {
            try await body(client)
        } catch let error as ProblemError {
            await client.close()
            throw CommandFailure(error.detail ?? error.title)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }

    /// Whether a running server is asked.
    var isServer: Bool { if case .socket = way { true } else { false } }

    /// One request. Throws `ProblemError` for a status of 400 or above.
    func request(_ method: String, _ path: String, _ json: JSONValue? = nil) async throws -> JSONValue {
        let response: ClientResponse
        switch way {
        case .socket(let client):
            response = try await client.request(method, path, json: json)
        case .node(_, let console):
            let body = try json.map { try Array(JSONEncoder().encode($0)) } ?? []
            let answer = try await console.respond(method: method, path: path, body: body)
            response = ClientResponse(status: answer.status, headers: [], body: answer.body)
            if response.status >= 400 { throw ProblemError(response: response) }
        }
        return response.body.isEmpty ? .object([:]) : try response.json()
    }

    /// All items of a list, page after page.
    func items(_ path: String, query: [URLQueryItem] = []) async throws -> [JSONValue] {
        var items: [JSONValue] = []
        var cursor: String?
        repeat {
            var components = URLComponents()
            components.path = path
            components.queryItems =
                query + [URLQueryItem(name: "limit", value: "200")]
                + (cursor.map { [URLQueryItem(name: "cursor", value: $0)] } ?? [])
            let page = try await request("GET", components.string ?? path)
            items += page["items"]?.array ?? []
            cursor = page["cursor"]?.string
        } while cursor != nil
        return items
    }

    private static func open(
        _ configuration: ParleyConfiguration, _ makesData: Bool, _ timeout: Duration
    ) async throws -> OperatorClient {
        let client = AdminClient(
            socketPath: configuration.data.adminSocket, requestTimeout: timeout)
        if FileManager.default.fileExists(atPath: configuration.data.adminSocket) {
            do {
                _ = try await client.request("GET", "/healthz")
                return OperatorClient(.socket(client))
            } catch let error as ClientError where error.code == .connectFailed {
                // A socket file that a crash left behind: no server runs.
            }
        }
        await client.shutDown()
        let directory = URL(fileURLWithPath: configuration.data.directory).standardizedFileURL.path
        let isNew = !FileManager.default.fileExists(atPath: configuration.data.database)
        guard makesData || !isNew else {
            throw CommandFailure("there is no server's data in \(directory), and no server answers: see --data")
        }
        do {
            var logger = Logger(label: "parley")
            logger.logLevel = .error
            let node = try ParleyNode(
                configuration: configuration,
                eventLoops: Array(MultiThreadedEventLoopGroup.singleton.makeIterator()), isServing: false,
                logger: logger)
            if isNew {
                Console.message("new data directory at \(directory) (no server's data was there; see --data)")
            }
            return OperatorClient(.node(node, OperatorConsole(node: node)))
        } catch let error as NodeError where error.code == .dataDirectoryInUse {
            throw CommandFailure(
                "\(error.reason), and it does not answer on \(configuration.data.adminSocket): it may be starting, or "
                    + "admin.socket is set differently")
        } catch {
            throw CommandFailure("\(error)")
        }
    }

    private func close() async {
        switch way {
        case .socket(let client): await client.shutDown()
        case .node(let node, _):
            do {
                try await node.close()
            } catch {
                Console.message("closing the database failed: \(error)")
            }
        }
    }
}
