import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// `json-update`: sets values of a JSON file, makes those that are missing, and leaves every other byte as it is.
struct JSONUpdateStep: PromotionStep {
    static let schema = StepSchema(
        "json-update",
        .workspace,
        "Sets values of a JSON file; keys that are missing are made.",
        [.path("The JSON file."), ScalarUpdates.field]
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
            edit = try JSONUpdate.apply(updates, to: document)
        } catch {
            throw StepFailure(error, file: file.shown)
        }
        if edit.changed { try await file.write(edit.bytes) }
        return ScalarUpdates.outcome(edit, file: file, commitMessage: UpdateMessage.json(path: path, updates: updates))
    }
}
