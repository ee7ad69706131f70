import HoistwayModel
import HoistwayPorts

/// `helm-template`: manifests of a chart, in one file, in Helm's own layout, or all directly in a folder.
struct HelmTemplateStep: ProgramStep {
    static let program = ForeignProgram.helm
    static let schema = StepSchema(
        "helm-template",
        .program,
        "Renders a chart with helm. The chart is in the promotion's files.",
        [
            .path("The folder of the chart, or a packed chart."),
            .path(
                "outPath",
                "The destination of the manifests: one file if the path ends with .yaml or .yml, otherwise a folder "
                    + "with several files."
            ),
            StepSchema.Field(
                "outLayout",
                .choice(["helm", "flat"]),
                defaultValue: .string("helm"),
                "The names of files in a folder. Example for helm: web/templates/service.yaml. Example for flat: "
                    + "service-web.yaml."
            ),
            StepSchema.Field("releaseName", .text, isRequired: true, "The name of the release."),
            .flag(
                "useReleaseName",
                "Puts the files into a folder with the name of the release. Only for the layout helm."
            ),
            StepSchema.Field(
                "namespace",
                .text,
                emptyIsAbsent: true,
                "The namespace for the templates. Without it, the project's name."
            ),
            StepSchema.Field(
                "valuesFiles",
                .list(.path),
                "Values files. If two files set the same value, the later file counts."
            ),
            .flag("ignoreMissingValueFiles", "Ignores values files that do not exist."),
            StepSchema.Field(
                "setValues",
                .list(.mapping(StepSchema.Mapping(setValue))),
                "Single values. They override all values files."
            ),
            .flag(
                "buildDependencies",
                "First copies the dependencies with a file:// URL in Chart.yaml into the chart."
            ),
            .flag("includeCRDs", "Also renders the chart's custom resource definitions."),
            .flag("disableHooks", "Leaves out hooks."),
            .flag("skipTests", "Leaves out hooks that are tests."),
            StepSchema.Field(
                "kubeVersion",
                .text,
                emptyIsAbsent: true,
                "The version of Kubernetes for the templates."
            ),
            StepSchema.Field("apiVersions", .list(.text), "The API versions of the cluster for the templates."),
        ]
    )

    private static let setValue: [StepSchema.Field] = [
        StepSchema.Field(
            "key",
            .text,
            isRequired: true,
            "The key of the value, in the form of helm's --set. Example: image.tag."
        ),
        StepSchema.Field("value", .text, isRequired: true, emptyIsAbsent: true, "The value."),
        .flag("literal", "Uses the value unchanged. Otherwise commas, braces and backslashes have a special meaning."),
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
            // An empty value counts as a value.
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
