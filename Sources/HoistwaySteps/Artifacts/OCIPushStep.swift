import HoistwayModel
import HoistwayPorts

/// `oci-push`: copies an image or a chart to another repository, or gives it another tag.
struct OCIPushStep: PromotionStep {
    /// The same limit as in Kargo.
    static let maxBytes = 1 << 30

    static let schema = StepSchema(
        "oci-push",
        .effect,
        "Copies an image, an index with all its images, or a chart; or adds a tag. A copy to another repository may "
            + "have at most 1 GiB. If the tag has this content already, nothing is written.",
        [
            StepSchema.Field(
                "srcRef",
                .artifact,
                isRequired: true,
                "The source: `host/repository:tag` or `host/repository@digest`. For a chart, with `oci://` before "
                    + "it."
            ),
            StepSchema.Field(
                "destRef",
                .artifactTag,
                isRequired: true,
                "The destination: `host/repository:tag`. For a chart, with `oci://` before it."
            ),
            StepSchema.Field(
                "annotations",
                .textMapping,
                "Annotations to add. With the prefix `index:`, they are added to the index. With `manifest:` or no "
                    + "prefix, to each image."
            ),
            .flag("insecureSkipTLSVerify", "Does not verify the certificates of the two registries."),
        ]
    )

    private static let scopes = (index: "index:", manifest: "manifest:")

    private let config: StepConfiguration

    init(_ config: StepConfiguration) {
        self.config = config
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        guard let registries = context.artifacts else {
            throw .cannotAct("oci-push cannot act: this program reaches no registries for steps", hint: nil)
        }
        guard context.promotion.mode == .promote else {
            throw .cannotAct("oci-push does not act in observe mode and in a dry run", hint: nil)
        }
        let source = try context.artifact("srcRef", of: config)
        let destination = try context.artifact("destRef", of: config)
        let copied: CopiedArtifact
        do throws(ArtifactFailure) {
            copied = try await registries.copy(source, to: destination, work(context), project: context.stage.project)
        } catch {
            throw .artifacts(error)
        }
        let name = destination.artifact.text
        return StepOutcome(
            .succeeded,
            output: [
                "image": .string(name), "digest": .string(copied.digest),
                "tag": .string(destination.artifact.tag ?? ""),
            ],
            message: copied.wasThere
                ? "\(name) is \(copied.digest) already"
                : "copied \(source.artifact.text) to \(name), which is \(copied.digest)"
        )
    }

    func preview(in context: StepContext) -> String? {
        guard let source = ArtifactReference(config.requiredText("srcRef")),
            let destination = ArtifactReference(config.requiredText("destRef"))
        else { return nil }
        return "would copy \(source.text) to \(destination.text)"
    }

    private func work(_ context: StepContext) -> ArtifactCopy {
        var copy = ArtifactCopy(maxBytes: Self.maxBytes, wasBegun: context.wasBegun)
        for (name, value) in config.values("annotations") {
            guard let value = value.string else { continue }
            if name.hasPrefix(Self.scopes.index) {
                copy.indexAnnotations[String(name.dropFirst(Self.scopes.index.count))] = value
            } else if name.hasPrefix(Self.scopes.manifest) {
                copy.manifestAnnotations[String(name.dropFirst(Self.scopes.manifest.count))] = value
            } else {
                copy.manifestAnnotations[name] = value
            }
        }
        return copy
    }
}
