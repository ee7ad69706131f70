import HoistwayModel
import HoistwayPorts

/// `oci-push`: copies an image or a chart to another repository, or gives it another tag.
struct OCIPushStep: PromotionStep {
    /// As in Kargo.
    static let maxBytes = 1 << 30

    static let schema = StepSchema(
        "oci-push",
        .effect,
        "Copies an image, an index with all its images, or a chart, or gives it another tag; at most 1 GiB from one "
            + "repository to another. Nothing is written where the tag has it already.",
        [
            StepSchema.Field(
                "srcRef",
                .artifact,
                isRequired: true,
                "What is copied: `host/repository:tag` or `host/repository@digest`; for a chart `oci://` before it."
            ),
            StepSchema.Field(
                "destRef",
                .artifactTag,
                isRequired: true,
                "Where it gets: `host/repository:tag`; for a chart `oci://` before it."
            ),
            StepSchema.Field(
                "annotations",
                .textMapping,
                "Annotations that are added; `index:` before a name means the index, `manifest:` or nothing each image."
            ),
            .flag("insecureSkipTLSVerify", "Does not verify the certificates of both registries."),
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
