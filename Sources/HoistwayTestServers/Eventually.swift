/// How long to wait for an expected result.
package enum Patience {
    /// Far longer than any result takes, even on a busy machine: only a defect reaches it.
    package static let limit: Duration = .seconds(240)
    /// The first and the longest pause between two checks: a hundred tests without pauses would make the machine busy.
    static let pauses: (first: Duration, longest: Duration) = (.milliseconds(5), .milliseconds(100))
}

/// Waits until `left` gives `nil`; fails where its result has not changed for `Patience.limit`.
///
/// For much work, which may take any time on a busy machine as long as it makes progress.
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

/// Waits until `check` gives true; fails after `Patience.limit`.
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
