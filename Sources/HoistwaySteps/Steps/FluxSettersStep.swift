import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// `flux-setters`: sets the values that have Flux's markers, in the files below a folder.
struct FluxSettersStep: PromotionStep {
    static let schema = StepSchema(
        "flux-setters",
        .workspace,
        "Sets the values at Flux's markers `# {\"$imagepolicy\": \"NS:POLICY\"}` in the files `*.yaml`, `*.yml` and "
            + "`Kustomization` of a folder. Kargo does not have this step.",
        [
            .path("The folder. Its subfolders are included."),
            StepSchema.Field(
                "policies",
                .list(.mapping(policy), atLeast: 1),
                isRequired: true,
                "The image for each policy. Values with markers of other policies are not changed."
            ),
        ],
        rules: [.unique(list: "policies", by: ["policy"])]
    )

    private static let policy = StepSchema.Mapping(
        [
            StepSchema.Field("policy", .text, isRequired: true, "`NAMESPACE:NAME`, as written in the markers."),
            StepSchema.Field("image", .text, isRequired: true, "The image's name, as written in the subscription."),
            StepSchema.Field(
                "tag",
                .text,
                emptyIsAbsent: true,
                "The tag to set. Without `tag` and `digest`, both come from the freight."
            ),
            StepSchema.Field("digest", .text, emptyIsAbsent: true, "The digest to set."),
            StepSchema.Field(
                "useDigest",
                .flag,
                defaultValue: .bool(false),
                "In complete image references, writes the digest after the tag, as Flux does with "
                    + "`digestReflectionPolicy`."
            ),
            .origin,
        ],
        rules: [
            // An expression with an empty result must not mean the freight's version.
            .oneGivenIfWritten(["tag", "digest"], says: "the tag or the digest is empty"),
            .excludes("fromOrigin", ["tag", "digest"], says: "fromOrigin has no meaning beside a"),
        ]
    )

    /// Files and symlinks below the folder.
    static let maxEntries = 50_000
    /// Files that may hold markers.
    static let maxFiles = 10_000
    /// Limit of all files that are read, together, in bytes.
    static let maxBytes = 64 << 20
    /// How many files are read at once.
    private static let batch = 500

    private let path: String
    private let policies: [StepConfiguration]

    init(_ config: StepConfiguration) {
        path = config.requiredText("path")
        policies = config.items("policies")
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let images = try images(context)
        var work = Work(images: images)
        var size = 0
        let files = try await files(context)
        for start in stride(from: 0, to: files.count, by: Self.batch) {
            let batch = Array(files[start..<min(start + Self.batch, files.count)])
            try await inWorkspace { () throws(WorkspaceFailure) in try await context.workspace.prefetch(batch) }
            for path in batch {
                guard
                    let bytes = try await inWorkspace({ () throws(WorkspaceFailure) in
                        try await context.workspace.read(path)
                    })
                else { continue }
                size += bytes.count
                guard size <= Self.maxBytes else { throw tooMuch("\(Self.maxBytes >> 20) MiB of YAML") }
                guard FluxMarker.isIn(bytes) else { continue }
                try work.add(bytes, of: StepFile(path.matchable, in: context))
            }
        }
        // Nothing is written before all files are checked.
        for (file, edit) in work.edits where edit.changed { try await file.write(edit.bytes) }
        return try work.outcome(path: path)
    }

    /// The image of each policy, by the policy's name.
    private func images(_ context: StepContext) throws(StepFailure) -> [String: FluxSetters.Image] {
        var images: [String: FluxSetters.Image] = [:]
        for config in policies {
            let policy = config.requiredText("policy")
            guard FluxMarker(policy)?.text == policy, FluxMarker(policy)?.part == .reference else {
                throw .cannotAct(
                    "flux-setters: \(ShownText.quoted(policy)) is no policy",
                    hint: "write NAMESPACE:NAME, as the markers have it, without :tag, :name and :digest"
                )
            }
            let name = config.requiredText("image")
            var image = FluxSetters.Image(
                name: name,
                tag: config.text("tag"),
                digest: config.text("digest"),
                reflectsDigest: config.flag("useDigest")
            )
            if image.tag == nil, image.digest == nil {
                let found = try context.lookup.image(named: name, from: config.origin)
                image.tag = found.tag.isEmpty ? nil : found.tag
                image.digest = found.digest.isEmpty ? nil : found.digest
            }
            images[policy] = image
        }
        return images
    }

    /// The files that Flux reads, in the order of their paths.
    private func files(_ context: StepContext) async throws(StepFailure) -> [GitPath] {
        let folder = WorkspacePath(path)
        let entry = try await inWorkspace { () throws(WorkspaceFailure) in
            try await context.workspace.entry(at: folder.path)
        }
        switch entry {
        case .folder: break
        case nil:
            throw .workspace(
                folder.deepest(of: context.mounts) == nil ? .missingOutside(path: path) : .missing(path: path)
            )
        default: throw .unmet("\(path) is not a folder", hint: "name the folder whose files have the markers")
        }
        let listed = try await inWorkspace { () throws(WorkspaceFailure) in
            try await context.workspace.list(folder.path, limit: Self.maxEntries)
        }
        guard listed.count <= Self.maxEntries else { throw tooMuch("\(Self.maxEntries) files") }
        let files = listed.filter { path, entry in
            guard case .file = entry else { return false }
            return PromotionPlan.EditedTree.mayHoldMarkers(path)
        }
        guard files.count <= Self.maxFiles else { throw tooMuch("\(Self.maxFiles) YAML files") }
        return files.map(\.path).sorted()
    }

    private func tooMuch(_ what: String) -> StepFailure {
        .unmet("below \(path) lie more than \(what)", hint: "name the folder whose files have the markers")
    }
}

/// The edits that are found and planned, file by file.
private struct Work {
    let images: [String: FluxSetters.Image]
    private(set) var edits: [(file: StepFile, edit: FluxSetters.Edit)] = []
    private var unreadable: [String] = []

    init(images: [String: FluxSetters.Image]) {
        self.images = images
    }

    /// As in Flux, a file that cannot be read stays unchanged: it may be a chart's template.
    mutating func add(_ bytes: [UInt8], of file: StepFile) throws(StepFailure) {
        do throws(UpdateFailure) {
            let edit = try FluxSetters.apply(images, to: bytes)
            if !edit.changes.isEmpty { edits.append((file, edit)) }
        } catch {
            guard case .unreadable = error else { throw StepFailure(error, file: file.shown) }
            unreadable.append(error.message(file: file.shown))
        }
    }

    func outcome(path: String) throws(StepFailure) -> StepOutcome {
        let found = Set(edits.flatMap { $0.edit.changes.map(\.marker.policy) })
        guard !found.isEmpty else {
            throw .unmet(
                "no marker below \(path) names \(Listing.text(images.keys.sorted())), so that nothing could be set"
                    + (unreadable.isEmpty ? "" : "; not read: \(Listing.text(unreadable, limit: 3))"),
                hint: "put the marker behind the value: # {\"$imagepolicy\": \"\(images.keys.min() ?? "NS:POLICY")\"}"
            )
        }
        let changed = edits.flatMap(\.edit.changes).count(where: \.change.changed)
        let files = edits.count(where: \.edit.changed)
        let what =
            changed == 0
            ? "the files below \(path) have these values already"
            : "set \(changed) value\(changed == 1 ? "" : "s") in \(files) file\(files == 1 ? "" : "s") below \(path)"
        var outcome = StepOutcome(
            .succeeded,
            output: ["commitMessage": .string(commitMessage(path: path))],
            message: what
        )
        for (file, edit) in edits {
            let values = edit.changes.compactMap { value($0, in: file) }
            outcome.imageValues += values
            let keys = Set(edit.changes.filter(\.change.changed).map(\.change.key))
            outcome.imageChanges += values.filter { keys.contains($0.key) }.map(\.change)
        }
        outcome.warnings = warnings(found, path: path)
        return outcome
    }

    private func value(_ item: FluxSetters.Change, in file: StepFile) -> ImageValue? {
        guard let image = images[item.marker.policy], item.marker.part != .name else { return nil }
        let isDigest = item.marker.part == .digest || image.tag == nil
        guard let version = isDigest ? image.digest : image.tag else { return nil }
        return ImageValue(
            file: file.shown,
            mount: file.mount,
            key: item.change.key,
            format: .fluxMarkers,
            image: image.name,
            version: version,
            isDigest: isDigest,
            new: item.change.new,
            old: item.change.old
        )
    }

    private func commitMessage(path: String) -> String {
        let lines = images.sorted { $0.key < $1.key }.compactMap { policy, image in
            image.value(of: .reference).map { "- \(policy): \($0)" }
        }
        return (["Updated \(path)", ""] + lines).joined(separator: "\n")
    }

    private func warnings(_ found: Set<String>, path: String) -> [String] {
        var warnings = unreadable.map { "\($0): the file has markers, and was left as it is" }
        let absent = images.keys.filter { !found.contains($0) }.sorted()
        if !absent.isEmpty {
            warnings.append("no marker below \(path) names \(Listing.text(absent)): nothing was set for it")
        }
        for (file, edit) in edits {
            warnings += edit.changes.filter { $0.change.changed && !$0.change.alsoReadAt.isEmpty }.map { item in
                let lines = Listing.text(item.change.alsoReadAt.map { "line \($0.line)" }, limit: 10)
                return "\(item.change.key) of \(file.shown) is also read by an alias in \(lines): it changes there too"
            }
        }
        return Array(warnings.prefix(20))
    }
}
