import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// `kustomize-set-image`: sets image entries of a directory's kustomization.
struct KustomizeSetImageStep: PromotionStep {
    static let name = "kustomize-set-image"

    private let path: String
    /// Empty: automatic mode, every image of the freight.
    private let listed: [ImageTarget]

    init(config: ConfigValue) throws(StepFailure) {
        let reader = try ConfigReader(config, step: Self.name, known: ["path", "images"])
        path = try reader.requiredText("path")
        var targets: [ImageTarget] = []
        for item in try reader.readers("images", known: ["image", "name", "newName", "tag", "digest"]) {
            targets.append(try Self.target(item))
        }
        listed = targets
    }

    private static func target(_ reader: ConfigReader) throws(StepFailure) -> ImageTarget {
        let image = try reader.requiredText("image")
        let tag = try reader.text("tag")
        let digest = try reader.text("digest")
        guard (tag == nil) != (digest == nil) else {
            throw reader.failure("", tag == nil ? "needs a tag or a digest" : "has both a tag and a digest")
        }
        return ImageTarget(
            name: try reader.text("name") ?? image,
            newName: .init(argument: try reader.text("newName")),
            tag: .init(argument: tag),
            digest: .init(argument: digest)
        )
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let targets = listed.isEmpty ? try automaticTargets(context) : listed
        let file = try await kustomization(in: context.workspace)
        let shown = WorkspacePath.inRepository(file, mounts: context.mounts)
        let content = try await inWorkspace { () throws(WorkspaceFailure) in try await context.workspace.read(file) }
        guard let content else { throw .workspace(.notAFile(path: file)) }
        let edit = try Self.edit(content, targets, file: shown)
        if edit.changed {
            try await inWorkspace { () throws(WorkspaceFailure) in try await context.workspace.write(file, edit.bytes) }
        }
        var outcome = outcome(of: edit, targets: targets, file: shown)
        let warnings = ImageWarnings(edit: edit, names: Set(targets.map(\.name)), file: shown)
        let search = ManifestSearch(
            context.workspace,
            mount: WorkspacePath.mount(holding: file, among: context.mounts) ?? ""
        )
        let unused = await warnings.unused(search, folder: WorkspacePath.clean(path), before: content)
        outcome.warnings = [warnings.unpinned(), unused].compactMap(\.self)
        return outcome
    }

    private static func edit(_ content: [UInt8], _ targets: [ImageTarget], file: String) throws(StepFailure)
        -> KustomizationEdit
    {
        do throws(EditFailure) {
            return try KustomizationEditor.setImages(document: content, targets: targets)
        } catch {
            throw StepFailure(error, file: file)
        }
    }

    private func kustomization(in workspace: any Workspace) async throws(StepFailure) -> String {
        let found = try await inWorkspace { () throws(WorkspaceFailure) in
            try await workspace.files(named: Kustomizations.names, in: path)
        }
        guard let name = found.first else {
            throw .unmet(
                "\(path) has no kustomization",
                hint: "it may be called \(Kustomizations.names.joined(separator: ", "))"
            )
        }
        guard found.count == 1 else {
            throw .unmet("\(path) has \(found.joined(separator: " and "))", hint: "keep one of them")
        }
        return WorkspacePath.join(WorkspacePath.clean(path), name)
    }

    /// Every image of the freight by tag and digest; of several with one name the last counts.
    private func automaticTargets(_ context: StepContext) throws(StepFailure) -> [ImageTarget] {
        var seen: Set<String> = []
        for case .image(let subscription) in context.subscriptions where !seen.insert(subscription.repoURL).inserted {
            throw .unmet(
                "two subscriptions watch \(subscription.repoURL), so that the image to set is not clear",
                hint: "list the images in the step's configuration"
            )
        }
        return context.collection.flatMap(\.images).map { image in
            ImageTarget(
                name: image.repoURL,
                tag: .init(argument: image.tag),
                digest: .init(argument: image.digest)
            )
        }
    }

    private func outcome(of edit: KustomizationEdit, targets: [ImageTarget], file: String) -> StepOutcome {
        let entries = edit.entriesAfter.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var output: [String: ConfigValue] = [:]
        if !entries.isEmpty {
            let title = "Updated \(path) to use new image\(entries.count > 1 ? "s" : "")"
            let lines = entries.map { "- \($0.reference)" }
            output["commitMessage"] = .string(([title, ""] + lines).joined(separator: "\n"))
        }
        let changes = ImageChange.between(edit.entriesBefore, edit.entriesAfter, file: file)
        var what =
            changes.isEmpty
            ? "\(file) has these images already"
            : "set \(changes.count) image\(changes.count > 1 ? "s" : "") in \(file)"
        let unpinned = changes.filter { $0.oldDigest != nil && $0.newDigest == nil }.map(\.name)
        if !unpinned.isEmpty { what += "; this takes away the digest pin of \(unpinned.joined(separator: ", "))" }
        var outcome = StepOutcome(.succeeded, output: output, message: what)
        outcome.imageChanges = changes
        let names = Set(targets.map(\.name))
        outcome.imagesSet = ImageChange.all(of: names, edit.entriesBefore, edit.entriesAfter, file: file)
        return outcome
    }
}

extension ImageChange {
    /// Entries that are new or differ in tag, digest or name.
    static func between(_ before: [ImageEntry], _ after: [ImageEntry], file: String) -> [ImageChange] {
        let old = Dictionary(before.map { ($0.name, $0) }) { first, _ in first }
        let changed = Set(after.filter { old[$0.name] != $0 }.map(\.name))
        return all(of: changed, before, after, file: file)
    }

    /// The entries of these names, changed or not.
    static func all(
        of names: Set<String>,
        _ before: [ImageEntry],
        _ after: [ImageEntry],
        file: String
    ) -> [ImageChange] {
        let old = Dictionary(before.map { ($0.name, $0) }) { first, _ in first }
        return after.filter { names.contains($0.name) }.map { entry in
            ImageChange(
                file: file,
                name: entry.name,
                oldTag: old[entry.name]?.newTag,
                newTag: entry.newTag,
                oldDigest: old[entry.name]?.digest,
                newDigest: entry.digest
            )
        }
    }
}
