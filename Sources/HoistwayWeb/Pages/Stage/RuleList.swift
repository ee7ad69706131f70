import HoistwayModel
import HoistwayPorts

/// The dispatcher's rules for the freight of one warehouse, in the order of their evaluation.
struct RuleList {
    let verdict: VerdictView
    let project: String
    let request: PageRequest
    /// Whether the page shows the reason already.
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
        if !isReasonSaid { html(.p) { $0.advice(verdict.reason, project: project, request) } }
        guard !verdict.rules.isEmpty else { return }
        let deciding = verdict.rules.firstIndex { $0.answer == .blocks }
        html(.ol, .class("rules")) { html in
            for (place, rule) in verdict.rules.enumerated() {
                let part = RulePart(rule, isDecided: deciding.map { place > $0 } ?? false)
                html(.li, .class(part.isQuiet ? "quiet" : "")) { html in
                    html.state(part.shape, part.words)
                    html.text(" ")
                    html(.strong, text: rule.name.words)
                    if !rule.reason.isEmpty {
                        html.text(": ")
                        html.advice(rule.reason, project: project, request)
                    }
                    if let until = rule.until {
                        html.text(" · ")
                        html.time(until, now: request.now)
                    }
                }
            }
        }
    }
}

/// The effect of a rule on the verdict: the first rule that blocks decides, and later ones have no effect.
enum RulePart: Sendable {
    case passes
    case decides
    /// It is no problem that the stage already has the freight.
    case nothingToDo
    /// It also blocks, but comes after the rule that decides.
    case wouldBlock
    case notLookedAt

    /// - Parameter isDecided: whether an earlier rule blocks.
    init(_ rule: PromotionRule, isDecided: Bool) {
        self =
            switch rule.answer {
            case .passes: .passes
            case .notAsked: .notLookedAt
            case .blocks where isDecided: .wouldBlock
            case .blocks: rule.name == .present ? .nothingToDo : .decides
            }
    }

    var words: String {
        switch self {
        case .passes: "Passes"
        case .decides: "Blocks"
        case .nothingToDo: "Nothing to do"
        case .wouldBlock: "Would block next"
        case .notLookedAt: "Not looked at"
        }
    }

    var shape: StaticString {
        switch self {
        case .passes: "ready"
        case .decides: "failed"
        case .nothingToDo, .notLookedAt: "none"
        case .wouldBlock: "pending"
        }
    }

    var isQuiet: Bool {
        switch self {
        case .passes, .decides, .nothingToDo: false
        case .wouldBlock, .notLookedAt: true
        }
    }
}

extension PromotionRule.Name {
    /// In words for people.
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
