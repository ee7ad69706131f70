import HoistwayModel
import Testing

@testable import HoistwaySettings

/// `argoCDAppUpdates` of Kargo 0.7 and 0.8, as they are read.
struct LegacyApplicationTests {
    private static func manifests(_ updates: String) -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Project
        metadata: {name: demo}
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Warehouse
        metadata: {name: main, namespace: demo}
        spec: {subscriptions: [{image: {repoURL: ghcr.io/acme/app, constraint: ^1.0.0}}]}
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Stage
        metadata: {name: test, namespace: demo}
        spec:
          requestedFreight: [{origin: {kind: Warehouse, name: main}, sources: {direct: true}}]
          promotionMechanisms:
            origin: {kind: Warehouse, name: main}
            argoCDAppUpdates: [\(updates)]
        """
    }

    private static func load(_ updates: String) throws -> ([ArgoCDAppUpdate]?, [Problem]) {
        let configuration = "manifests: [demo.yaml]\n"
        let (loaded, problems) = try Sandbox(["hoistway.yaml": configuration, "demo.yaml": manifests(updates)]).load([:]
        )
        guard case .mechanisms(let mechanisms) = loaded?.pipelines.projects["demo"]?.stages["test"]?.promotion else {
            return (nil, problems)
        }
        return (mechanisms.argoCDAppUpdates, problems)
    }

    @Test func `sourceUpdates are read, each with the nearest origin`() throws {
        let (updates, problems) = try Self.load(
            """
            {appName: web, appNamespace: apps, sourceUpdates: [
              {repoURL: "https://git.test/ops", updateTargetRevision: true,
               kustomize: {origin: {kind: Warehouse, name: near}, images: [
                 {image: ghcr.io/acme/app, useDigest: true},
                 {image: ghcr.io/acme/other, origin: {kind: Warehouse, name: own}}]}},
              {repoURL: "oci://reg.test/charts", chart: web,
               helm: {images: [{image: ghcr.io/acme/app, key: image.tag, value: Tag}]}}]},
            {appName: api}
            """
        )
        #expect(problems.errors.isEmpty, "\(problems)")
        #expect(updates?.map(\.appName) == ["web", "api"])
        #expect(updates?.map(\.appNamespace) == ["apps", ""])
        #expect(
            updates?.first?.sourceUpdates == [
                ArgoCDSourceUpdate(
                    repoURL: "https://git.test/ops",
                    images: [
                        .init(image: "ghcr.io/acme/app", useDigest: true, origin: "near"),
                        .init(image: "ghcr.io/acme/other", useDigest: false, origin: "own"),
                    ],
                    origin: "main"
                ),
                ArgoCDSourceUpdate(
                    repoURL: "oci://reg.test/charts",
                    chart: "web",
                    parameters: [.init(image: "ghcr.io/acme/app", key: "image.tag", value: "Tag", origin: "main")],
                    origin: "main"
                ),
            ]
        )
        #expect(updates?.last?.sourceUpdates == nil)
    }

    @Test(arguments: [
        ("{appName: web, sourceUpdates: [{chart: web}]}", "repoURL"),
        ("{appName: web, sourceUpdates: [{repoURL: r, kustomize: {images: []}}]}", "kustomize has one image at least"),
        ("{appName: web, sourceUpdates: [{repoURL: r, helm: {images: []}}]}", "helm has one image at least"),
        (
            "{appName: web, sourceUpdates: [{repoURL: r, helm: {images: [{image: a, key: k, value: tag}]}}]}",
            "is none of ImageAndTag, Tag, ImageAndDigest and Digest"
        ),
    ])
    func `what is missing or wrong in them is an error`(updates: String, message: String) throws {
        let (_, problems) = try Self.load(updates)
        #expect(problems.errors.contains { $0.message.contains(message) }, "\(problems.errors)")
    }
}
