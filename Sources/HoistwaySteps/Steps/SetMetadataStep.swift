import HoistwayModel
import HoistwayPorts

/// `set-metadata`: puts values into the metadata of stages and freight, where expressions read them.
struct SetMetadataStep: PromotionStep {
    static let schema = StepSchema(
        "set-metadata",
        .pure,
        "Sets values in the metadata of stages or freight of the project.",
        [
            StepSchema.Field(
                "updates",
                .list(
                    .mapping(
                        StepSchema.Mapping([
                            StepSchema.Field(
                                "kind",
                                .choice(StateChange.Kind.allCases.map(\.rawValue)),
                                isRequired: true,
                                "The kind of object to change."
                            ),
                            StepSchema.Field(
                                "name",
                                .text,
                                isRequired: true,
                                "The object's name. For freight, the alias is also possible."
                            ),
                            StepSchema.Field(
                                "values",
                                .anyMapping,
                                isRequired: true,
                                "The values to set, by key. Other keys are not changed."
                            ),
                        ])
                    ),
                    atLeast: 1
                ),
                isRequired: true,
                "The changes, in their order."
            )
        ]
    )

    private let updates: [StateChange]

    init(_ config: StepConfiguration) {
        updates = config.items("updates").map { update in
            guard let kind = StateChange.Kind(rawValue: update.requiredText("kind")) else {
                preconditionFailure("the schema has let another kind pass")
            }
            return .setMetadata(kind, name: update.requiredText("name"), values: update.values("values"))
        }
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let names = updates.map { change in
            if case .setMetadata(let kind, let name, _) = change { "\(kind.rawValue) \(name)" } else { "" }
        }
        let what = Listing.text(names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
        guard context.promotion.mode == .promote else {
            return StepOutcome(.succeeded, message: "would set metadata of \(what)")
        }
        var outcome = StepOutcome(.succeeded, message: "set metadata of \(what)")
        outcome.stateChanges = updates
        return outcome
    }
}
