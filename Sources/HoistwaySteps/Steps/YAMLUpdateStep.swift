import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// `yaml-update`: sets existing values of a YAML file, and leaves every other byte unchanged.
struct YAMLUpdateStep: PromotionStep {
    static let schema = StepSchema(
        "yaml-update",
        .workspace,
        "Sets values that exist already in a YAML file. Comments, order and quotes stay the same.",
        [.path("The YAML file."), ScalarUpdates.field]
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
            .yaml,
            in: context,
            apply: YAMLUpdate.apply,
            message: { UpdateMessage.yaml(path: path, updates: $0) }
        )
    }
}
