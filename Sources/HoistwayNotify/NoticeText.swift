import HoistwayModel

/// The text of a notice, for people.
struct NoticeText {
    let occurrence: Occurrence
    /// The URL of the console for people; `nil`: there is no link.
    let publicURL: String?

    /// One sentence.
    var title: String {
        let place =
            occurrence.stage.map { "\($0)" } ?? occurrence.receiver ?? occurrence.projects?.joined(separator: ", ")
            ?? "Hoistway"
        let promotion = occurrence.mode == .observe ? "Observed promotion" : "Promotion"
        switch occurrence.event {
        case .promotionFailed: return "\(promotion) to \(place) failed"
        case .promotionRefused: return "\(promotion) to \(place) was refused"
        case .acceptanceNeeded: return "\(promotion) to \(place) waits for somebody to accept it"
        case .twoWriters: return "Two writers: another program commits to the branch of \(place)"
        case .branchDrifted: return "A branch of \(place) has drifted"
        case .freightLost: return "A branch of \(place) has lost its freight"
        case .stateLost: return "\(place) is paused: its branches bear promotions that the state does not know"
        case .promotionRetrying: return "A promotion to \(place) is tried again and again"
        case .deliveryFailed: return "A delivery to \(place) could not be decided"
        case .test: return "A test message of Hoistway"
        }
    }

    /// Names and values, in the order of display.
    var facts: [(String, String)] {
        [
            ("Stage", occurrence.stage.map { "\($0)" }), ("Freight", freight),
            ("Promotion", occurrence.promotion?.text),
            ("Mode", occurrence.mode == .observe ? "observe: nothing is pushed" : nil),
            ("Receiver", occurrence.receiver),
            ("Delivery", occurrence.delivery.map { String($0) }),
        ].compactMap { name, value in value.map { (name, $0) } }
    }

    private var freight: String? {
        guard let id = occurrence.freight else { return occurrence.summary }
        return occurrence.summary.map { "\($0) (\(id.short))" } ?? id.short
    }

    /// The console's page about it.
    var link: String? {
        guard let address = publicURL.flatMap({ PublicAddress($0) }) else { return nil }
        if let promotion = occurrence.promotion, let stage = occurrence.stage {
            return address.promotion(promotion, project: stage.project)
        }
        return occurrence.delivery.map { address.delivery($0) }
    }
}
