/// The local time of a location: its offset from UTC at each moment.
///
/// The caller gives the offsets from its time zone database.
package struct ZoneRules: Sendable {
    /// The offset from UTC in seconds, positive if ahead, at that second since 1970.
    private let offset: @Sendable (Int64) -> Int64

    package static let utc = ZoneRules { _ in 0 }

    package init(offset: @escaping @Sendable (Int64) -> Int64) {
        self.offset = offset
    }

    /// The local time as seconds since 1970, as if it were UTC.
    func wall(at second: Int64) -> Int64 { second + offset(second) }

    /// The second at which clocks show that local time.
    ///
    /// A time that occurs twice gives the first one; a time that is skipped gives the first second after the gap.
    func second(ofWall wall: Int64) -> Int64 {
        let day: Int64 = 86_400
        let (before, after) = (offset(wall - day), offset(wall + day))
        let candidates = [wall - before, wall - after].filter { $0 + offset($0) == wall }
        if let first = candidates.min() { return first }
        // The offset changes from `before` to `after` between these two: the gap ends at the change.
        var (low, high) = (wall - day, wall + day)
        while high - low > 1 {
            let middle = (low + high) / 2
            if offset(middle) == before { low = middle } else { high = middle }
        }
        return high
    }
}
