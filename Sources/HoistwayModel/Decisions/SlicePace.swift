/// The size of the next slice of a long task, from the time of the last slices: other tasks wait for one slice only.
package struct SlicePace: Sendable, Equatable {
    /// After a slice that took longer, the next one has half the size.
    package static let tolerated: Duration = .milliseconds(10)
    /// After a slice that took less time, the next one may have twice the size.
    private static let short: Duration = .milliseconds(3)

    private let most: Int
    /// Rows, or other units of work, in the next slice: at least 1.
    package private(set) var size: Int

    /// - Parameter most: the most units in a slice; the first slice has this size.
    package init(most: Int) {
        precondition(most > 0, "a slice holds something")
        self.most = most
        size = most
    }

    package mutating func note(_ took: Duration) {
        if took > Self.tolerated {
            size = max(1, size / 2)
        } else if took < Self.short {
            size = min(most, size * 2)
        }
    }
}
