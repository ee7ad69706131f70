import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// `yaml-update`: sets values of a YAML file that are there already, and leaves every other byte as it is.
struct YAMLUpdateStep: PromotionStep {
    static let schema = StepSchema(
        "yaml-update",
        .workspace,
        "Sets values of a YAML file that are there already; comments, order and quotes stay.",
        [.path("The YAML file."), ScalarUpdates.field]
    )

    private let path: String
    private let updates: [ConfigValue]

    init(_ config: StepConfiguration) {
        path = config.requiredText("path")
        updates = ScalarUpdates.values(config)
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let updates = try ScalarUpdates.updates(updates, of: Self.schema.name)
        let file = StepFile(path, in: context)
        let document = try await file.content()
        let edit: UpdateEdit
        do throws(UpdateFailure) {
            edit = try YAMLUpdate.apply(updates, to: document)
        } catch {
            throw StepFailure(error, file: file.shown)
        }
        if edit.changed { try await file.write(edit.bytes) }
        return ScalarUpdates.outcome(edit, file: file, commitMessage: UpdateMessage.yaml(path: path, updates: updates))
    }
}
