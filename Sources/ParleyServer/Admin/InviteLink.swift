/// The address at which an invite is used in a browser. The secret stands behind `#`, which browsers keep to themselves.
enum InviteLink {
    static func url(origin: WebOrigin, secret: String, isFirstAccount: Bool) -> String {
        "\(origin)/#/\(isFirstAccount ? "first-account" : "register")?invite=\(secret)"
    }
}
