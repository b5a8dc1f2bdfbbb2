import Chat
import Database
import Identity

extension Problem {
    /// The problem that says what is wrong with a token.
    init(_ defect: TokenDefect) {
        self.init(ProblemCode(word: defect.code.rawValue) ?? .invalidToken)
    }

    /// The problem that says what a part of the server refused, nil for an error that is no refusal.
    init?(cause: any Error) {
        switch cause {
        case let defect as TokenDefect: self.init(defect)
        case let error as ChatError:
            let code =
                error.code == "rate_limited" ? .tooManyRequests : ProblemCode(word: error.code) ?? .badRequest
            self.init(code, error.message, field: error.field)
            if let delay = error.retryAfterMilliseconds { self = .retry(code, after: .milliseconds(delay), detail) }
        case let error as IdentityError:
            guard let code = ProblemCode(word: error.code.rawValue) else { return nil }
            self.init(code, error.reason, field: error.field)
            if code == .overloaded { self = .retry(code, after: .seconds(2), error.reason) }
        case let error as DatabaseError where error.code == .storageUnavailable:
            self = .retry(.storageUnavailable, after: .seconds(2))
        case let error as MultipartError: self.init(.badMultipart, error.reason)
        case let error as FileStoreError:
            self = .retry(
                .storageUnavailable, after: .seconds(2),
                error.isFull ? "The server's disk is full; nothing was kept." : nil)
        default: return nil
        }
    }
}
