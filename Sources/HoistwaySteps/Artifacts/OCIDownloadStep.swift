import HoistwayModel
import HoistwayPorts

/// `oci-download`: fetches one layer of an artifact as a file.
///
/// A promotion's files are made again whenever its branch has moved: then the same layer is fetched by its digest, even
/// if the tag has moved.
struct OCIDownloadStep: PromotionStep {
    static let schema = StepSchema(
        "oci-download",
        .download,
        "Downloads one layer of an image, a chart or another artifact, unchanged. The layer may have at most 40 "
            + "MiB. The step also downloads in observe mode and in a dry run.",
        [
            StepSchema.Field(
                "imageRef",
                .artifact,
                isRequired: true,
                "The artifact: `host/repository:tag` or `host/repository@digest`. For a chart, with `oci://` before "
                    + "it."
            ),
            .path("outPath", "The file to write."),
            .flag("allowOverwrite", "Replaces an existing file."),
            StepSchema.Field(
                "mediaType",
                .text,
                emptyIsAbsent: true,
                "The media type: the first layer of this type is downloaded. Without it, the first layer."
            ),
            .flag("insecureSkipTLSVerify", "Does not verify the registry's certificate."),
        ]
    )

    private let config: StepConfiguration
    private let outPath: String

    init(_ config: StepConfiguration) {
        self.config = config
        outPath = config.requiredText("outPath")
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        guard let registries = context.artifacts else {
            throw .cannotAct("oci-download cannot act: this program reaches no registries for steps", hint: nil)
        }
        let source = try context.artifact("imageRef", of: config)
        let file = StepFile(outPath, in: context)
        try await file.checkNew(allowOverwrite: config.flag("allowOverwrite"))
        let mediaType = config.text("mediaType")
        let before = context.former["digest"]?.string
        let work = ApartWork(uses: Self.schema.name, request: .layer(source, mediaType: mediaType))
        let made = try await work.result(in: context) { _ async throws(StepFailure) in
            do throws(ArtifactFailure) {
                let layer = try await registries.layer(
                    of: source,
                    mediaType: mediaType,
                    digest: before,
                    limit: HTTPDownloadStep.maxBytes,
                    project: context.stage.project
                )
                let file = ProgramFile(WorkspacePath(outPath).path, layer.bytes)
                return RenderedManifests(files: [file], program: "", inputs: [], words: layer.digest)
            } catch {
                throw .artifacts(error)
            }
        }
        let bytes = made.files.first?.bytes ?? []
        try await file.write(bytes)
        return StepOutcome(
            .succeeded,
            output: ["digest": .string(made.words)],
            message: "downloaded \(bytes.count) bytes of \(source.artifact.text) to \(outPath)"
        )
    }
}
