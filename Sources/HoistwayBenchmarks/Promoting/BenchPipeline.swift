/// The manifests of one project whose stages set the image in one file each and promote by themselves.
enum BenchPipeline {
    struct Stage {
        var branch: String
        var folder: String
    }

    static func manifests(repoURL: String, stages: [Stage]) -> String {
        ([head(repoURL)] + stages.enumerated().map { stage("s\($0.offset)", $0.element, repoURL) })
            .joined(separator: "---\n")
    }

    private static func head(_ repoURL: String) -> String {
        """
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
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Warehouse
        metadata: {name: app, namespace: bench}
        spec:
          interval: 24h
          subscriptions:
            - image: {repoURL: "\(SeededRepository.image)", constraint: ^1.0.0}

        """
    }

    private static func stage(_ name: String, _ stage: Stage, _ repoURL: String) -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Stage
        metadata: {name: \(name), namespace: bench}
        spec:
          requestedFreight:
            - origin: {kind: Warehouse, name: app}
              sources: {direct: true}
          promotionTemplate:
            spec:
              steps:
                - uses: git-clone
                  config:
                    repoURL: \(repoURL)
                    checkout: [{branch: \(stage.branch), path: ./repo}]
                - uses: kustomize-set-image
                  config: {path: ./repo/\(stage.folder)}
                - uses: git-commit
                  config: {path: ./repo}
                - uses: git-push
                  config: {path: ./repo}

        """
    }
}
