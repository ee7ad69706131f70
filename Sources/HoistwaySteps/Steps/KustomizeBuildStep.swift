import HoistwayModel
import HoistwayPorts

/// `kustomize-build`: manifests of a kustomization, in one file or in a file each.
struct KustomizeBuildStep: ProgramStep {
    static let program = ForeignProgram.kustomize
    static let schema = StepSchema(
        "kustomize-build",
        .program,
        "Builds a kustomization with kustomize or kubectl. The manifests keep the order of its resources.",
        [
            .path("The folder of the kustomization."),
            .path(
                "outPath",
                "The destination of the manifests: one file if the path ends with .yaml or .yml, otherwise a folder "
                    + "with one file per manifest."
            ),
            StepSchema.Field(
                "outputFormat",
                .choice(["kargo", "kustomize"]),
                defaultValue: .string("kargo"),
                "The names of files in a folder. Example for kargo: deployment-web.yaml. Example for kustomize: "
                    + "apps_v1_deployment_web.yaml."
            ),
            StepSchema.Field(
                "plugin",
                .mapping(StepSchema.Mapping([helm])),
                "Settings for plugins of kustomize."
            ),
        ]
    )

    private static let helm = StepSchema.Field(
        "helm",
        .mapping(
            StepSchema.Mapping([
                StepSchema.Field("apiVersions", .list(.text), "The API versions of the cluster for the charts."),
                StepSchema.Field(
                    "kubeVersion",
                    .text,
                    emptyIsAbsent: true,
                    "The version of Kubernetes for the charts."
                ),
            ])
        ),
        "Settings for the kustomization's Helm charts."
    )

    private let path: String
    private let outPath: String
    private let build: KustomizeBuild

    init(_ config: StepConfiguration) {
        path = config.requiredText("path")
        outPath = config.requiredText("outPath")
        var build = KustomizeBuild(WorkspacePath(path).path, outPath: WorkspacePath(outPath).path)
        if config.text("outputFormat") == "kustomize" { build.fileNames = .kustomize }
        if let helm = config.mapping("plugin")?.mapping("helm") {
            build.helmAPIVersions = helm.texts("apiVersions")
            build.helmKubeVersion = helm.text("kubeVersion")
        }
        self.build = build
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        try await Rendering(uses: Self.schema.name, request: .kustomize(build), source: path, target: outPath)
            .run(in: context)
    }
}
