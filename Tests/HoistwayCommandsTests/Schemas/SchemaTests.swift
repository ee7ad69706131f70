import Foundation
import HoistwayEdits
import HoistwayModel
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// The schemas accept what the program accepts, and are those that the samples name.
struct SchemaTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// `RECORD=1` writes them, and still fails.
    @Test(arguments: [("config", "hoistway"), ("manifest", "manifest")])
    func `the committed schemas are current`(_ name: String, _ file: String) throws {
        let path = "\(Self.root)/config/schema/\(file).json"
        let text = try #require(SchemaDocument.text(name))
        let committed = try? String(contentsOfFile: path, encoding: .utf8)
        if ProcessInfo.processInfo.environment["RECORD"] == "1", committed != text {
            try FileManager.default.createDirectory(
                atPath: "\(Self.root)/config/schema",
                withIntermediateDirectories: true
            )
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }
        #expect(committed == text, "run `hoistway schema \(name) >config/schema/\(file).json`")
    }

    @Test func `each sample names its schema, and the schema is there`() throws {
        var samples = ["config/hoistway.yaml"]
        let pipelines = try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/config/pipelines")
        samples += pipelines.filter { $0.hasSuffix(".yaml") }.sorted().map { "config/pipelines/\($0)" }
        for sample in samples {
            let text = try String(contentsOfFile: "\(Self.root)/\(sample)", encoding: .utf8)
            let first = try #require(text.split(separator: "\n").first)
            let path = try #require(first.split(separator: "$schema=").last, "\(sample)")
            #expect(first.hasPrefix("# yaml-language-server: $schema="), "\(sample)")
            let folder = URL(filePath: "\(Self.root)/\(sample)").deletingLastPathComponent()
            #expect(FileManager.default.fileExists(atPath: folder.appending(path: String(path)).standardized.path))
        }
    }

    @Test(arguments: SchemaDocument.names)
    func `each schema is of the draft, and every reference in it leads somewhere`(_ name: String) throws {
        let schema = ConfigValue.map(try #require(SchemaDocument.schema(name)))
        #expect(schema["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema")
        for reference in Self.references(in: schema) {
            #expect(schema["$defs"]?[String(reference.dropFirst("#/$defs/".count))] != nil, "\(reference)")
        }
    }

    private static func references(in value: ConfigValue) -> Set<String> {
        switch value {
        case .map(let entries):
            entries.reduce(into: []) { found, entry in
                if entry.key == "$ref", let text = entry.value.string { found.insert(text) }
                found.formUnion(references(in: entry.value))
            }
        case .list(let items): items.reduce(into: []) { $0.formUnion(references(in: $1)) }
        default: []
        }
    }

    // MARK: Against documents

    private func mistakes(_ yaml: String, _ name: String) throws -> [String] {
        let schema = ConfigValue.map(try #require(SchemaDocument.schema(name)))
        return try DocumentReader.yamlDocuments(Array(yaml.utf8)).filter { $0 != .null }
            .flatMap { SchemaValidator(schema).mistakes(in: $0.configValue) }
    }

    @Test func `the shipped configuration and its pipelines are valid`() throws {
        let config = try String(contentsOfFile: "\(Self.root)/config/hoistway.yaml", encoding: .utf8)
        #expect(try mistakes(config, "config") == [])
        let folder = "\(Self.root)/config/pipelines"
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.hasSuffix(".yaml") {
            let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
            #expect(try mistakes(text, "manifest") == [], "\(file)")
        }
    }

    @Test(arguments: [
        "mode: promot", "webhoks: {}", "webhooks: {maxConnections: 0}", "webhooks: {maxConnections: many}",
        "webhooks: {receivers: [{name: a}]}", "webhooks: {receivers: [{secrets: [{env: A, file: b}]}]}",
        "git: {cache: {maxBytes: 5 MB}}", "state: {retention: {age: soon}}", "projects: {shop: {mode: all}}",
        "projects: {shop: {stages: {prod: {limits: {deletedFile: 1}}}}}",
    ])
    func `what the reader refuses in the configuration is invalid`(_ yaml: String) throws {
        #expect(try !mistakes(yaml, "config").isEmpty)
    }

    @Test(arguments: [
        "kind: Sage", "spec: {requestedFreight: []}\nkind: Stage",
        "kind: Stage\napiVersion: kargo.akuity.io/v1alpha1\nmetadata: {name: a}\nspec: {requestedFreigt: []}",
        """
        kind: PromotionTask
        apiVersion: kargo.akuity.io/v1alpha1
        metadata: {name: a}
        spec: {steps: [{uses: git-push, config: {pth: ./out}}]}
        """,
    ])
    func `what the reader tells of in a manifest is invalid`(_ yaml: String) throws {
        #expect(try !mistakes(yaml, "manifest").isEmpty)
    }

    @Test func `an expression may stand in the place of any value of a step`() throws {
        let yaml = """
            kind: PromotionTask
            apiVersion: kargo.akuity.io/v1alpha1
            metadata: {name: a, namespace: shop}
            spec:
              vars: [{name: force}]
              steps:
              - uses: git-clone
                config: {repoURL: "${{ vars.repo }}", checkout: [{branch: main, path: ./src}]}
              - uses: git-push
                retry: {errorThreshold: 3, timeout: 10m}
                config: {path: ./out, force: "${{ vars.force }}"}
            """
        #expect(try mistakes(yaml, "manifest") == [])
        #expect(try mistakes(yaml, "promotiontask") == [])
    }

    /// The same documents against a validator that others have written, where Python has it.
    @Test(.enabled(if: JSONSchemaProgram.python != nil)) func `a real validator agrees`() async throws {
        for (name, file) in [("config", "hoistway.yaml"), ("manifest", "pipelines/guestbook.yaml")] {
            let yaml = try String(contentsOfFile: "\(Self.root)/config/\(file)", encoding: .utf8)
            let documents = try DocumentReader.yamlDocuments(Array(yaml.utf8)).filter { $0 != .null }
            let text = try #require(SchemaDocument.text(name))
            #expect(try await JSONSchemaProgram.accepts(documents.map(\.configValue), schema: text), "\(file)")
            let wrong = ConfigValue.map(["kind": .string("Sage"), "mode": .string("promot")])
            #expect(try await !JSONSchemaProgram.accepts([wrong], schema: text))
        }
    }
}
