/// The clocks of a place: what they show beside UTC at each moment.
///
/// Whoever has the time zone database hands it in.
package struct ZoneRules: Sendable {
    /// Seconds that the clocks are ahead of UTC, at that second since 1970.
    private let offset: @Sendable (Int64) -> Int64

    package static let utc = ZoneRules { _ in 0 }

    package init(offset: @escaping @Sendable (Int64) -> Int64) {
        self.offset = offset
    }

    /// The seconds since 1970 that a clock of the place would count if it were in UTC.
    func wall(at second: Int64) -> Int64 { second + offset(second) }

    /// When the clocks show that.
    ///
    /// What they show twice counts once, the first time; what they leave out counts at the first second after the gap.
    func second(ofWall wall: Int64) -> Int64 {
        let day: Int64 = 86_400
        let (before, after) = (offset(wall - day), offset(wall + day))
        let candidates = [wall - before, wall - after].filter { $0 + offset($0) == wall }
        if let first = candidates.min() { return first }
        // The clocks go from `before` to `after` somewhere between: the gap ends there.
        var (low, high) = (wall - day, wall + day)
        while high - low > 1 {
            let middle = (low + high) / 2
            if offset(middle) == before { low = middle } else { high = middle }
        }
        return high
    }
}
