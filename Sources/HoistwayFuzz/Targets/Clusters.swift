import FoundationEssentials
import HoistwayArgoCD
import HoistwayModel

extension FuzzTarget {
    /// Applications from a cluster, and whether a push concerns them.
    static let applications = FuzzTarget(
        name: "applications",
        seeds: [
            """
            {"metadata": {"name": "web", "namespace": "argocd", "resourceVersion": "1", "annotations": {
              "kargo.akuity.io/authorized-stage": "shop:test", "argocd.argoproj.io/manifest-generate-paths": ".;/a*/[b-c]?"}},
             "spec": {"project": "p", "source": {"repoURL": "https://git.test/a", "path": "x/../y", "targetRevision": "1.x",
              "helm": {"parameters": [{"name": "a", "value": "b"}]}, "kustomize": {"images": ["a=b:1"]}},
              "syncPolicy": {"automated": {}, "retry": {"limit": 5, "backoff": {"factor": 2}}}},
             "status": {"sync": {"revision": "c"}, "operationState": {"phase": "Running", "syncResult": {"revisions": ["c"]}}}}
            """,
            """
            {"metadata": {"name": "b"}, "spec": {"sources": [{"repoURL": "oci://r/c", "chart": "w", "tagPrefix": "v"}],
             "sourceHydrator": {"drySource": {"repoURL": "git@git.test:a"}, "syncSource": {"targetBranch": "env/a"}}}}
            """,
        ].map { Array($0.utf8) },
        words: [
            "\"spec\":", "\"sources\":[", "\"repoURL\":\"git.test/a\"", "\"targetRevision\":", "\"metadata\":{", "null",
            "\\u0000",
            "**/*", "[^]", ";/", "../", ">=1.0.0 <2 || ", "\"automated\":null", "1e999",
        ],
        run: { input in
            guard let read = try? JSONDecoder().decode(ApplicationDocument.self, from: Data(input)) else { return }
            let application = read.application
            promise(application.status.conditions.count <= 20, "conditions are bounded")
            promise(
                application.status.healthMessage.count <= Application.Status.maxMessage,
                "messages are bounded"
            )
            let files = ["a/b", "x/y", "y/z/deep.yaml", String(repeating: "a", count: 300)]
            let news = [
                SourceNews(repositories: ["git.test/a"], what: .branch("main", isDefault: true), changedFiles: files),
                SourceNews(repositories: ["git.test/a"], what: .tag("v1.2.3")),
                SourceNews(repositories: ["r/c/w"], what: .artifact("1.2.3")),
            ]
            for one in news { _ = SourceConcern(of: application, by: one) }
        }
    )
}
