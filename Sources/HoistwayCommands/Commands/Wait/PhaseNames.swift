import HoistwayModel
import HoistwayPorts

/// The phases that people can name; capital letters do not count.
enum PhaseNames {
    /// Of a promotion.
    static let promotion = PromotionPhase.allCases.map(\.rawValue)

    /// Every value that the field `phase` of a stage can have.
    ///
    /// The engine chooses it from the promotions of the stage: `ViewMaker+Stages.swift`.
    static let stage =
        ["NoFreight", "Pending", "Promoting"] + PromotionPhase.allCases.filter(\.isTerminal).map(\.rawValue)
        + ["FreightLost", "ControlFlow"]

    /// The name as the API writes it; fails with the names that there are.
    static func known(_ text: String, among names: [String]) throws(CommandFailure) -> String {
        guard let name = names.first(where: { $0.lowercased() == text.lowercased() }) else {
            throw .usage(
                "there is no phase \(SafeText.line(text))",
                hint: "write one of \(names.joined(separator: ", "))"
            )
        }
        return name
    }
}
