/// The time for the age of records.
///
/// It is the machine's clock, but never ahead of the time that has really passed since the start: records that are
/// removed by age are lost for good, even if a clock that was a year ahead is corrected later.
package struct SteadyTime: Sendable {
    private let start: Timestamp

    package init(now: Timestamp) {
        start = now
    }

    /// - Parameter elapsed: the time since the start, by a clock that nobody can set.
    package func now(wall: Timestamp, elapsed: Duration) -> Timestamp {
        min(wall, start + elapsed)
    }
}
