import HoistwayKubernetes
import HoistwayModel
import Testing

@testable import HoistwayArgoCD

/// An update is one write, guarded by the version that was read.
struct ApplicationPatchTests {
    private static func application(multi: Bool = false, hasStatus: Bool = true) -> Application {
        var application = Application(
            key: ApplicationKey(namespace: "argocd", name: "web"),
            resourceVersion: "17",
            annotations: ["kargo.akuity.io/authorized-stage": "shop:test"],
            sources: [
                ApplicationSource(repoURL: "https://a", hasHelm: true), ApplicationSource(repoURL: "https://b"),
            ],
            isMultiSource: multi
        )
        if !multi { application.sources.removeLast() }
        if hasStatus { application.status.operation = .init(phase: "Succeeded") }
        return application
    }

    private static let operation = ApplicationUpdate.Operation(
        initiator: "ann",
        isAutomated: false,
        info: [.init("Reason", "why"), .init("kargo.akuity.io/promotion", "p1")],
        syncOptions: ["Prune=true"],
        retry: .map(["limit": .number(5)])
    )

    private static let written: ConfigValue = .map([
        "initiatedBy": .map(["username": .string("ann")]),
        "info": .list([
            .map(["name": .string("Reason"), "value": .string("why")]),
            .map(["name": .string("kargo.akuity.io/promotion"), "value": .string("p1")]),
        ]),
        "sync": .map(["syncOptions": .list([.string("Prune=true")])]), "retry": .map(["limit": .number(5)]),
    ])

    private static let change = ApplicationUpdate.SourceChange(
        index: 0,
        targetRevision: "v2",
        kustomizeImages: ["a=b:1"],
        helmParameters: [.init(name: "tag", value: "1", forceString: true), .init(name: "x", value: "")]
    )

    private static let parameters: ConfigValue = .list([
        .map(["name": .string("tag"), "value": .string("1"), "forceString": .bool(true)]),
        .map(["name": .string("x"), "value": .string("")]),
    ])

    @Test func `of one source it is a merge patch with the version that was read`() throws {
        let update = ApplicationUpdate(sources: [Self.change], operation: Self.operation)
        let patch = try ApplicationPatch.of(update, to: Self.application())
        let metadata: ConfigValue = .map([
            "resourceVersion": .string("17"),
            "annotations": .map(["argocd.argoproj.io/refresh": .string("hard")]),
        ])
        let source: ConfigValue = .map([
            "targetRevision": .string("v2"), "kustomize": .map(["images": .list([.string("a=b:1")])]),
            "helm": .map(["parameters": Self.parameters]),
        ])
        #expect(
            patch
                == .merge(
                    .map([
                        "metadata": metadata, "spec": .map(["source": source]), "operation": Self.written,
                        "status": .map(["operationState": .null]),
                    ])
                )
        )
    }

    @Test func `a sync alone changes no spec, and no status where there is none`() throws {
        var operation = Self.operation
        operation.isAutomated = true
        operation.syncOptions = []
        operation.retry = nil
        for isMulti in [false, true] {
            let application = Self.application(multi: isMulti, hasStatus: false)
            let patch = try ApplicationPatch.of(ApplicationUpdate(operation: operation), to: application)
            guard case .merge(let value) = patch else {
                Issue.record("\(patch)")
                return
            }
            #expect(value.map?.keys.sorted() == ["metadata", "operation"])
            #expect(value["operation"]?["initiatedBy"]?["automated"] == .bool(true))
            #expect(value["operation"]?["sync"] == .map([:]) && value["operation"]?["retry"] == nil)
        }
    }

    @Test func `of several sources it is a JSON patch of single fields behind tests`() throws {
        var second = Self.change
        second.index = 1
        second.targetRevision = nil
        second.kustomizeImages = nil
        var first = Self.change
        first.kustomizeImages = nil
        let update = ApplicationUpdate(sources: [first, second], operation: Self.operation)
        let patch = try ApplicationPatch.of(update, to: Self.application(multi: true))
        #expect(
            patch
                == .json([
                    .test(["metadata", "resourceVersion"], .string("17")),
                    .add(["metadata", "annotations", "argocd.argoproj.io/refresh"], .string("hard")),
                    .test(["spec", "sources", "0", "repoURL"], .string("https://a")),
                    .add(["spec", "sources", "0", "targetRevision"], .string("v2")),
                    .add(["spec", "sources", "0", "helm", "parameters"], Self.parameters),
                    .test(["spec", "sources", "1", "repoURL"], .string("https://b")),
                    .add(["spec", "sources", "1", "helm"], .map(["parameters": Self.parameters])),
                    .add(["operation"], Self.written), .remove(["status", "operationState"]),
                ])
        )
        guard case .json(let operations) = patch else { return }
        #expect(operations[1].path == "/metadata/annotations/argocd.argoproj.io~1refresh")
    }

    @Test func `what cannot be written as one is not written`() {
        var application = Self.application(multi: true)
        application.annotations = [:]
        let update = ApplicationUpdate(sources: [Self.change], operation: Self.operation)
        #expect(throws: ApplicationPatch.Problem.hasNoAnnotations) {
            try ApplicationPatch.of(update, to: application)
        }
        var beyond = update
        beyond.sources[0].index = 2
        #expect(throws: ApplicationPatch.Problem.hasNoSource(2)) {
            try ApplicationPatch.of(beyond, to: Self.application(multi: true))
        }
    }
}
