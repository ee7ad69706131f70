import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Synchronization
import Testing

@testable import HoistwaySteps

/// What `oci-push` and `oci-download` ask of registries, and make of their answers.
struct ArtifactStepTests {
    private static let digest = "sha256:" + String(repeating: "a", count: 64)

    private static func context(_ registries: RecordedRegistries, host: String = "reg.test") -> StepContext {
        let record = PromotionRecord(
            id: PromotionID("prod.01hzy3x8p2q6v9w4t7r5s1n0mk.0123456"),
            stage: StageKey(project: "demo", name: "prod"),
            freight: FreightID("f"),
            collection: [:],
            actor: .automatic,
            reason: "",
            steps: [],
            mode: .promote,
            createdAt: Timestamp(seconds: 1)
        )
        var context = StepContext(
            stage: record.stage,
            promotion: record,
            freight: nil,
            collection: [],
            subscriptions: [Bench.subscription("\(host)/shop/api")],
            remotes: InMemoryGitRemotes([]),
            workspace: InMemoryWorkspace()
        )
        context.artifacts = registries
        context.alias = "file"
        return context
    }

    private static func download(
        _ more: [String: ConfigValue] = [:],
        in context: StepContext
    ) async throws(StepFailure) -> StepOutcome {
        let config: [String: ConfigValue] = [
            "imageRef": .string("oci://reg.test/shop/config:1"), "outPath": .string("./out/file"),
        ]
        return try await OCIDownloadStep(StepConfiguration(passed: .map(config.merging(more) { $1 }))).run(in: context)
    }

    private static let push = OCIPushStep(
        StepConfiguration(
            passed: [
                "srcRef": "reg.test/shop/api:1", "destRef": "prod.test/api:one",
                "annotations": ["index:a": "1", "manifest:b": "2", "c": "3"],
            ]
        )
    )

    @Test func `an artifact is copied with its annotations, and its place is an output`() async throws {
        let registries = RecordedRegistries(digest: Self.digest)
        let outcome = try await Self.push.run(in: Self.context(registries))
        #expect(
            outcome.output == [
                "image": "prod.test/api:one", "digest": .string(Self.digest), "tag": "one",
            ]
        )
        #expect(
            registries.asked == [
                "copy reg.test/shop/api:1 named to prod.test/api:one index a=1 images b=2 c=3 within 1024 MiB in demo"
            ]
        )
        #expect(
            Self.push.preview(in: Self.context(registries)) == "would copy reg.test/shop/api:1 to prod.test/api:one"
        )
    }

    @Test func `after a crash the registry is told so, and a tag that is there is enough`() async throws {
        let registries = RecordedRegistries(digest: Self.digest, wasThere: true)
        var context = Self.context(registries)
        context.wasBegun = true
        let outcome = try await Self.push.run(in: context)
        #expect(outcome.message == "prod.test/api:one is \(Self.digest) already")
        #expect(registries.asked.first?.hasSuffix(" again") == true, "\(registries.asked)")
    }

    @Test func `what no later try changes ends the step, and an outage does not`() async throws {
        let registries = RecordedRegistries(digest: Self.digest)
        registries.fail(.unfit("too large", hint: nil))
        let final = await #expect(throws: StepFailure.self) { try await Self.push.run(in: Self.context(registries)) }
        #expect(final?.isTerminal == true && final?.status == .failed)
        registries.fail(.registry(.unreachable(host: "prod.test", detail: "no answer")))
        let passing = await #expect(throws: StepFailure.self) { try await Self.push.run(in: Self.context(registries)) }
        #expect(passing?.isTerminal == false && passing?.retry == .backoff)
        #expect(passing?.message == "registry prod.test did not answer: no answer")
    }

    @Test func `a layer is downloaded, and made again from its digest`() async throws {
        let registries = RecordedRegistries(digest: Self.digest)
        var context = Self.context(registries)
        let outcome = try await Self.download(["mediaType": "text/plain"], in: context)
        #expect(outcome.output == ["digest": .string(Self.digest)])
        #expect(try await context.workspace.read("out/file") == Array("layer".utf8))
        context = Self.context(registries, host: "other.test")
        context.former = ["digest": .string(Self.digest)]
        _ = try await Self.download(in: context)
        #expect(
            registries.asked == [
                "layer oci://reg.test/shop/config 1 named text/plain - 40 MiB",
                "layer oci://reg.test/shop/config 1 not named - \(Self.digest) 40 MiB",
            ]
        )
    }

    @Test func `a file that is there is replaced only where that is wanted`() async throws {
        let registries = RecordedRegistries(digest: Self.digest)
        let context = Self.context(registries)
        try await context.workspace.write("out/file", Array("before".utf8))
        let failure = await #expect(throws: StepFailure.self) { try await Self.download(in: context) }
        #expect(failure?.message == "./out/file exists already")
        #expect(registries.asked.isEmpty)
        _ = try await Self.download(["allowOverwrite": true], in: context)
        #expect(try await context.workspace.read("out/file") == Array("layer".utf8))
    }
}

/// Gives one answer, and remembers what was asked.
private final class RecordedRegistries: ArtifactRegistry {
    private let digest: String
    private let wasThere: Bool
    private let state = Mutex((asked: [String](), failure: ArtifactFailure?.none))

    init(digest: String, wasThere: Bool = false) {
        self.digest = digest
        self.wasThere = wasThere
    }

    var asked: [String] { state.withLock(\.asked) }

    func fail(_ failure: ArtifactFailure?) { state.withLock { $0.failure = failure } }

    private func note(_ question: String) throws(ArtifactFailure) {
        let failure = state.withLock { state in
            state.asked.append(question)
            return state.failure
        }
        if let failure { throw failure }
    }

    func layer(
        of source: ArtifactSource,
        mediaType: String?,
        digest: String?,
        limit: Int,
        project: String
    ) async throws(ArtifactFailure) -> ArtifactLayer {
        let artifact = source.artifact
        try note(
            "layer \(artifact.repoURL) \(artifact.reference) \(source.isNamed ? "" : "not ")named "
                + "\(mediaType ?? "-") \(digest ?? "-") \(limit >> 20) MiB"
        )
        return ArtifactLayer(digest: self.digest, bytes: Array("layer".utf8))
    }

    func copy(
        _ source: ArtifactSource,
        to destination: ArtifactSource,
        _ copy: ArtifactCopy,
        project: String
    ) async throws(ArtifactFailure) -> CopiedArtifact {
        func list(_ annotations: [String: String]) -> String {
            annotations.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        }
        try note(
            "copy \(source.artifact.text)\(source.isNamed ? " named" : "") to \(destination.artifact.text)"
                + "\(destination.isNamed ? " named" : "") index \(list(copy.indexAnnotations)) "
                + "images \(list(copy.manifestAnnotations)) within \(copy.maxBytes >> 20) MiB in \(project)"
                + (copy.wasBegun ? " again" : "")
        )
        return CopiedArtifact(digest: digest, wasThere: wasThere)
    }
}
