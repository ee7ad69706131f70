import HoistwayEdits
import HoistwayModel

/// The common part of `yaml-update` and `json-update`: a list of keys and their new values.
enum ScalarUpdates {
    static let field = StepSchema.Field(
        "updates",
        .list(
            .mapping(
                StepSchema.Mapping([
                    StepSchema.Field(
                        "key",
                        .text,
                        isRequired: true,
                        "The path to the value: names with dots between them. Write `\\.` for a dot in a name. A "
                            + "number is the index in a list, counted from 0."
                    ),
                    StepSchema.Field("value", .scalar, isRequired: true, "The new value."),
                ])
            ),
            atLeast: 1
        ),
        isRequired: true,
        "The values to set. If two set the same value, the later one counts."
    )

    static func values(_ config: StepConfiguration) -> [ConfigValue] { config.value("updates").list ?? [] }

    /// - Parameters:
    ///   - items: the schema has accepted them.
    ///   - apply: makes the edited document.
    ///   - message: the text about the updates in a commit message.
    static func run(
        _ items: [ConfigValue],
        of step: String,
        on file: StepFile,
        _ format: ScalarLookup.Format,
        in context: StepContext,
        apply: ([ScalarUpdate], [UInt8]) throws(UpdateFailure) -> UpdateEdit,
        message: ([ScalarUpdate]) -> String
    ) async throws(StepFailure) -> StepOutcome {
        let updates = try updates(items, of: step)
        let document = try await file.content()
        let edit: UpdateEdit
        do throws(UpdateFailure) {
            edit = try apply(updates, document)
        } catch {
            throw StepFailure(error, file: file.shown)
        }
        if edit.changed { try await file.write(edit.bytes) }
        var outcome = outcome(edit, file: file, commitMessage: message(updates))
        outcome.imageValues = images(edit, updates, file, format, context)
        outcome.imageChanges = edit.changes.filter(\.changed).flatMap { change in
            outcome.imageValues.filter { $0.key == change.key }.map(\.change)
        }
        return outcome
    }

    /// For the values that were made from versions of images.
    private static func images(
        _ edit: UpdateEdit,
        _ updates: [ScalarUpdate],
        _ file: StepFile,
        _ format: ScalarLookup.Format,
        _ context: StepContext
    ) -> [ImageValue] {
        guard !context.valueOrigins.isEmpty else { return [] }
        let freight = context.collection.isEmpty ? [context.freight].compactMap(\.self) : context.collection
        return edit.changes.flatMap { change -> [ImageValue] in
            guard let index = updates.lastIndex(where: { $0.key == change.key }),
                let origins = context.valueOrigins[ConfigPath()["updates"][index]["value"]]
            else { return [] }
            return ImageValue.all(origins, of: change, in: file, format, images: freight.flatMap(\.images))
        }
    }

    private static func updates(_ items: [ConfigValue], of step: String) throws(StepFailure) -> [ScalarUpdate] {
        var updates: [ScalarUpdate] = []
        for (index, item) in items.enumerated() {
            let path = ConfigPath()["updates"][index]["value"]
            do throws(ScalarValueFailure) {
                let value = try ScalarValue(item["value"] ?? .null)
                updates.append(ScalarUpdate(key: item["key"]?.string ?? "", value: value))
            } catch {
                throw .cannotAct("\(step): \(path): the value \(error.reason)", hint: error.hint)
            }
        }
        return updates
    }

    static func outcome(_ edit: UpdateEdit, file: StepFile, commitMessage: String) -> StepOutcome {
        let changed = edit.changes.count(where: \.changed)
        let what =
            changed == 0
            ? "\(file.shown) has these values already"
            : "set \(changed) value\(changed == 1 ? "" : "s") in \(file.shown)"
        var outcome = StepOutcome(.succeeded, output: ["commitMessage": .string(commitMessage)], message: what)
        outcome.warnings = edit.changes.filter { $0.changed && !$0.alsoReadAt.isEmpty }.map { change in
            let lines = Listing.text(change.alsoReadAt.map { "line \($0.line)" }, limit: 10)
            return "\(change.key) of \(file.shown) is also read by an alias in \(lines): it changes there too"
        }
        return outcome
    }
}
