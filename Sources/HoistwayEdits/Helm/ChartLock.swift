import HoistwayModel

/// `Chart.lock` in Helm's format, with the digest by which Helm checks that it matches `Chart.yaml`.
package enum ChartLock {
    /// A dependency of a `Chart.yaml`, with all fields that the digest covers.
    package struct Requirement: Equatable, Sendable {
        package var dependency: ChartDependencies.Dependency
        /// In the format of Go's `encoding/json`.
        fileprivate var json: String
    }

    /// In the file's order.
    package static func requirements(of chart: [UInt8]) throws(UpdateFailure) -> [Requirement] {
        let dependencies = try ChartDependencies(of: chart).list
        guard case .list(let items)? = try DocumentReader.yaml(chart)["dependencies"] else { return [] }
        return zip(dependencies, items).map { Requirement(dependency: $0, json: json($0, rest: $1)) }
    }

    /// `sha256:` and 64 digits, computed like `HashReq` in Helm's resolver:
    /// <https://github.com/helm/helm/blob/main/internal/resolver/resolver.go>.
    ///
    /// - Parameter sha256: computes SHA-256 as hexadecimal digits.
    package static func digest(
        _ requirements: [Requirement],
        _ locked: [ChartDependencies.Dependency],
        sha256: ([UInt8]) -> String
    ) -> String {
        let asked = requirements.map(\.json).joined(separator: ",")
        let found = locked.map { json($0, rest: .null) }.joined(separator: ",")
        return "sha256:" + sha256(Array("[[\(asked)],[\(found)]]".utf8))
    }

    /// The digest in a `Chart.lock`; `nil` where it has none.
    package static func digest(in lock: [UInt8]) throws(UpdateFailure) -> String? {
        if case .string(let digest)? = try DocumentReader.yaml(lock)["digest"] { digest } else { nil }
    }

    /// `generated`: Go's zero time, which Helm writes where it has no time.
    ///
    /// Helm compares only the digest to check a lock. With the present time, each promotion that makes the lock again
    /// would make a commit, even if nothing else has changed.
    private static let generated = "0001-01-01T00:00:00Z"

    package static func text(_ locked: [ChartDependencies.Dependency], digest: String) -> String {
        var lines = ["dependencies:"]
        for dependency in locked {
            lines.append("- name: \(ScalarRules.written(dependency.name))")
            lines.append("  repository: \(ScalarRules.written(dependency.repository))")
            lines.append("  version: \(ScalarRules.written(dependency.version))")
        }
        return (lines + ["digest: \(digest)", "generated: \"\(generated)\"", ""]).joined(separator: "\n")
    }

    /// In the order of Go's struct; empty fields are left out, except the name and the repository.
    private static func json(_ dependency: ChartDependencies.Dependency, rest: DocumentValue) -> String {
        var members = [member("name", dependency.name)]
        if !dependency.version.isEmpty { members.append(member("version", dependency.version)) }
        members.append(member("repository", dependency.repository))
        if case .string(let condition)? = rest["condition"], !condition.isEmpty {
            members.append(member("condition", condition))
        }
        for key in ["tags", "enabled", "import-values"] {
            switch rest[key] {
            case .list(let items)? where !items.isEmpty: members.append("\"\(key)\":\(json(.list(items)))")
            case .bool(true)? where key == "enabled": members.append("\"\(key)\":true")
            default: continue
            }
        }
        if case .string(let alias)? = rest["alias"], !alias.isEmpty { members.append(member("alias", alias)) }
        return "{\(members.joined(separator: ","))}"
    }

    private static func member(_ key: String, _ text: String) -> String { "\"\(key)\":\(quoted(text))" }

    private static func json(_ value: DocumentValue) -> String {
        switch value {
        case .null: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .number(let number): return ScalarValue.text(of: number)
        case .string(let text): return quoted(text)
        case .list(let items): return "[\(items.map { json($0) }.joined(separator: ","))]"
        case .map(let members):
            let sorted = members.sorted { precedesBytewise($0.key, $1.key) }
            return "{\(sorted.map { "\(quoted($0.key)):\(json($0.value))" }.joined(separator: ","))}"
        }
    }

    /// Go also escapes the special characters of HTML: <https://pkg.go.dev/encoding/json#Marshal>.
    private static func quoted(_ text: String) -> String {
        var written = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": written += "\\\(scalar)"
            case "\n": written += "\\n"
            case "\r": written += "\\r"
            case "\t": written += "\\t"
            case "\u{8}": written += "\\b"
            case "\u{C}": written += "\\f"
            case "<", ">", "&", "\u{0}"..<" ", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                written += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: written.unicodeScalars.append(scalar)
            }
        }
        return written + "\""
    }
}
