/// What users read about manifests: each field of each kind that is read.
package enum ManifestReference {
    package struct Kind: Sendable {
        package let name: String
        package let apiVersion: String
        package let summary: String
        /// Whether its objects belong to a project, whose name is their namespace.
        package let isOfProject: Bool
        /// Besides `apiVersion`, `kind` and `metadata`.
        package let keys: [ReferenceKey]

        init(
            _ name: String,
            apiVersion: String = "kargo.akuity.io/v1alpha1",
            isOfProject: Bool = true,
            _ summary: String,
            _ keys: [ReferenceKey]
        ) {
            self.name = name
            self.apiVersion = apiVersion
            self.summary = summary
            self.isOfProject = isOfProject
            self.keys = keys
        }
    }

    package static let kinds: [Kind] = [
        Kind("Project", isOfProject: false, "Warehouses and stages that belong together", project),
        Kind("ProjectConfig", "Which stages of a project are promoted to automatically", projectConfig),
        Kind("ClusterConfig", isOfProject: false, "Settings for all projects", clusterConfig),
        Kind("Warehouse", "Which artifacts become freight", warehouse),
        Kind("Stage", "Which freight a stage takes, and what a promotion to it does", stage + steps(of: stageSteps)),
        Kind("PromotionTask", "Steps that several stages share", promotionTask + steps(of: taskSteps)),
        Kind(
            "ClusterPromotionTask",
            isOfProject: false,
            "Steps that stages of all projects share",
            promotionTask + steps(of: taskSteps)
        ),
        Kind("ConfigMap", apiVersion: "v1", "Values for expressions", configMap),
        Kind("Secret", apiVersion: "v1", "Credentials, and secret values for expressions", secret),
    ]

    /// Where steps are written.
    package static let stageSteps = "spec.promotionTemplate.spec.steps[]"
    package static let taskSteps = "spec.steps[]"

    private static func steps(of path: String) -> [ReferenceKey] {
        step.map { $0.below(path + ".") } + [
            ReferenceKey("\(path).retry", .mapping, "how often and how long a step is tried"),
            ReferenceKey("\(path).task.name", .text, isRequired: true, "the name of the task"),
            ReferenceKey(
                "\(path).task.kind",
                .choice(["PromotionTask", "ClusterPromotionTask"]),
                "the kind of the task"
            ),
            ReferenceKey("\(path).vars[].name", .text, isRequired: true, "the name of the variable"),
            ReferenceKey("\(path).vars[].value", .text, "its value, which may hold expressions"),
        ]
    }
}
