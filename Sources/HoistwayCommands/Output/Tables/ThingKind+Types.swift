import HoistwayModel
import HoistwayPorts

extension ThingKind {
    /// What the server answers for it.
    var type: any ThingView.Type {
        switch self {
        case .project: ProjectView.self
        case .stage: StageView.self
        case .warehouse: WarehouseView.self
        case .freight: FreightView.self
        case .promotion: PromotionView.self
        case .delivery: DeliveryView.self
        }
    }

    /// Whose changes the stream tells under this name; `nil`: they are no things that `get` shows.
    init?(_ kind: ChangedObject.Kind) {
        switch kind {
        case .stage: self = .stage
        case .freight: self = .freight
        case .promotion: self = .promotion
        case .warehouse: self = .warehouse
        case .delivery: self = .delivery
        case .project, .preview, .configuration, .audit, .token: return nil
        }
    }
}

extension ProjectView {
    var news: String { shownCounts }
}

extension StageView {
    var news: String { "\(phase): \(reason)" }
}

extension WarehouseView {
    var news: String { failures.isEmpty ? outcome.rawValue : "failed: \(failures.joined(separator: "; "))" }
}

extension FreightView {
    var news: String {
        let places = currentlyIn.isEmpty ? "nowhere" : currentlyIn.joined(separator: ", ")
        return "\(ShortVersion.text(contents.map { ($0.name, $0.version) })) is in \(places)"
    }
}

extension PromotionView {
    var news: String {
        let place = step.map { ", step \($0) of \(stepCount)" } ?? ""
        return "\(phase.rawValue)\(place)" + (message.isEmpty ? "" : ": \(message)")
    }
}

extension DeliveryView {
    var news: String { "\(state.rawValue): \(reason)" }
}
