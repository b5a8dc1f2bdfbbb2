package import Hummingbird
import Logging
import NIOCore

/// The one boundary where errors of HTTP routes become answers.
///
/// A `Problem` is answered as it is. Errors of Hummingbird and NIO become the problem that says the same. Anything else
/// is logged and answered `internal`, without its words. `CancellationError` passes: nobody waits for an answer.
package struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    /// The middleware; put it outside every other that throws.
    package init() {}

    /// Answers with the problem that the rest of the chain threw.
    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as CancellationError {
            throw error
        } catch {
            let problem = Problem(describing: error)
            if problem.status.kind == .serverError, !(error is Problem) {
                context.logger.error("request failed", metadata: ["error": "\(error)"])
            }
            return problem.response(requestID: Problem.requestID(of: context))
        }
    }
}

extension Problem {
    /// The problem that stands for `error`; `internal` for one that says nothing about the request.
    init(describing error: any Error) {
        if let problem = Problem(cause: error) {
            self = problem
            return
        }
        switch error {
        case let problem as Problem:
            self = problem
        case let error as HTTPError:
            let detail = error.status.kind == .clientError ? error.body : nil
            self.init(Problem.code(for: error.status), detail, headers: error.headers)
        case is NIOTooManyBytesError:
            self.init(.bodyTooLarge)
        case let error as any HTTPResponseError:
            self.init(Problem.code(for: error.status))
        default:
            self.init(.internalError)
        }
    }

    /// The general code of a status: the one to use when only the status is known.
    private static func code(for status: HTTPResponse.Status) -> ProblemCode {
        switch status {
        case .unauthorized: .noToken
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .requestTimeout: .requestTimeout
        case .contentTooLarge: .bodyTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .requestHeaderFieldsTooLarge: .headTooLarge
        case .tooManyRequests: .tooManyRequests
        case .serviceUnavailable: .overloaded
        default: status.kind == .clientError ? .badRequest : .internalError
        }
    }
}
