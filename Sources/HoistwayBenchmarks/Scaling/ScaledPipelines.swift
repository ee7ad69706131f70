/// Projects of three stages each, with one image each; nothing is promoted automatically.
struct ScaledPipelines {
    static let stagesOfProject = 3
    /// A large installation has many files, none of them large.
    private static let projectsOfFile = 50

    let projects: Int
    /// The port of the registry and the Git host of all projects.
    let host: Int

    init(stages: Int, host: Int) {
        projects = stages / Self.stagesOfProject
        self.host = host
    }

    static func project(_ number: Int) -> String { "p\(number)" }

    func image(of project: Int) -> String { "127.0.0.1:\(host)/acme/\(Self.project(project))" }

    /// The contents of each file.
    var files: [String] {
        stride(from: 0, to: projects, by: Self.projectsOfFile).map { first in
            (first..<min(first + Self.projectsOfFile, projects)).map(manifests).joined(separator: "---\n")
        }
    }

    private func manifests(of number: Int) -> String {
        let project = Self.project(number)
        let head = """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Project
            metadata: {name: \(project)}
            ---
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Warehouse
            metadata: {name: main, namespace: \(project)}
            spec:
              interval: 24h
              subscriptions:
                - image: {repoURL: "\(image(of: number))", constraint: ">=0.0.0"}

            """
        let stages = [("test", "direct: true"), ("uat", "stages: [test]"), ("prod", "stages: [uat]")]
        return ([head] + stages.map { stage($0.0, takingFrom: $0.1, project) }).joined(separator: "---\n")
    }

    private func stage(_ name: String, takingFrom sources: String, _ project: String) -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Stage
        metadata: {name: \(name), namespace: \(project)}
        spec:
          requestedFreight: [{origin: {kind: Warehouse, name: main}, sources: {\(sources)}}]
          promotionTemplate:
            spec:
              steps:
                - uses: git-clone
                  config: {repoURL: "http://127.0.0.1:\(host)/acme/\(project).git", checkout: [{branch: main, path: ./r}]}
                - {uses: kustomize-set-image, config: {path: ./r/\(name)}}
                - {uses: git-commit, config: {path: ./r}}
                - {uses: git-push, config: {path: ./r}}

        """
    }
}
