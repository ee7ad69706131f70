import HoistwayModel
import Testing

@testable import HoistwaySettings

/// Annotations and labels of Kargo's.
struct AnnotationTests {
    private static func manifests(stage: String, warehouse: String = "", labels: String = "") -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Project
        metadata: {name: demo, annotations: {kargo.akuity.io/keep-namespace: "true", kargo.akuity.io/description: d}}
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Warehouse
        metadata: {name: main, namespace: demo, annotations: {\(warehouse)}}
        spec: {subscriptions: [{image: {repoURL: ghcr.io/acme/app, constraint: ^1.0.0}}]}
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Stage
        metadata:
          name: test
          namespace: demo
          labels: {\(labels)}
          annotations: {\(stage)}
        spec:
          requestedFreight: [{origin: {kind: Warehouse, name: main}, sources: {direct: true}}]
        """
    }

    private static func told(_ found: [Problem]) -> [Problem] {
        found.filter { ["annotation", "label", "color"].contains(where: $0.message.contains) }
    }

    @Test func `those with a meaning are read`() throws {
        let (loaded, found) = try load(
            Self.manifests(
                stage: """
                    kargo.akuity.io/color: "#Aa00ff", kargo.akuity.io/description: the first, kargo.akuity.io/refresh: "1", \
                    kargo.akuity.io/reverify: "2", kargo.akuity.io/abort: terminate
                    """,
                warehouse: "kargo.akuity.io/refresh: \"2026-11-29T13:00:00Z\", kargo.akuity.io/description: images"
            )
        )
        #expect(found.errors == [] && Self.told(found) == [])
        let project = try #require(loaded?.pipelines.projects["demo"])
        #expect(
            project.stages["test"]?.annotations
                == ObjectAnnotations(
                    color: "#Aa00ff",
                    description: "the first",
                    refresh: "1",
                    reverify: "2",
                    abort: "terminate"
                )
        )
        let warehouse = ObjectAnnotations(description: "images", refresh: "2026-11-29T13:00:00Z")
        #expect(project.warehouses["main"]?.annotations == warehouse)
    }

    @Test func `every other known one, and those of others, are accepted silently`() throws {
        let names = KargoVocabulary.annotations.subtracting(["color"]).sorted()
        let stage =
            (names.map { "kargo.akuity.io/\($0): x" } + [
                "ee.kargo.akuity.io/colour: x", "example.com/refesh: x", "kargo.akuity.io/something-else: x",
            ]).joined(separator: ", ")
        let labels = KargoVocabulary.labels.sorted().map { "kargo.akuity.io/\($0): x" }.joined(separator: ", ")
        let (loaded, found) = try load(Self.manifests(stage: stage, warehouse: stage, labels: labels))
        #expect(found.errors == [] && Self.told(found) == [], "\(found)")
        #expect(loaded?.pipelines.projects["demo"]?.stages["test"]?.annotations?.abort == "x")
    }

    @Test func `one that misses a known one, and a color that is none, are warnings at their place`() throws {
        let (loaded, found) = try load(
            Self.manifests(
                stage: "kargo.akuity.io/colour: \"#000000\", kargo.akuity.io/color: red",
                warehouse: "kargo.akuity.io/refesh: x",
                labels: "kargo.akuity.io/shrad: x"
            )
        )
        #expect(found.errors == [])
        let told = Self.told(found)
        #expect(told.map(\.place.line).sorted() == [7, 15, 16, 16], "\(told)")
        #expect(told.contains { $0.message.contains("'red' is not a color of the form #rrggbb") })
        #expect(told.contains { $0.hint == "did you mean kargo.akuity.io/refresh?" })
        #expect(loaded?.pipelines.projects["demo"]?.stages["test"]?.annotations == nil)
    }
}
