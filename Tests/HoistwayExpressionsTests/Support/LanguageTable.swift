import FoundationEssentials
import HoistwayExpressions

/// Expressions of ours with the results that expr-lang 1.17.8, built with Go 1.27, gave for them.
enum LanguageTable {
    struct Row: Sendable {
        let expression: String
        /// As JSON; `nil`: an error.
        let result: String?
    }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")

    static func rows() throws -> [Row] {
        let text = try String(contentsOf: folder.appending(path: "expressions.jsonl"), encoding: .utf8)
        return try text.split(separator: "\n").map { line in
            guard let parts = try Evaluation.json(String(line)).elements, let expression = parts.first?.text else {
                throw Evaluation.NotJSON(text: String(line))
            }
            return Row(expression: expression.string, result: parts[1].text?.string)
        }
    }

    /// The variables that the expressions know.
    static func variables() throws -> [String: Value] {
        let text = try String(contentsOf: folder.appending(path: "environment.json"), encoding: .utf8)
        guard case .map(let map) = try Evaluation.json(text).content else { throw Evaluation.NotJSON(text: text) }
        var variables: [String: Value] = [:]
        for case (.text(let name), let value) in map.entries { variables[name.string] = value }
        variables["n"] = .int(7)
        variables["m"] = .int(-3)
        variables["zero"] = .int(0)
        variables["ints"] = .array([.int(3), .int(1), .int(2)])
        variables["t"] = Value(.time(Moment(seconds: 1_709_209_815, nanoseconds: 123_000_000)))
        variables["d"] = Value(.duration(5_400_000_000_000))
        return variables
    }
}
