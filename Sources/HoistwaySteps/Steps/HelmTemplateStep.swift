import HoistwayModel
import HoistwayPorts

/// `helm-template`: manifests of a chart, in one file, as Helm lays them out, or all directly in a folder.
struct HelmTemplateStep: ProgramStep {
    static let program = ForeignProgram.helm
    static let schema = StepSchema(
        "helm-template",
        .program,
        "Renders a chart of the workspace with helm.",
        [
            .path("The folder with the chart, or a packed chart."),
            .path(
                "outPath",
                "Where the manifests go: one file if it ends with .yaml or .yml, else a folder with several."
            ),
            StepSchema.Field(
                "outLayout",
                .choice(["helm", "flat"]),
                defaultValue: .string("helm"),
                "How a folder is laid out: helm as in web/templates/service.yaml, flat as in service-web.yaml."
            ),
            StepSchema.Field("releaseName", .text, isRequired: true, "The name of the release."),
            .flag("useReleaseName", "Puts the files into a folder that is named for the release; for the layout helm."),
            StepSchema.Field(
                "namespace",
                .text,
                emptyIsAbsent: true,
                "The namespace that templates find; without it, the project's name."
            ),
            StepSchema.Field("valuesFiles", .list(.path), "Files with values; later ones win."),
            .flag("ignoreMissingValueFiles", "Passes over values files that do not exist."),
            StepSchema.Field(
                "setValues",
                .list(.mapping(StepSchema.Mapping(setValue))),
                "Single values, which win over all files."
            ),
            .flag("buildDependencies", "Takes the charts that Chart.yaml names by file:// into the chart first."),
            .flag("includeCRDs", "Renders the chart's custom resource definitions too."),
            .flag("disableHooks", "Leaves out hooks."),
            .flag("skipTests", "Leaves out hooks that are tests."),
            StepSchema.Field(
                "kubeVersion",
                .text,
                emptyIsAbsent: true,
                "The version of Kubernetes that templates find."
            ),
            StepSchema.Field("apiVersions", .list(.text), "API versions that templates find in the cluster."),
        ]
    )

    private static let setValue: [StepSchema.Field] = [
        StepSchema.Field("key", .text, isRequired: true, "The value's place, as helm's --set takes it: image.tag."),
        StepSchema.Field("value", .text, isRequired: true, emptyIsAbsent: true, "The value."),
        .flag("literal", "Takes the value as it stands; else commas, braces and backslashes in it have a meaning."),
    ]

    private let path: String
    private let outPath: String
    /// `nil`: the project's name.
    private let namespace: String?
    private let template: HelmTemplate

    init(_ config: StepConfiguration) {
        path = config.requiredText("path")
        outPath = config.requiredText("outPath")
        namespace = config.text("namespace")
        var template = HelmTemplate(
            WorkspacePath(path).path,
            outPath: WorkspacePath(outPath).path,
            releaseName: config.requiredText("releaseName"),
            namespace: namespace ?? ""
        )
        if config.text("outLayout") == "flat" { template.layout = .flat }
        template.valuesFiles = config.texts("valuesFiles").map { WorkspacePath($0).path }
        template.ignoresMissingValuesFiles = config.flag("ignoreMissingValueFiles")
        template.values = config.items("setValues").map {
            // An empty value is a value.
            HelmTemplate.Value(
                key: $0.requiredText("key"),
                value: $0.text("value") ?? "",
                isLiteral: $0.flag("literal")
            )
        }
        template.buildsDependencies = config.flag("buildDependencies")
        template.includesCRDs = config.flag("includeCRDs")
        template.disablesHooks = config.flag("disableHooks")
        template.skipsTests = config.flag("skipTests")
        template.usesReleaseName = config.flag("useReleaseName")
        template.kubeVersion = config.text("kubeVersion")
        template.apiVersions = config.texts("apiVersions")
        self.template = template
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        var template = template
        if namespace == nil { template.namespace = context.stage.project }
        return try await Rendering(uses: Self.schema.name, request: .helm(template), source: path, target: outPath)
            .run(in: context)
    }
}
