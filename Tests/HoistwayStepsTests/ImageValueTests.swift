import HoistwayEdits
import HoistwayModel
import HoistwaySteps
import Testing

/// What is known of a value that a step writes: which image it comes from.
struct ImageValueTests {
    private static let image = "reg.test/shop/checkout"
    private static let tag = "imageFrom('reg.test/shop/checkout').Tag"

    private func values(
        _ value: String,
        _ document: String = "tag: v1.4.2\n",
        before: [(String, ConfigValue)] = []
    ) async throws -> [ImageValue] {
        let bench = try await FileBench(["values.yaml": document])
        let steps =
            before + [
                ("yaml-update", ["path": "./w/values.yaml", "updates": [["key": "tag", "value": .string(value)]]])
            ]
        var run = bench.bench.run(Bench.steps([FileBench.clone] + steps))
        #expect(try await bench.bench.finish(&run).phase == .succeeded, "\(run.records.map(\.message))")
        return run.imageValues
    }

    @Test(
        arguments: [
            ("${{ \(tag) }}", "tag: 1.4.2\n", "1.4.2"), ("v${{ \(tag) }}", "tag: v1.4.2\n", "1.4.2"),
            ("${{ trimPrefix(\(tag), '1.') }}", "tag: 4.2\n", "1.4.2"),
            ("reg.test/mirror:${{ \(tag) }}-slim", "tag: reg.test/mirror:1.3.0-slim # c\n", "1.3.0"),
            ("${{ quote(\(tag)) }}", "tag: '1.0.0'\n", "1.0.0"),
            (
                "${{ '\(image):' + \(tag) + '@' + imageFrom('\(image)').Digest }}", "tag: \(image):1.0.0@sha256:aa\n",
                "1.0.0"
            ),
        ]
    )
    func `a value that is made of a tag is a fact, and so is what stood there`(
        value: String,
        document: String,
        old: String
    ) async throws {
        let found = try await values(value, document)
        #expect(found.count == 1)
        #expect(found.first?.image == Self.image)
        #expect(found.first?.version == "1.4.3" && found.first?.key == "tag" && found.first?.file == "values.yaml")
        let before = try #require(found.first?.old)
        #expect(found.first?.version(of: before) == old)
    }

    @Test func `a digest is a fact without an order`() async throws {
        let found = try await values("${{ imageFrom('\(Self.image)').Digest }}", "tag: sha256:aa\n")
        #expect(found.map(\.isDigest) == [true])
        #expect(found.first?.version(of: "sha256:aa") == nil)
    }

    @Test func `what stood there may be of another kind`() async throws {
        let found = try await values("v${{ \(Self.tag) }}", "tag: latest\n")
        #expect(found.first?.version(of: "latest") == nil)
    }

    @Test func `a value of no image is none`() async throws {
        #expect(try await values("1.4.3").isEmpty)
        #expect(try await values("${{ ctx.stage }}").isEmpty)
    }

    @Test func `outputs of steps know what they are made of`() async throws {
        let found = try await values(
            "${{ outputs['step-2'].version }}",
            before: [("compose-output", ["version": .string("v${{ \(Self.tag) }}"), "other": "x"])]
        )
        #expect(found.map(\.image) == [Self.image])
        #expect(found.first?.version(of: "v1.4.2") == "1.4.2")
    }
}
