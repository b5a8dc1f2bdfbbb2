import Hummingbird

/// The routes of Parley, put together for the two ways in.
enum ParleyRouter {
    private static let prefix = RouterPath("api/v1")

    /// What everyone reaches over HTTPS.
    static func publicRouter(node: ParleyNode) -> Router<ParleyRequestContext> {
        let router = base(node: node)
        router.add(middleware: AddressMiddleware(addresses: ClientAddress(server: node.configuration.server)))
        router.add(middleware: RequestForgeryMiddleware(origins: { [node] in node.allowedOrigins }))
        HealthRoutes(node: node).add(to: router)
        WebClientRoutes().add(to: router)
        ContractRoutes().add(to: router)
        let api = router.group(prefix)
        AuthRoutes(node: node).add(
            to: api.group("auth").add(middleware: RequestThrottleMiddleware(throttle: node.requestThrottle)))
        WebhookRoutes(node: node).addPosting(
            to: api.group("hooks").add(middleware: RequestThrottleMiddleware(throttle: node.requestThrottle)))
        let authenticated = api.group()
            .add(middleware: AuthenticationMiddleware(authority: node.authority))
            .add(middleware: RequestThrottleMiddleware(throttle: node.requestThrottle))
        MeRoutes(node: node).add(to: authenticated)
        SecondFactorRoutes(node: node).add(to: authenticated)
        RoomRoutes(node: node).add(to: authenticated)
        MessageRoutes(node: node).add(to: authenticated)
        MessageChangeRoutes(node: node).add(to: authenticated)
        FileRoutes(node: node).add(to: authenticated)
        SearchRoutes(node: node).add(to: authenticated)
        WebhookRoutes(node: node).addManagement(to: authenticated)
        UserRoutes(node: node).add(to: authenticated)
        AdminRoutes(node: node).add(
            to: authenticated.group("admin").add(middleware: AdministratorMiddleware())
                .add(middleware: AuditMiddleware(node: node)))
        return router
    }

    /// What the operator reaches over `admin.sock`, and a command without a running server.
    static func operatorRouter(node: ParleyNode) -> Router<ParleyRequestContext> {
        let router = base(node: node)
        router.add(middleware: OperatorMiddleware())
        HealthRoutes(node: node).add(to: router)
        AdminRoutes(node: node).add(
            to: router.group(prefix).group("admin").add(middleware: AdministratorMiddleware())
                .add(middleware: AuditMiddleware(node: node)))
        return router
    }

    private static func base(node: ParleyNode) -> Router<ParleyRequestContext> {
        let router = Router(context: ParleyRequestContext.self)
        router.add(middleware: RequestLogMiddleware())
        router.add(middleware: SecurityHeadersMiddleware())
        router.add(middleware: ProblemMiddleware())
        return router
    }
}
