import HoistwayModel
import HoistwayPorts

/// The dispatcher's rules for the freight of one warehouse, in the order in which they are asked.
struct RuleList {
    let verdict: VerdictView
    let project: String
    let request: PageRequest
    /// Whether the page says the reason already.
    var isReasonSaid = false

    func write(_ html: inout HTML) {
        html(.h3) { html in
            if let freight = verdict.freight {
                html(.a, .href(request.paths.freight(freight, project: project)), text: verdict.alias ?? freight)
                html(.span, .class("quiet"), text: " from warehouse \(verdict.warehouse)")
            } else {
                html.text("Warehouse \(verdict.warehouse)")
            }
        }
        if !isReasonSaid { html(.p, text: verdict.reason) }
        guard !verdict.rules.isEmpty else { return }
        html(.ol, .class("rules")) { html in
            for rule in verdict.rules {
                html(.li, .class(rule.answer == .notAsked ? "quiet" : "")) { html in
                    // That the freight is where it should be is no trouble.
                    if rule.name == .present, rule.answer == .blocks {
                        html.state("none", "Nothing to do")
                    } else {
                        html.state(rule.answer.shape, rule.answer.words)
                    }
                    html.text(" ")
                    html(.strong, text: rule.name.words)
                    if !rule.reason.isEmpty { html.text(": \(rule.reason)") }
                    if let until = rule.until {
                        html.text(" · ")
                        html.time(until, now: request.now)
                    }
                }
            }
        }
    }
}

extension PromotionRule.Answer {
    var words: String {
        switch self {
        case .passes: "Passes"
        case .blocks: "Blocks"
        case .notAsked: "Not asked"
        }
    }

    var shape: StaticString {
        switch self {
        case .passes: "ready"
        case .blocks: "failed"
        case .notAsked: "none"
        }
    }
}

extension PromotionRule.Name {
    /// As people read it.
    var words: String {
        switch self {
        case .manifests: "Manifests are read"
        case .freight: "There is freight"
        case .available: "Available"
        case .steps: "The stage has steps"
        case .present: "Not there yet"
        case .queued: "Not on its way"
        case .lost: "Not lost"
        case .triedBefore: "Not tried before"
        case .notLooked: "Branches are looked at"
        case .lostState: "State is known"
        case .twoWriters: "One writer"
        case .automatic: "Automatic promotion"
        case .observedBefore: "Newer than observe mode"
        }
    }
}
