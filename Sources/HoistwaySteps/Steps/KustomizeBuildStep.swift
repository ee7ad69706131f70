import HoistwayModel
import HoistwayPorts

/// `kustomize-build`: manifests of a kustomization, in one file or in one for each.
struct KustomizeBuildStep: ProgramStep {
    static let program = ForeignProgram.kustomize
    static let schema = StepSchema(
        "kustomize-build",
        .program,
        "Builds a kustomization with kustomize or kubectl, in the order of its resources.",
        [
            .path("The folder with the kustomization."),
            .path(
                "outPath",
                "Where the manifests go: one file if it ends with .yaml or .yml, else a folder with a file for each."
            ),
            StepSchema.Field(
                "outputFormat",
                .choice(["kargo", "kustomize"]),
                defaultValue: .string("kargo"),
                "How files in a folder are named: kargo as in deployment-web.yaml, kustomize as in "
                    + "apps_v1_deployment_web.yaml."
            ),
            StepSchema.Field(
                "plugin",
                .mapping(StepSchema.Mapping([helm])),
                "What plugins of kustomize get."
            ),
        ]
    )

    private static let helm = StepSchema.Field(
        "helm",
        .mapping(
            StepSchema.Mapping([
                StepSchema.Field("apiVersions", .list(.text), "API versions that charts find in the cluster."),
                StepSchema.Field(
                    "kubeVersion",
                    .text,
                    emptyIsAbsent: true,
                    "The version of Kubernetes that charts find."
                ),
            ])
        ),
        "For charts that the kustomization inflates."
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
