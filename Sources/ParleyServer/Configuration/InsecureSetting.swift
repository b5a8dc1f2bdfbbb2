import Identity

/// A setting that weakens the server and was asked for; the server says so at start.
package struct InsecureSetting: Sendable, Equatable {
    /// The configuration key.
    package let key: String
    /// What it lets happen.
    package let consequence: String
}

extension ParleyConfiguration {
    /// The settings that are insecure, empty for the defaults.
    package var insecureSettings: [InsecureSetting] {
        var settings: [InsecureSetting] = []
        for origin in server.allowedOrigins where origin.scheme == "http" {
            settings.append(
                InsecureSetting(
                    key: ConfigurationKey.serverAllowedOrigins.name,
                    consequence: "\(origin) is not encrypted: who is on the path can put scripts into its pages"))
        }
        for range in server.trustedProxies where range.isEverything {
            settings.append(
                InsecureSetting(
                    key: ConfigurationKey.serverTrustedProxies.name,
                    consequence: "\(range) lets every client choose the address it is counted and logged under"))
        }
        if auth.registration == .open {
            settings.append(
                InsecureSetting(
                    key: ConfigurationKey.authRegistration.name,
                    consequence: "whoever reaches the server can make accounts without end"))
        }
        return settings
    }
}
