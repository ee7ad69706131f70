import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// `helm-update-image` of Kargo 0.9 to 1.2: sets image values of a values file from the freight.
struct HelmUpdateImageStep: PromotionStep {
    static let schema = StepSchema(
        "helm-update-image",
        .workspace,
        "Sets image values in a Helm values file from the freight. It is a step of Kargo 0.9 to 1.2. For new "
            + "pipelines, use yaml-update.",
        [
            .path("The values file."),
            StepSchema.Field(
                "images",
                .list(.mapping(image), atLeast: 1),
                isRequired: true,
                "The values to set, one for each key."
            ),
        ]
    )

    private static let image = StepSchema.Mapping([
        StepSchema.Field("image", .text, isRequired: true, "The image's name, as written in the subscription."),
        StepSchema.Field(
            "key",
            .text,
            isRequired: true,
            "The path to the value: names with dots between them. A dot in a name cannot be escaped."
        ),
        StepSchema.Field(
            "value",
            .choice(HelmImageUpdate.Form.allCases.map(\.rawValue)),
            isRequired: true,
            "The part of the freight's image to write."
        ),
        .origin,
    ])

    private let path: String
    private let images: [StepConfiguration]

    init(_ config: StepConfiguration) {
        path = config.requiredText("path")
        images = config.items("images")
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        var items: [HelmImageUpdate.Item] = []
        for config in images {
            let name = config.requiredText("image")
            let image = try context.lookup.image(named: name, from: config.origin)
            guard let form = HelmImageUpdate.Form(rawValue: config.requiredText("value")) else {
                preconditionFailure("the schema has passed another value than \(HelmImageUpdate.Form.allCases)")
            }
            items.append(
                HelmImageUpdate.Item(
                    image: name,
                    key: config.requiredText("key"),
                    form: form,
                    tag: image.tag.isEmpty ? nil : image.tag,
                    digest: image.digest.isEmpty ? nil : image.digest
                )
            )
        }
        let file = StepFile(path, in: context)
        let document = try await file.content()
        let result: HelmImageUpdate.Result
        do throws(UpdateFailure) {
            result = try HelmImageUpdate.apply(items, to: document)
        } catch {
            throw StepFailure(error, file: file.shown)
        }
        if result.edit.changed { try await file.write(result.edit.bytes) }
        let message = HelmImageUpdate.message(path: path, items: items) ?? ""
        var outcome = ScalarUpdates.outcome(result.edit, file: file, commitMessage: message)
        outcome.imageChanges = changes(result.facts, items, file: file.shown)
        for index in outcome.imageChanges.indices { outcome.imageChanges[index].mount = file.mount }
        outcome.imageValues = values(result.facts, items, file)
        return outcome
    }

    private func values(
        _ facts: [HelmImageUpdate.ImageFact],
        _ items: [HelmImageUpdate.Item],
        _ file: StepFile
    ) -> [ImageValue] {
        facts.compactMap { fact in
            guard let item = items.last(where: { $0.image == fact.image && $0.value == fact.new }) else { return nil }
            let isDigest = item.form == .digest || item.form == .imageAndDigest
            guard let version = isDigest ? item.digest : item.tag else { return nil }
            return ImageValue(
                file: file.shown,
                mount: file.mount,
                key: fact.key,
                format: .yaml,
                image: fact.image,
                version: version,
                isDigest: isDigest,
                new: fact.new,
                old: fact.old
            )
        }
    }

    /// Changes of versions, as far as the values show them; a value of another form than the step's shows no version.
    private func changes(
        _ facts: [HelmImageUpdate.ImageFact],
        _ items: [HelmImageUpdate.Item],
        file: String
    ) -> [ImageChange] {
        facts.filter(\.changed).compactMap { fact in
            guard let item = items.last(where: { $0.image == fact.image && $0.value == fact.new }) else { return nil }
            let old = Self.version(in: fact.old, of: item)
            return ImageChange(
                file: file,
                name: fact.image,
                oldTag: item.form == .tag || item.form == .imageAndTag ? old : nil,
                newTag: item.form == .tag || item.form == .imageAndTag ? item.tag : nil,
                oldDigest: item.form == .digest || item.form == .imageAndDigest ? old : nil,
                newDigest: item.form == .digest || item.form == .imageAndDigest ? item.digest : nil
            )
        }
    }

    private static func version(in text: String, of item: HelmImageUpdate.Item) -> String? {
        guard !text.isEmpty else { return nil }
        switch item.form {
        case .tag, .digest: return text
        case .imageAndTag: return text.hasPrefix("\(item.image):") ? String(text.dropFirst(item.image.count + 1)) : nil
        case .imageAndDigest:
            return text.hasPrefix("\(item.image)@") ? String(text.dropFirst(item.image.count + 1)) : nil
        }
    }
}
