/// How long what must come is waited for.
package enum Patience {
    /// Far longer than anything takes, however busy the machine: only a defect reaches it.
    package static let limit: Duration = .seconds(240)
    /// Between two looks at first, and at most: a hundred tests that look all the time would make the machine busy.
    static let pauses: (first: Duration, longest: Duration) = (.milliseconds(5), .milliseconds(100))
}

/// Waits until `left` gives `nil`; fails where what it gives has stayed the same for `Patience.limit`.
///
/// For much work, which a busy machine may take any time for as long as it goes on.
package func eventually<Work: Equatable>(_ what: String, workedOff left: () async throws -> Work?) async throws {
    var former: Work?
    var end = ContinuousClock.now + Patience.limit
    while let present = try await left() {
        if present != former { end = ContinuousClock.now + Patience.limit }
        former = present
        guard ContinuousClock.now < end else {
            throw TestServerError.failed(
                "waiting for \(what)",
                detail: "nothing of it was done within \(Patience.limit); left: \(present)"
            )
        }
        try await Task.sleep(for: Patience.pauses.longest)
    }
}

/// Waits until `check` says yes; fails after `Patience.limit`.
package func eventually(_ what: String, _ check: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + Patience.limit
    var pause = Patience.pauses.first
    while ContinuousClock.now < end {
        if try await check() { return }
        try await Task.sleep(for: pause)
        pause = min(pause * 1.3, Patience.pauses.longest)
    }
    throw TestServerError.failed("waiting for \(what)", detail: "it did not come within \(Patience.limit)")
}
