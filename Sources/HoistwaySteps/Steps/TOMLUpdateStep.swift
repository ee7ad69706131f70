import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// `toml-update`: sets existing values of a TOML file, and leaves every other byte unchanged.
struct TOMLUpdateStep: PromotionStep {
    static let schema = StepSchema(
        "toml-update",
        .workspace,
        "Sets values that exist already in a TOML file. Texts are written in single quotes. All other bytes stay "
            + "the same.",
        [.path("The TOML file."), ScalarUpdates.field]
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
            .toml,
            in: context,
            apply: TOMLUpdate.apply,
            message: { UpdateMessage.toml(path: path, updates: $0) }
        )
    }
}
