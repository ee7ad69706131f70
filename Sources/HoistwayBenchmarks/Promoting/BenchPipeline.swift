/// The manifests of one project whose stages promote automatically.
enum BenchPipeline {
    struct Stage {
        var branch: String
        var folder: String
        /// Each image has a warehouse of its own.
        var image = SeededRepository.image
        var steps = BenchSteps.inPlace

        var warehouse: String { image.split(separator: "/").last.map(String.init) ?? image }
    }

    static func manifests(repoURL: String, stages: [Stage]) -> String {
        let warehouses = Dictionary(stages.map { ($0.warehouse, $0.image) }) { first, _ in first }
        let parts =
            [project] + warehouses.sorted { $0.key < $1.key }.map { warehouse($0.key, of: $0.value) }
            + stages.enumerated().map { stage("s\($0.offset)", $0.element, repoURL) }
        return parts.joined(separator: "---\n")
    }

    private static let project = """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Project
        metadata: {name: bench}
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: ProjectConfig
        metadata: {name: bench, namespace: bench}
        spec:
          promotionPolicies:
            - stageSelector: {}
              autoPromotionEnabled: true

        """

    private static func warehouse(_ name: String, of image: String) -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Warehouse
        metadata: {name: \(name), namespace: bench}
        spec:
          interval: 24h
          subscriptions:
            - image: {repoURL: "\(image)", constraint: ^1.0.0}

        """
    }

    private static func stage(_ name: String, _ stage: Stage, _ repoURL: String) -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Stage
        metadata: {name: \(name), namespace: bench}
        spec:
          requestedFreight:
            - origin: {kind: Warehouse, name: \(stage.warehouse)}
              sources: {direct: true}
          promotionTemplate:
            spec:
              steps:
        \(stage.steps.manifest(of: stage, repoURL: repoURL))

        """
    }
}
