import Foundation
import Testing

@testable import HoistwaySettings

/// The keys of the reference are those that the readers know, and those of the pages.
struct ReferenceTests {
    private static let unknown = "zzzzzzzz"

    private static let mappings = Set(
        ConfigurationReference.keys.map { key in
            key.path.lastIndex(of: ".").map { String(key.path[..<$0]) } ?? ""
        }
    )
    // Mappings by name have no keys of their own.
    .filter { mapping in !ConfigurationReference.keys.contains { $0.path.hasPrefix(mapping + ".NAME.") } }
    .subtracting(["kubernetes.clusters"]).sorted()

    @Test(arguments: mappings)
    func `the reference has each key of the configuration that is read, and no other`(_ mapping: String) throws {
        var body = "{\(Self.unknown): 1}"
        for part in mapping.split(separator: ".").reversed() {
            let isItem = part.hasSuffix("[]")
            let name = part == "NAME" ? "one" : isItem ? String(part.dropLast(2)) : String(part)
            body = "{\(name): \(isItem ? "[\(body)]" : body)}"
        }
        let found = try Sandbox(["hoistway.yaml": body]).load().1
        let problem = try #require(
            found.first { $0.message == "unknown key '\(Self.unknown)'" },
            "\(mapping): \(found.map(\.message))"
        )
        let hint = try #require(problem.hint)
        let known = Set(hint.dropFirst("known here: ".count).components(separatedBy: ", "))
        let prefix = mapping.isEmpty ? "" : mapping + "."
        let listed = ConfigurationReference.keys.filter { $0.path.hasPrefix(prefix) }.map { key in
            String(key.path.dropFirst(prefix.count).prefix { $0 != "." && $0 != "[" })
        }
        #expect(Set(listed) == known)
    }

    @Test func `no key stands in the reference twice`() {
        for keys in [ConfigurationReference.keys] + ManifestReference.kinds.map(\.keys) {
            let paths = keys.map(\.path)
            #expect(Set(paths).count == paths.count, "\(paths.filter { path in paths.count { $0 == path } > 1 })")
        }
    }

    @Test func `a word that the reference does not list is refused by the reader, with the words that it does`() throws
    {
        for key in ConfigurationReference.rows {
            guard case .choice(let words) = key.type, !key.path.contains("receivers[]"), !key.path.contains("[]") else {
                continue
            }
            var body = "qqqqqqqqqqqqqqqqqqqq"
            for part in key.path.split(separator: ".").reversed() {
                body = "{\(part == "NAME" ? "one" : part): \(body)}"
            }
            let found = try Sandbox(["hoistway.yaml": body]).load().1
            #expect(found.contains { $0.hint == "one of \(words.joined(separator: ", "))" }, "\(key.path)")
        }
    }

    /// `RECORD=1` writes defaults and meanings of the reference to the pages, and still fails.
    @Test func `the pages have the rows of the reference`() throws {
        let (configuration, manifests) = (ReferenceTable(columns: 3), ReferenceTable(columns: 4))
        try configuration.check(
            ConfigurationReference.rows,
            page: "Configuration",
            sections: [
                "The whole program": "", "webhooks": "webhooks.", "receivers": "webhooks.receivers[].",
                "console and health": "", "state": "", "git": "git.", "programs": "programs.",
                "registries": "registries", "notifications": "notifications", "messageChannels": "messageChannels",
                "projects": "projects.",
            ]
        )
        for kind in [
            ("Project", ManifestReference.project), ("ProjectConfig", ManifestReference.projectConfig),
            ("ClusterConfig", ManifestReference.clusterConfig), ("Warehouse", ManifestReference.warehouse),
            ("Stage", ManifestReference.stage), ("PromotionTask", ManifestReference.promotionTask),
            ("ConfigMap", ManifestReference.configMap), ("Secret", ManifestReference.secret),
        ] {
            try manifests.check(kind.1, page: "Manifests", sections: [kind.0: ""])
        }
        try manifests.check(ManifestReference.step, page: "Pipelines", sections: ["A step:": ""])
    }
}

/// The tables of a page, each row about one key.
private struct ReferenceTable {
    let columns: Int

    /// - Parameter sections: headings of the page, and what comes before the keys of their tables.
    func check(_ keys: [ReferenceKey], page: String, sections: [String: String]) throws {
        let path = "\(packageFolder)/Sources/hoistway/Documentation.docc/\(page).md"
        var lines = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n")
        var prefix: String?
        var found: [String] = []
        var wrong: [String] = []
        for (index, line) in lines.enumerated() {
            if let known = sections[line] {
                // A table below a sentence.
                prefix = known
            } else if line.hasPrefix("#") {
                let title = String(line.drop { $0 == "#" || $0 == " " }.prefix { $0 != ":" })
                prefix = sections[title]
            }
            guard let prefix, line.hasPrefix("| `") else { continue }
            var cells = Self.cells(of: line)
            guard cells.count == columns, let name = cells.first?.split(separator: "`").first else { continue }
            guard let key = keys.first(where: { $0.path == prefix + name }) else { continue }
            found.append(key.path)
            let expected = key.isRequired ? "required" : key.defaultText ?? (columns == 3 ? "none" : "")
            guard cells[columns - 2] != expected || cells[columns - 1] != key.meaning else { continue }
            wrong.append(key.path)
            cells[columns - 2] = expected
            cells[columns - 1] = key.meaning
            lines[index] = "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }
        #expect(found == keys.map(\.path), "the page \(page) has other keys")
        #expect(wrong.isEmpty, "the page \(page) says something else than the reference")
        if ProcessInfo.processInfo.environment["RECORD"] == "1", !wrong.isEmpty {
            try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        }
    }

    private static func cells(of line: String) -> [String] {
        line.replacing("\\|", with: "\u{0}").split(separator: "|", omittingEmptySubsequences: false).dropFirst()
            .dropLast()
            .map { $0.trimmingCharacters(in: .whitespaces).replacing("\u{0}", with: "|") }
    }
}
