/// How much a slice of a long work may be, by the time that the last ones took: who waits between two slices waits for one.
package struct SlicePace: Sendable, Equatable {
    /// After a slice that took longer, the next one is half as large.
    package static let tolerated: Duration = .milliseconds(10)
    /// After a slice that took less, the next one may be twice as large.
    private static let short: Duration = .milliseconds(3)

    private let most: Int
    /// Rows, or other units of work, in the next slice: at least 1.
    package private(set) var size: Int

    /// - Parameter most: units in a slice, however quick it is; the first slice has so many.
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
