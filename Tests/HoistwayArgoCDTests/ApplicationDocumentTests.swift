import Foundation
import HoistwayModel
import Testing

@testable import HoistwayArgoCD

/// What is kept of an Application, and what makes one unreadable.
struct ApplicationDocumentTests {
    static func read(_ text: String) throws -> Application {
        try JSONDecoder().decode(ApplicationDocument.self, from: Data(text.utf8)).application
    }

    private static let full = """
        {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
         "metadata": {"name": "web", "namespace": "argocd", "uid": "u1", "resourceVersion": "17", "generation": 3,
          "labels": {"team": "shop"}, "deletionTimestamp": "2026-11-29T10:00:00Z",
          "annotations": {"kargo.akuity.io/authorized-stage": "shop:test",
           "argocd.argoproj.io/manifest-generate-paths": ".;../base", "kubectl.kubernetes.io/last-applied": "{}"},
          "ownerReferences": [{"apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationSet", "name": "webs", "uid": "x"}],
          "managedFields": [{"manager": "argocd", "fieldsV1": {"f:metadata": {}}}]},
         "spec": {"project": "", "destination": {"name": "in-cluster", "namespace": "shop"},
          "source": {"repoURL": "https://git.example.com/acme/deploy", "path": "web", "targetRevision": "stage/test",
           "kustomize": {"images": ["ghcr.io/acme/web:1.0.0"], "namePrefix": "a-"},
           "helm": {"parameters": [{"name": "image.tag", "value": "1.0.0", "forceString": true}],
            "valueFiles": ["$values/web.yaml"], "valuesObject": {"deep": {"er": [1, 2]}}}},
          "syncPolicy": {"automated": {"prune": true}, "syncOptions": ["CreateNamespace=true"],
           "retry": {"limit": 5, "backoff": {"duration": "5s", "factor": 2}}}},
         "operation": {"initiatedBy": {"username": "ann"}, "info": [{"name": "Reason", "value": "by hand"}], "sync": {}},
         "status": {"sync": {"status": "Synced", "revision": "abc",
           "comparedTo": {"source": {"repoURL": "https://git.example.com/acme/deploy", "path": "web"}, "destination": {}}},
          "health": {"status": "Degraded", "message": "no pods"}, "reconciledAt": "2026-11-29T10:00:05Z",
          "operationState": {"phase": "Succeeded", "message": "done", "startedAt": "2026-11-29T10:00:00Z",
           "finishedAt": "2026-11-29T10:00:04Z", "retryCount": 1,
           "operation": {"initiatedBy": {"username": "hoistway", "automated": true},
            "info": [{"name": "kargo.akuity.io/promotion", "value": "p1"}, {"name": "kargo.akuity.io/promotion", "value": "p2"}]},
           "syncResult": {"revision": "abc", "resources": [{"kind": "Pod"}]}},
          "conditions": [{"type": "SyncError", "message": "sad", "lastTransitionTime": "2026-11-29T10:00:00Z"}],
          "summary": {"images": ["ghcr.io/acme/web:1.0.0"]}, "resources": [{"kind": "Deployment", "name": "web"}]}}
        """

    @Test func `every field that is used is read, and nothing else is kept`() throws {
        let read = try Self.read(Self.full)
        var wanted = Application(
            key: ApplicationKey(namespace: "argocd", name: "web"),
            uid: "u1",
            resourceVersion: "17",
            labels: ["team": "shop"],
            annotations: [
                "kargo.akuity.io/authorized-stage": "shop:test",
                "argocd.argoproj.io/manifest-generate-paths": ".;../base",
            ],
            sources: [
                ApplicationSource(
                    repoURL: "https://git.example.com/acme/deploy",
                    path: "web",
                    targetRevision: "stage/test",
                    kustomizeImages: ["ghcr.io/acme/web:1.0.0"],
                    helmParameters: [.init(name: "image.tag", value: "1.0.0", forceString: true)],
                    valueFiles: ["$values/web.yaml"]
                )
            ],
            destination: .init(name: "in-cluster", namespace: "shop"),
            syncPolicy: .init(
                isAutomated: true,
                options: ["CreateNamespace=true"],
                retry: .map([
                    "limit": .number(5), "backoff": .map(["duration": .string("5s"), "factor": .number(2)]),
                ])
            ),
            owner: "webs",
            isBeingDeleted: true
        )
        wanted.pendingOperation = ApplicationOperation(initiator: "ann", info: ["Reason": "by hand"])
        wanted.status = Application.Status(
            sync: "Synced",
            revisions: ["abc"],
            comparedURLs: ["https://git.example.com/acme/deploy"],
            health: "Degraded",
            healthMessage: "no pods",
            operation: .init(
                phase: "Succeeded",
                message: "done",
                startedAt: Timestamp(rfc3339: "2026-11-29T10:00:00Z"),
                finishedAt: Timestamp(rfc3339: "2026-11-29T10:00:04Z"),
                operation: .init(
                    initiator: "hoistway",
                    isAutomated: true,
                    info: ["kargo.akuity.io/promotion": "p1"]
                ),
                syncedRevisions: ["abc"]
            ),
            reconciledAt: Timestamp(rfc3339: "2026-11-29T10:00:05Z"),
            conditions: [.init(type: "SyncError", message: "sad")],
            images: ["ghcr.io/acme/web:1.0.0"]
        )
        #expect(read == wanted)
        #expect(read.project == "default" && !read.isMultiSource)
    }

    private static func application(spec: String, status: String = "{}") -> String {
        #"{"metadata": {"name": "a", "namespace": "n"}, "spec": \#(spec), "status": \#(status)}"#
    }

    @Test func `several sources go before one, each with its revision`() throws {
        let read = try Self.read(
            Self.application(
                spec: """
                    {"source": {"repoURL": "https://old"}, "sources": [{"repoURL": "https://a", "ref": "values"},
                     {"repoURL": "oci://r/charts", "chart": "web", "targetRevision": "1.x", "tagPrefix": "v"}]}
                    """,
                status: #"{"sync": {"revisions": ["1", "2"]}, "operationState": {"phase": "Running"}}"#
            )
        )
        #expect(read.isMultiSource && read.sources.map(\.repoURL) == ["https://a", "oci://r/charts"])
        #expect(read.sources[0].ref == "values" && read.sources[0].kustomizeImages == nil && !read.sources[0].hasHelm)
        #expect(read.sources[1].chart == "web" && read.sources[1].tagPrefix == "v")
        #expect(read.status.revisions == ["1", "2"])
        #expect(read.status.operation?.syncedRevisions == nil && read.status.operation?.isRunning == true)
        let one = try Self.read(Self.application(spec: #"{"source": {"repoURL": "https://a"}, "sources": []}"#))
        #expect(!one.isMultiSource && one.sources.map(\.repoURL) == ["https://a"])
    }

    @Test func `under a source hydrator the sync source counts, and the dry source is kept beside it`() throws {
        let read = try Self.read(
            Self.application(
                spec: """
                    {"source": {"repoURL": "https://old"}, "sourceHydrator": {
                      "drySource": {"repoURL": "https://dry", "targetRevision": "main", "path": "web"},
                      "syncSource": {"targetBranch": "env/test", "path": "out"}}}
                    """
            )
        )
        #expect(read.hasHydrator && !read.isMultiSource)
        #expect(read.sources == [ApplicationSource(repoURL: "https://dry", path: "out", targetRevision: "env/test")])
        #expect(read.drySource == ApplicationSource(repoURL: "https://dry", path: "web", targetRevision: "main"))
    }

    @Test(arguments: [("{}", true), (#"{"enabled": false}"#, false), (#"{"enabled": true}"#, true), ("null", false)])
    func `automated sync is on where the object is there and not switched off`(_ automated: String, _ isOn: Bool) throws
    {
        let read = try Self.read(Self.application(spec: #"{"syncPolicy": {"automated": \#(automated)}}"#))
        #expect(read.syncPolicy.isAutomated == isOn)
    }

    @Test func `an Application without spec and status is read`() throws {
        let read = try Self.read(#"{"metadata": {"name": "a", "namespace": "n"}}"#)
        #expect(read.sources.isEmpty && read.status == Application.Status() && read.pendingOperation == nil)
    }

    // MARK: Hostile

    @Test(arguments: [
        #"{"project": 5}"#, #"{"source": []}"#, #"{"source": {"kustomize": {"images": [1]}}}"#,
        #"{"source": {"helm": {"parameters": {"a": 1}}}}"#, #"{"syncPolicy": {"syncOptions": "x"}}"#,
    ])
    func `a field of another type makes it unreadable`(_ spec: String) {
        #expect(throws: DecodingError.self) { try Self.read(Self.application(spec: spec)) }
    }

    @Test func `a list that would be written back is kept whole, or not read at all`() throws {
        let many = (0..<ApplicationDocument.maxEntries).map { #""i\#($0):1""# }
        let spec = #"{"source": {"kustomize": {"images": [\#(many.joined(separator: ","))]}}}"#
        #expect(try Self.read(Self.application(spec: spec)).sources[0].kustomizeImages?.count == many.count)
        let more = spec.replacing("[", with: #"["one:more","#)
        #expect(throws: DecodingError.self) { try Self.read(Self.application(spec: more)) }
    }

    @Test func `messages and lists that are only shown are cut, and of an endless annotation its size is kept`() throws
    {
        let long = String(repeating: "x", count: 40_000)
        let conditions = Array(repeating: #"{"type": "SyncError", "message": "\#(long)"}"#, count: 30)
        let images = Array(repeating: #""\#(long.prefix(20))""#, count: 1000)
        let status = """
            {"health": {"message": "\(long)"}, "conditions": [\(conditions.joined(separator: ","))],
             "summary": {"images": [\(images.joined(separator: ","))]},
             "operationState": {"message": "\(long)", "operation": {"info": [{"name": "n", "value": "\(long)"}]}}}
            """
        let read = try Self.read(
            #"{"metadata": {"name": "a", "annotations": {"hoistway.dev/authorized-stage": "\#(long)"}}, "status": \#(status)}"#
        )
        #expect(read.annotations.isEmpty)
        #expect(read.oversizedAnnotations == ["hoistway.dev/authorized-stage": 40_000])
        #expect(read.status.healthMessage.count == Application.Status.maxMessage)
        #expect(read.status.conditions.count == 20 && read.status.conditions[0].message.count == 2000)
        #expect(read.status.images.count == 500)
        #expect(
            read.status.operation?.message.count == 2000 && read.status.operation?.operation.info["n"]?.count == 1000
        )
    }

    // MARK: AppProjects

    @Test func `the windows of an AppProject are read`() throws {
        let text = """
            {"metadata": {"name": "shop", "namespace": "argocd", "resourceVersion": "3"}, "spec": {"syncWindows": [
             {"kind": "deny", "schedule": "0 22 * * *", "duration": "8h", "timeZone": "Europe/Berlin",
              "applications": ["web-*"], "namespaces": ["shop"], "clusters": ["in-cluster"], "andOperator": true,
              "manualSync": true, "syncOverrun": true, "description": "night"}, {}], "roles": [{"name": "x"}]}}
            """
        let project = try JSONDecoder().decode(AppProjectDocument.self, from: Data(text.utf8)).project
        #expect(project.name == "shop" && project.resourceVersion == "3" && project.syncWindows.count == 2)
        #expect(
            project.syncWindows[0]
                == SyncWindow(
                    kind: "deny",
                    schedule: "0 22 * * *",
                    duration: "8h",
                    timeZone: "Europe/Berlin",
                    applications: ["web-*"],
                    namespaces: ["shop"],
                    clusters: ["in-cluster"],
                    usesAnd: true,
                    manualSync: true,
                    syncOverrun: true,
                    description: "night"
                )
        )
        let bare = #"{"metadata": {"name": "default"}}"#
        #expect(try JSONDecoder().decode(AppProjectDocument.self, from: Data(bare.utf8)).project.syncWindows.isEmpty)
    }
}
