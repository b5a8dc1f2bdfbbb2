/// Who an outbox tells; always on the event loop and never during a flush pass.
protocol OutboxOwner: AnyObject {
    /// Everything is in the kernel's hands, after someone had asked for ``Outbox/wantsEmptied``.
    func outboxEmptied()
    /// The kernel did not take everything.
    func outboxBlocked()
}
