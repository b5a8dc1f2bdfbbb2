import Chat
import HTTPTypes
import Hummingbird
import NIOCore
import TestSupport
import Testing
import Yams

@testable import ParleyServer

extension WholeServer {
    @Suite("The contract")
    struct ContractTests {
        private static let methods: Set<String> = ["get", "put", "post", "delete", "options", "head", "patch"]

        private func document(_ document: ContractDocument) throws -> [String: Any] {
            let value = try Yams.load(yaml: String(buffer: document.bytes))
            return try #require(value as? [String: Any])
        }

        /// Follows members of objects.
        private func value(_ object: [String: Any], _ path: String...) -> [String: Any] {
            path.reduce(object) { $0[$1] as? [String: Any] ?? [:] }
        }

        /// The operations of the document by `METHOD /path`.
        private func operations(_ document: [String: Any]) -> [String: [String: Any]] {
            var operations: [String: [String: Any]] = [:]
            for (path, item) in value(document, "paths") {
                for (method, operation) in item as? [String: Any] ?? [:] where Self.methods.contains(method) {
                    operations["\(method.uppercased()) \(path)"] = operation as? [String: Any]
                }
            }
            return operations
        }

        /// The codes that stand in the description of a response or of what it refers to.
        private func codes(_ response: [String: Any], _ document: [String: Any]) -> [String] {
            var text = response["description"] as? String
            if text == nil, let reference = response["$ref"] as? String, let name = reference.split(separator: "/").last
            {
                text = value(document, "components", "responses", String(name))["description"] as? String
            }
            return (text ?? "").split { !($0.isLetter || $0.isNumber || $0 == "_") }.map { String($0) }
        }

        @Test("every route of the router stands in openapi.yaml, and every path there has a route")
        func routes() async throws {
            try await TestServer.run { server in
                let routers = [
                    ParleyRouter.publicRouter(node: server.node), ParleyRouter.operatorRouter(node: server.node),
                ]
                var routes: Set<String> = []
                for route in routers.flatMap(\.routes) {
                    let path = route.path.description.split(separator: "/").map { part in
                        part.hasPrefix(":") ? "{\(part.dropFirst())}" : String(part)
                    }
                    // What only the commands on the host use is no contract.
                    if path.starts(with: ["api", "v1", "operator"]) { continue }
                    let isAsset = path.first == "assets"
                    routes.insert(
                        "\(route.method) /" + (isAsset ? "assets/{version}/{path}" : path.joined(separator: "/")))
                }
                let documented = Set(operations(try document(.openAPI)).keys)
                #expect(routes.subtracting(documented).sorted() == [], "not in Sources/Contract/openapi.yaml")
                #expect(documented.subtracting(routes).sorted() == [], "in openapi.yaml, and not served")
            }
        }

        @Test("an operation has a name of its own, its path's parameters, a summary and what any operation may answer")
        func operationsAreWhole() throws {
            let document = try document(.openAPI)
            let operations = operations(document)
            let names = operations.values.compactMap { $0["operationId"] as? String }
            #expect(names.count == operations.count && Set(names).count == names.count)
            for (name, operation) in operations {
                #expect(operation["summary"] is String, "\(name)")
                #expect(value(operation, "responses")["default"] != nil, "\(name)")
                let path = try #require(name.split(separator: " ").last.map { String($0) })
                let item = value(document, "paths", path)
                let parameters = (item["parameters"] as? [Any] ?? []) + (operation["parameters"] as? [Any] ?? [])
                let inPath = parameters.compactMap { parameter -> String? in
                    guard var parameter = parameter as? [String: Any] else { return nil }
                    if let reference = (parameter["$ref"] as? String)?.split(separator: "/").last {
                        parameter = value(document, "components", "parameters", String(reference))
                    }
                    return parameter["in"] as? String == "path" ? parameter["name"] as? String : nil
                }
                let captured = path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                    String($0.dropFirst().dropLast())
                }
                #expect(inPath.sorted() == captured.sorted(), "\(name)")
            }
        }

        @Test("every code stands with its status at an operation, and no other word does")
        func problemCodes() throws {
            let document = try document(.openAPI)
            let operations = operations(document)
            var told: Set<ProblemCode> = []
            for (name, operation) in operations {
                for (status, response) in value(operation, "responses") {
                    guard let status = Int(status), status >= 400, let response = response as? [String: Any] else {
                        continue
                    }
                    let words = codes(response, document)
                    #expect(!words.isEmpty, "\(name) \(status)")
                    for word in words {
                        let code = ProblemCode(word: word)
                        #expect(code?.status.code == status, "\(name) \(status): \(word)")
                        if let code { told.insert(code) }
                    }
                }
            }
            let common = value(document, "components", "responses", "default", "content", "application/problem+json")
            let schema = value(common, "schema", "properties", "code")
            let words = schema["enum"] as? [String] ?? []
            for word in words { told.insert(try #require(ProblemCode(word: word), "\(word)")) }
            // Some codes are told on the socket only.
            let frame = value(try self.document(.asyncAPI), "components", "messages", "error", "payload", "properties")
            told.formUnion((value(frame, "code")["enum"] as? [String] ?? []).compactMap { ProblemCode(word: $0) })
            for (status, words) in value(try self.document(.asyncAPI), "channels", "socket", "x-refusals") {
                for word in (words as? String ?? "").split(separator: ",") {
                    let code = ProblemCode(word: word.trimmingPrefix(" ").description)
                    #expect(code.map { "\($0.status.code)" } == status, "/ws \(status): \(word)")
                    if let code { told.insert(code) }
                }
            }
            let missing = Set(ProblemCode.all).subtracting(told).map(\.word).sorted()
            #expect(missing == [], "neither an operation of openapi.yaml nor the error of asyncapi.yaml has them")
        }

        @Test("the socket's commands and events stand in asyncapi.yaml, each in its channel and its operation")
        func socket() throws {
            let document = try document(.asyncAPI)
            let messages = value(document, "components", "messages")
            #expect(Set(value(document, "channels", "socket", "messages").keys) == Set(messages.keys))
            func names(_ object: [String: Any]) -> [String] {
                (object["messages"] as? [[String: Any]] ?? []).compactMap { ($0["$ref"] as? String) }
                    .compactMap { $0.split(separator: "/").last.map { String($0) } }
            }
            let commands = names(value(document, "operations", "command"))
            let answers = names(value(document, "operations", "command", "reply"))
            let events = names(value(document, "operations", "event"))
            #expect((commands + answers + events).sorted() == messages.keys.sorted())
            let schemas = value(try self.document(.openAPI), "components", "schemas")
            func types(_ names: [String]) -> [String] {
                names.compactMap { name in
                    var payload = value(messages, name, "payload")
                    if let schema = (payload["$ref"] as? String)?.split(separator: "/").last {
                        payload = value(schemas, String(schema))
                    }
                    return value(payload, "properties", "type")["const"] as? String
                }.sorted()
            }
            #expect(types(commands) == CommandType.allCases.map(\.rawValue).sorted())
            #expect(
                types(answers + events)
                    == (FrameType.allCases.map(\.rawValue) + Event.Kind.allCases.map(\.name)).sorted())
            let parser = CommandParser(limits: ChatLimits())
            for name in CommandType.allCases.map(\.rawValue) + ["lagging", "message", "Send", ""] {
                let parsed = Array("{\"type\":\"\(name)\"}".utf8).withUnsafeBytes { parser.parse($0) }
                var code = "ok"
                if case .failure(let error) = parsed.command { code = error.code }
                #expect((code == "unknown_type") == (CommandType(rawValue: name) == nil), "\(name): \(code)")
            }
        }

        @Test("both documents are served to everyone, with the security headers, and not again to who has them")
        func served() async throws {
            try await TestServer.run { server in
                for (path, document) in [("/openapi.yaml", ContractDocument.openAPI), ("/asyncapi.yaml", .asyncAPI)] {
                    let answer = try await server.access.get(path)
                    #expect(answer.status == 200 && answer.header("Content-Type") == "application/yaml")
                    #expect(
                        answer.header("X-Content-Type-Options") == "nosniff"
                            && answer.header("Content-Security-Policy") != nil)
                    #expect(answer.text == String(buffer: document.bytes) && answer.text.count > 1000)
                    let tag = try #require(answer.header("ETag"))
                    let again = try await server.access.send(
                        RawRequest("GET", path, headers: [("If-None-Match", tag)]))
                    #expect(again.status == 304 && again.body.isEmpty)
                }
            }
        }
    }
}
