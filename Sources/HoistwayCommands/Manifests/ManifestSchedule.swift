import HoistwayModel
import HoistwaySettings

/// The time of the next look at each manifest source.
actor ManifestSchedule {
    /// Until a source that could not be read, or that a push has announced in vain, is looked at again.
    ///
    /// Doubled each time, up to its interval.
    static let firstRetry: Duration = .seconds(2)

    struct Look: Sendable {
        var followed: FollowedManifests
        /// A webhook has reported a push.
        var isTold: Bool
    }

    enum Outcome: Sendable {
        case changed
        case unchanged
        /// It could not be read, or is refused.
        case failed
    }

    private struct Entry {
        var due: Timestamp?
        /// The next pause while an expected change has not come.
        var retry: Duration?
        var isTold = false
        var isUnderWay = false
    }

    /// By the place of the source.
    private var entries: [String: Entry] = [:]

    /// The sources to look at now; each is under way until its outcome is noted.
    func looks(at sources: [FollowedManifests], told: [String], now: Timestamp) -> [Look] {
        let places = sources.map(\.source.place)
        entries = entries.filter { places.contains($0.key) || $0.value.isUnderWay }
        return sources.compactMap { followed in
            let place = followed.source.place
            var entry = entries[place] ?? Entry()
            if told.contains(place) { entry.isTold = true }
            let isWanted = entry.isTold || NextTry.isDue(entry.due, within: followed.interval, now: now)
            guard isWanted, !entry.isUnderWay else {
                entries[place] = entry
                return nil
            }
            let look = Look(followed: followed, isTold: entry.isTold)
            entry.isUnderWay = true
            entry.isTold = false
            entries[place] = entry
            return look
        }
    }

    func note(_ outcome: Outcome, of look: Look, now: Timestamp) {
        let interval = look.followed.interval
        let place = look.followed.source.place
        var entry = entries[place] ?? Entry()
        entry.isUnderWay = false
        let pause = min((look.isTold ? nil : entry.retry) ?? Self.firstRetry, interval)
        let isOver =
            switch outcome {
            case .changed: true
            // Behind a host's load balancer the push may not be everywhere yet.
            case .unchanged: !look.isTold && (entry.retry == nil || pause == interval)
            case .failed: false
            }
        entry.due = now + (isOver ? interval : pause)
        entry.retry = isOver ? nil : pause * 2
        entries[place] = entry
    }

    /// When the next look is due; `nil`: no look is planned.
    var next: Timestamp? {
        entries.values.filter { !$0.isUnderWay }.compactMap(\.due).min()
    }
}
