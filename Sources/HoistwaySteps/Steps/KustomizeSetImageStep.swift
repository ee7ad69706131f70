import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// `kustomize-set-image`: sets image entries of a directory's kustomization.
struct KustomizeSetImageStep: PromotionStep {
    static let schema = StepSchema(
        "kustomize-set-image",
        .workspace,
        "Sets images in the kustomization of a folder.",
        [
            .path("The folder of the kustomization."),
            StepSchema.Field(
                "images",
                .list(.mapping(listedImage)),
                "The images. Without it, every image of the freight."
            ),
        ]
    )

    private static let listedImage = StepSchema.Mapping(
        [
            StepSchema.Field("image", .text, isRequired: true, "The image's name."),
            StepSchema.Field(
                "name",
                .text,
                emptyIsAbsent: true,
                "The name of the entry. Without it, the image's name."
            ),
            StepSchema.Field(
                "newName",
                .text,
                emptyIsAbsent: true,
                "The name to set. `*` keeps the present name."
            ),
            StepSchema.Field("tag", .text, emptyIsAbsent: true, "The tag to set. `*` keeps the present tag."),
            StepSchema.Field(
                "digest",
                .text,
                emptyIsAbsent: true,
                "The digest to set. `*` keeps the present digest."
            ),
            StepSchema.Field(
                "useDigest",
                .flag,
                defaultValue: .bool(false),
                "No effect: the digest is always set. Older form (Kargo 0.9 to 1.2)."
            ),
            .origin,
        ],
        rules: [
            .atMostOne(
                ["tag", "digest"],
                says: "an image has a tag or a digest, not both",
                hint: "without either, tag and digest of the freight's image are set"
            ),
            // An expression with an empty result must not mean the freight's version.
            .oneGivenIfWritten(["tag", "digest"], says: "the tag or the digest is empty"),
            .excludes("fromOrigin", ["tag", "digest"], says: "fromOrigin has no meaning beside a"),
            .excludes("useDigest", ["tag", "digest"], says: "useDigest has no meaning beside a"),
        ]
    )

    /// One item of `images`.
    private struct Listed {
        var request: ImageRequest
        /// Without a tag and a digest, both are the freight's; `warehouse`: the one whose freight is meant.
        var isFromFreight: Bool
        var warehouse: String?
    }

    private let path: String
    /// Empty: automatic mode, every image of the freight.
    private let listed: [Listed]

    init(_ config: StepConfiguration) {
        path = config.requiredText("path")
        listed = config.items("images").map(Self.listed)
    }

    private static func listed(_ item: StepConfiguration) -> Listed {
        let tag = item.text("tag")
        let digest = item.text("digest")
        return Listed(
            request: ImageRequest(
                image: item.requiredText("image"),
                name: item.text("name"),
                newName: .init(argument: item.text("newName")),
                tag: .init(argument: tag),
                digest: .init(argument: digest)
            ),
            isFromFreight: tag == nil && digest == nil,
            warehouse: item.origin
        )
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let requests = listed.isEmpty ? try automaticRequests(context) : try listedRequests(context)
        let file = try await kustomization(in: context)
        let mount = file.deepest(of: context.mounts)
        let shown = (mount.flatMap { file.rest(below: $0) } ?? file).text
        let content = try await inWorkspace { () throws(WorkspaceFailure) in try await context.workspace.read(file.text)
        }
        guard let content else { throw .workspace(.notAFile(path: file.text)) }
        let plan = try Self.plan(requests, for: content, file: shown)
        let edit = try Self.edit(content, plan.targets, file: shown)
        if edit.changed {
            try await inWorkspace { () throws(WorkspaceFailure) in
                try await context.workspace.write(file.text, edit.bytes)
            }
        }
        var outcome = outcome(of: edit, plan: plan, file: shown)
        for index in outcome.imageChanges.indices { outcome.imageChanges[index].mount = mount?.text ?? "" }
        for index in outcome.imagesSet.indices { outcome.imagesSet[index].mount = mount?.text ?? "" }
        let warnings = ImageWarnings(edit: edit, plan: plan, file: shown)
        let search = ManifestSearch(context.workspace, mount: mount ?? WorkspacePath())
        let unused = await warnings.unused(search, folder: WorkspacePath(path), edit.bytes)
        outcome.warnings =
            [warnings.unpinned(), warnings.removed(), warnings.unset(), unused].compactMap(\.self) + warnings.renamed()
        return outcome
    }

    private static func plan(_ requests: [ImageRequest], for content: [UInt8], file: String) throws(StepFailure)
        -> ImagePlan
    {
        do throws(EditFailure) {
            return ImagePlan(requests, on: try KustomizationImages.entries(of: content))
        } catch {
            throw StepFailure(error, file: file)
        }
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

    private func kustomization(in context: StepContext) async throws(StepFailure) -> WorkspacePath {
        let workspace = context.workspace
        let found = try await inWorkspace { () throws(WorkspaceFailure) in
            try await workspace.files(named: Kustomizations.names, in: path)
        }
        guard let name = found.first else {
            if WorkspacePath(path).deepest(of: context.mounts) == nil {
                throw .workspace(.missingOutside(path: path))
            }
            throw .unmet(
                "\(path) has no kustomization",
                hint: "it may be called \(Kustomizations.names.joined(separator: ", "))"
            )
        }
        guard found.count == 1 else {
            throw .unmet("\(path) has \(found.joined(separator: " and "))", hint: "keep one of them")
        }
        return WorkspacePath(path).appending(name)
    }

    /// Every image of the freight by tag and digest; of several with one name the last one counts.
    private func automaticRequests(_ context: StepContext) throws(StepFailure) -> [ImageRequest] {
        var seen: Set<String> = []
        for case .image(let subscription) in context.subscriptions where !seen.insert(subscription.repoURL).inserted {
            throw .unmet(
                "two subscriptions watch \(subscription.repoURL), so that the image to set is not clear",
                hint: "list the images in the step's configuration"
            )
        }
        guard !context.collection.isEmpty else {
            throw .unmet(
                "the state no longer has the freight of this promotion, so that no image can be set",
                hint: "promote freight that `hoistway get freight` shows"
            )
        }
        return context.collection.flatMap(\.images).map { image in
            ImageRequest(
                image: image.repoURL,
                tag: .init(argument: image.tag),
                digest: .init(argument: image.digest)
            )
        }
    }

    private func listedRequests(_ context: StepContext) throws(StepFailure) -> [ImageRequest] {
        var requests: [ImageRequest] = []
        for item in listed {
            var request = item.request
            if item.isFromFreight {
                let image = try context.lookup.image(named: request.image, from: item.warehouse)
                request.tag = .init(argument: image.tag)
                request.digest = .init(argument: image.digest)
            }
            requests.append(request)
        }
        return requests
    }

    private func outcome(of edit: KustomizationEdit, plan: ImagePlan, file: String) -> StepOutcome {
        let entries = edit.entriesAfter.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var output: [String: ConfigValue] = [:]
        if !entries.isEmpty {
            let title = "Updated \(path) to use new image\(entries.count > 1 ? "s" : "")"
            let lines = entries.map { "- \($0.reference)" }
            output["commitMessage"] = .string(([title, ""] + lines).joined(separator: "\n"))
        }
        let changes = ImageChange.between(edit.entriesBefore, edit.entriesAfter, file: file, images: plan.images)
        var what =
            plan.targets.isEmpty
            ? "the freight has no image for \(file): nothing was set"
            : changes.isEmpty
                ? "\(file) has these images already"
                : "set \(changes.count) image\(changes.count > 1 ? "s" : "") in \(file)"
        let removals = edit.removals.map(\.description)
        if !removals.isEmpty { what += "; this takes away \(Listing.text(removals, limit: 10))" }
        var outcome = StepOutcome(.succeeded, output: output, message: what)
        outcome.imageChanges = changes
        outcome.imagesSet = ImageChange.all(
            of: Set(plan.targets.map(\.name)),
            edit.entriesBefore,
            edit.entriesAfter,
            file: file,
            images: plan.images
        )
        return outcome
    }
}

extension ImageChange {
    /// Entries that are new or differ in tag, digest or name.
    ///
    /// - Parameter images: those that the entries were set for, by the entry's name.
    static func between(
        _ before: [ImageEntry],
        _ after: [ImageEntry],
        file: String,
        images: [String: String]
    ) -> [ImageChange] {
        let old = Dictionary(before.map { ($0.name, $0) }) { first, _ in first }
        let changed = Set(after.filter { old[$0.name] != $0 }.map(\.name))
        return all(of: changed, before, after, file: file, images: images)
    }

    /// The entries of these names, changed or not.
    static func all(
        of names: Set<String>,
        _ before: [ImageEntry],
        _ after: [ImageEntry],
        file: String,
        images: [String: String]
    ) -> [ImageChange] {
        let old = Dictionary(before.map { ($0.name, $0) }) { first, _ in first }
        return after.filter { names.contains($0.name) }.map { entry in
            ImageChange(
                file: file,
                name: entry.name,
                oldTag: old[entry.name]?.newTag,
                newTag: entry.newTag,
                oldDigest: old[entry.name]?.digest,
                newDigest: entry.digest,
                image: images[entry.name],
                removed: old[entry.name].map { ImageRemoval.between($0, entry).map(\.description) } ?? []
            )
        }
    }
}
