/// A project with a warehouse of one image and the stage `test`, for tests of what stands in a stage.
enum DemoPipeline {
    static let head = """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Project
        metadata: {name: demo}
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Warehouse
        metadata: {name: main, namespace: demo}
        spec: {subscriptions: [{image: {repoURL: ghcr.io/acme/app, constraint: ^1.0.0}}]}

        """

    static let clone =
        "{uses: git-clone, config: {repoURL: 'https://git.example.com/a/b', checkout: [{branch: main, path: ./o}]}}"

    /// - Parameter more: what `spec` has besides the freight that it asks for, indented by two.
    static func stage(_ more: String, named name: String = "test") -> String {
        """
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Stage
        metadata: {name: \(name), namespace: demo}
        spec:
          requestedFreight: [{origin: {kind: Warehouse, name: main}, sources: {direct: true}}]
        \(more)

        """
    }

    /// - Parameter steps: in YAML's flow style, or indented by eight where they have more lines.
    static func manifest(steps: [String]) -> String {
        let list = steps.map { "        - \($0)" }.joined(separator: "\n")
        return head + stage("  promotionTemplate:\n    spec:\n      steps:\n\(list)")
    }
}
