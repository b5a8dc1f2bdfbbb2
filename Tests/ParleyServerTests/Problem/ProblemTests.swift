import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import ParleyServer

@Suite("Problem documents")
struct ProblemTests {
    private struct Document: Decodable, Equatable {
        var type, title, detail, code, requestID: String
        var status: Int
        var field: String?

        enum CodingKeys: String, CodingKey {
            case type, title, detail, code, status, field
            case requestID = "request_id"
        }
    }

    private func document(_ problem: Problem) throws -> Document {
        try JSONDecoder().decode(Document.self, from: Data(problem.encoded(requestID: "r1").readableBytesView))
    }

    @Test("a problem has the members of RFC 9457, the code and the request's id")
    func members() throws {
        let document = try document(Problem(.roomNotFound, "no room 'a\"b\n'"))
        #expect(
            document
                == Document(
                    type: "urn:parley:problem:room_not_found", title: "No such room", detail: "no room 'a\"b\n'",
                    code: "room_not_found", requestID: "r1", status: 404))
    }

    @Test("a field that is not valid is named")
    func field() throws {
        let document = try document(.invalidField("username", "must be a text"))
        #expect(document.field == "username" && document.detail == "username must be a text" && document.status == 400)
    }

    @Test("every code has a word of its own, snake_case, and an error status", arguments: ProblemCode.all)
    func codes(code: ProblemCode) throws {
        #expect(ProblemCode.all.filter { $0.word == code.word }.count == 1)
        #expect(code.word.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil)
        #expect(ProblemCode(word: code.word) == code)
        #expect((400..<600).contains(code.status.code))
        #expect(try document(Problem(code)).detail == code.title)
    }

    @Test("the answer has the media type, the status and the headers")
    func response() {
        let response = Problem.retry(.tooManyRequests, after: .milliseconds(1500)).response(requestID: "r1")
        #expect(response.status == .tooManyRequests)
        #expect(response.headers[.contentType] == "application/problem+json")
        #expect(response.headers[.retryAfter] == "2")
        #expect(response.headers[.cacheControl] == "no-store")
    }

    @Test(
        "Retry-After is whole seconds, rounded up, at least one",
        arguments: [(0, "1"), (1, "1"), (1000, "1"), (1001, "2"), (90_000, "90")])
    func retryAfter(milliseconds: Int, header: String) {
        #expect(Problem.retry(.tooManyRequests, after: .milliseconds(milliseconds)).headers[.retryAfter] == header)
    }

    @Test("errors of the frameworks become the problem that says the same")
    func mapping() {
        struct Unknown: Error {}
        #expect(Problem(describing: Problem(.draining)).code == .draining)
        #expect(Problem(describing: HTTPError(.notFound)).code == .notFound)
        #expect(Problem(describing: HTTPError(.contentTooLarge)).code == .bodyTooLarge)
        #expect(Problem(describing: HTTPError(.badRequest, message: "why")).detail == "why")
        #expect(
            Problem(describing: HTTPError(.internalServerError, message: "inner words")).detail == "The server failed")
        #expect(Problem(describing: NIOTooManyBytesError(maxBytes: 1)).code == .bodyTooLarge)
        #expect(Problem(describing: Unknown()) == Problem(.internalError))
    }
}
