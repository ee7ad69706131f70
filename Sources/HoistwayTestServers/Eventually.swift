/// How long what must come is waited for.
package enum Patience {
    /// Far longer than anything takes, however busy the machine: only a defect reaches it.
    package static let limit: Duration = .seconds(120)
    /// Between two looks at first, and at most: a hundred tests that look all the time would make the machine busy.
    static let pauses: (first: Duration, longest: Duration) = (.milliseconds(5), .milliseconds(100))
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
