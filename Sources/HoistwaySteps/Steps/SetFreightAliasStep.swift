import HoistwayModel
import HoistwayPorts

/// `set-freight-alias`: gives freight another alias, which no other freight of the project may have.
struct SetFreightAliasStep: PromotionStep {
    static let schema = StepSchema(
        "set-freight-alias",
        .pure,
        "Changes the alias of freight of the project.",
        [
            StepSchema.Field("name", .text, isRequired: true, "The freight's name, or its present alias."),
            StepSchema.Field("alias", .text, isRequired: true, "The new alias."),
        ]
    )

    private let name: String
    private let alias: String

    init(_ config: StepConfiguration) {
        name = config.requiredText("name")
        alias = config.requiredText("alias")
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        guard FreightAlias.isValid(alias) else {
            let failure = StateChangeFailure.invalidAlias(alias)
            throw .cannotAct(failure.message, hint: failure.hint)
        }
        let what = "the alias of freight \(ShownText.bare(name)) to \(alias)"
        guard context.promotion.mode == .promote else { return StepOutcome(.succeeded, message: "would set \(what)") }
        var outcome = StepOutcome(.succeeded, message: "set \(what)")
        outcome.stateChanges = [.setFreightAlias(name: name, alias: alias)]
        return outcome
    }
}
