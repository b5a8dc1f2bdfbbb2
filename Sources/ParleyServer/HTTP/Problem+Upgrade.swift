import WebSocketTransport

extension Problem {
    /// The problem that says what the upgrade gate found wrong by itself.
    init(_ problem: UpgradeProblem) {
        self.init(ProblemCode(word: problem.code) ?? .badRequest, problem.detail)
    }
}
