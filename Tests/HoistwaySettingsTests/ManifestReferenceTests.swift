import Foundation
import HoistwayModel
import Testing

@testable import HoistwaySettings

/// The page of manifests lists each field that is read, and no other.
struct ManifestReferenceTests {
    private static let kinds = [
        "Project", "ProjectConfig", "ClusterConfig", "Warehouse", "Stage", "PromotionTask", "ConfigMap", "Secret",
    ]

    /// No field is like it.
    private static let unknown = "zzzzzzzz"

    @Test(arguments: kinds)
    func `the page of manifests has each field that is read`(_ kind: String) throws {
        let paths = try Self.fields(of: kind)
        #expect(!paths.isEmpty)
        for mapping in Self.mappings(paths) {
            let listed = Set(paths.compactMap { Self.key(of: $0, in: mapping) })
            let manifest = Self.manifest(kind, mapping: mapping, child: Self.firstMapping(in: mapping, paths))
            #expect(try Self.known(in: manifest, at: mapping) == listed, "\(kind) \(mapping)")
        }
    }

    @Test func `the page of pipelines has each field of a step`() throws {
        let page = try Self.page("Pipelines")
        let table = try #require(
            page.components(separatedBy: "A step:\n\n").last?.components(separatedBy: "\n\n").first
        )
        let listed = Set(Self.firstCells(table).map { String($0.prefix { $0 != "." }) })
        let steps = "spec.promotionTemplate.spec.steps[]"
        #expect(try Self.known(in: Self.manifest("Stage", mapping: steps, child: nil), at: steps) == listed)
    }

    // MARK: The page

    private static func page(_ name: String) throws -> String {
        let path = "\(packageFolder)/Sources/hoistway/Documentation.docc/\(name).md"
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    private static func fields(of kind: String) throws -> [String] {
        let sections = try page("Manifests").components(separatedBy: "\n## ")
        return firstCells(try #require(sections.first { $0.hasPrefix("\(kind)\n") }))
    }

    /// What stands in backticks in the first cell of each row.
    private static func firstCells(_ text: String) -> [String] {
        text.split(separator: "\n").filter { $0.hasPrefix("| `") }.compactMap { row in
            row.split(separator: "`").dropFirst().first.map(String.init)
        }
    }

    /// The paths of all mappings of which the page has a field; "" is the document.
    private static func mappings(_ paths: [String]) -> [String] {
        Set(paths.map { path in path.lastIndex(of: ".").map { String(path[..<$0]) } ?? "" }).subtracting(["spec"])
            .sorted()
            + (paths.contains { $0.hasPrefix("spec.") } ? ["spec"] : [])
    }

    private static func key(of path: String, in mapping: String) -> String? {
        let prefix = mapping.isEmpty ? "" : mapping + "."
        guard path.hasPrefix(prefix) else { return nil }
        let rest = path.dropFirst(prefix.count)
        return rest.isEmpty ? nil : String(rest.prefix { $0 != "." && $0 != "[" })
    }

    /// A subscription is looked into only where it is to something.
    private static func firstMapping(in mapping: String, _ paths: [String]) -> String? {
        mappings(paths).first { $0.hasPrefix(mapping + ".") && !$0.hasSuffix("[]") }.flatMap {
            key(of: $0, in: mapping)
        }
    }

    // MARK: The reader

    /// A manifest of that kind with a field that nobody knows in one mapping.
    private static func manifest(_ kind: String, mapping: String, child: String?) -> String {
        var body = "{\(unknown): 1\(child.map { ", \($0): {}" } ?? "")}"
        for part in mapping.split(separator: ".").reversed() {
            let isList = part.hasSuffix("[]")
            body = "{\(isList ? part.dropLast(2) : part): \(isList ? "[\(body)]" : body)}"
        }
        let isCore = kind == "ConfigMap" || kind == "Secret"
        let name = ["ProjectConfig": "demo", "ClusterConfig": "cluster", "Project": "demo"][kind] ?? "one"
        let namespace = ["ClusterConfig", "Project"].contains(kind) ? "" : ", namespace: demo"
        let project = "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: demo}\n---\n"
        return """
            \(kind == "Project" ? "" : project)apiVersion: \(isCore ? "v1" : "kargo.akuity.io/v1alpha1")
            kind: \(kind)
            metadata: {name: \(name)\(namespace)}
            \(body.dropFirst().dropLast())
            """
    }

    /// The fields that the reader names as known beside the one that is not.
    private static func known(in manifest: String, at mapping: String) throws -> Set<String> {
        let found = try problems(of: manifest, more: "strict: true")
        let problem = try #require(
            found.first { $0.message == "unknown key '\(unknown)'" },
            "\(mapping): \(found.map(\.message))\n\(manifest)"
        )
        let hint = try #require(problem.hint)
        #expect(hint.hasPrefix("known here: "), "\(hint)")
        let ofEvery: Set = ["apiVersion", "kind", "metadata", "status"]
        let keys = Set(hint.dropFirst("known here: ".count).components(separatedBy: ", "))
        return mapping.isEmpty ? keys.subtracting(ofEvery.union(["spec"])) : keys
    }
}
