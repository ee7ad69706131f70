import ArgumentParser
import HoistwayPorts

/// A thing that `get`, `describe` and `wait` know.
enum ThingKind: String, CaseIterable {
    case project
    case stage
    case warehouse
    case freight
    case promotion
    case delivery

    var plural: String {
        switch self {
        case .freight: "freight"
        case .delivery: "deliveries"
        default: rawValue + "s"
        }
    }

    /// What else people may write for it.
    var otherNames: [String] {
        switch self {
        case .project: ["project", "proj"]
        case .stage: ["stage", "st"]
        case .warehouse: ["warehouse", "wh"]
        case .freight: ["fr"]
        case .promotion: ["promotion", "promo"]
        case .delivery: ["delivery", "dl"]
        }
    }

    /// The changes in the event stream after which a list of them may be different.
    var events: Set<ChangedObject.Kind> {
        switch self {
        // A project shows its stages.
        case .project: [.stage, .project, .configuration]
        case .stage: [.stage, .project, .configuration]
        case .warehouse: [.warehouse, .project, .configuration]
        case .freight: [.freight, .project, .configuration]
        case .promotion: [.promotion, .project, .configuration]
        case .delivery: [.delivery]
        }
    }
}

extension ThingKind: ExpressibleByArgument {
    init?(argument: String) {
        guard let kind = ThingKind.allCases.first(where: { $0.plural == argument || $0.otherNames.contains(argument) })
        else { return nil }
        self = kind
    }

    static var allValueStrings: [String] { allCases.map(\.rawValue) }
}

/// One thing of the server's answers, for people.
protocol ThingView: NamedAnswer, Codable, Sendable, Equatable {
    static var kind: ThingKind { get }
    /// What other commands take for it.
    var handle: String { get }
    /// `nil`: it belongs to none.
    var projectName: String? { get }
    static func sheet(_ items: [Self], _ look: Look) -> Sheet
    /// Everything about it, on several lines.
    var detail: PrintedText { get }
    /// Its state in a few words, for those who follow what happens.
    var news: String { get }
    /// The thing of this name.
    ///
    /// - Parameter project: the one that is meant where the text names none; `nil`: any.
    static func find(_ text: String, in project: String?, _ client: ConsoleClient) async throws -> Answer<Self>
}
