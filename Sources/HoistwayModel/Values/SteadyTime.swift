/// The time by which things grow old.
///
/// The machine's clock, but never further ahead than the time that has really passed since the start: what is removed by
/// age is gone for good, and a clock that somebody sets ahead by a year is set right again.
package struct SteadyTime: Sendable {
    private let start: Timestamp

    package init(now: Timestamp) {
        start = now
    }

    /// - Parameter elapsed: since the start, by a clock that nobody sets.
    package func now(wall: Timestamp, elapsed: Duration) -> Timestamp {
        min(wall, start + elapsed)
    }
}
