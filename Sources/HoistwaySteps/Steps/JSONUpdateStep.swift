import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// `json-update`: sets values of a JSON file, creates missing ones, and leaves every other byte unchanged.
struct JSONUpdateStep: PromotionStep {
    static let schema = StepSchema(
        "json-update",
        .workspace,
        "Sets values in a JSON file. Missing keys are created.",
        [.path("The JSON file."), ScalarUpdates.field]
    )

    private let path: String
    private let updates: [ConfigValue]

    init(_ config: StepConfiguration) {
        path = config.requiredText("path")
        updates = ScalarUpdates.values(config)
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        try await ScalarUpdates.run(
            updates,
            of: Self.schema.name,
            on: StepFile(path, in: context),
            .json,
            in: context,
            apply: JSONUpdate.apply,
            message: { UpdateMessage.json(path: path, updates: $0) }
        )
    }
}
