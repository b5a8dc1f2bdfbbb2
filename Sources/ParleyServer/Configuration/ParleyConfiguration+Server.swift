import NIOCore

extension ParleyConfiguration {
    /// `server.…`: the listener and the origins.
    package struct Server: Sendable, Equatable {
        /// Where to listen.
        package var listen: ListenAddress
        /// The address that people use, nil for localhost; see ``publicOrigin(port:)``.
        package var publicURL: WebOrigin?
        /// The configured origins, empty for the default; see ``origins(port:)``.
        package var allowedOrigins: [WebOrigin]
        /// Proxies whose `X-Forwarded-For` is believed.
        package var trustedProxies: [AddressRange]
        /// Event loops, at least one.
        package var eventLoops: Int
        /// What the `drain` event tells clients to wait.
        package var drainDelay: Duration
        /// From SIGTERM to cutting what has not ended.
        package var shutdownTimeout: Duration

        init(reading values: inout ConfigurationValues) {
            listen = values.address(.serverListen)
            publicURL = values.httpsOrigin(.serverPublicURL)
            allowedOrigins = values.origins(.serverAllowedOrigins)
            trustedProxies = values.addressRanges(.serverTrustedProxies)
            let loops = values.count(.serverEventLoops)
            eventLoops = loops == 0 ? System.coreCount : loops
            drainDelay = values.duration(.serverDrainDelay)
            shutdownTimeout = values.duration(.serverShutdownTimeout)
        }

        /// The server's address for links; `port` is the one the listener got.
        package func publicOrigin(port: Int) -> WebOrigin {
            publicURL ?? WebOrigin(httpsHost: "localhost", port: port)
        }

        /// The origins whose pages may call the server; `port` is the one the listener got.
        package func origins(port: Int) -> Set<WebOrigin> {
            guard allowedOrigins.isEmpty else { return Set(allowedOrigins) }
            let local = ["localhost", "127.0.0.1", "[::1]"].map { WebOrigin(httpsHost: $0, port: port) }
            return Set(local + [publicOrigin(port: port)])
        }

        /// Whether `address` is one of the proxies.
        package func trusts(_ address: IPAddress) -> Bool {
            trustedProxies.contains { $0.contains(address) }
        }
    }
}
