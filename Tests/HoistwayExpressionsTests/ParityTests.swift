import Foundation
import HoistwayExpressions
import Testing

/// The program that evaluates with expr-lang.
private enum Oracle {
    static let path = ProcessInfo.processInfo.environment["HOISTWAY_TEST_ORACLE"]
}

/// Compares with expr-lang itself, where somebody has built it: see "How results are compared" on the page of functions.
@Suite(.enabled(if: Oracle.path != nil, "expr-lang is not named by HOISTWAY_TEST_ORACLE"))
struct ParityTests {
    /// Why a difference may be: each is explained on the page of functions.
    private enum Reason: String, CaseIterable {
        case searchFromTheEnd, order, power, keyOfGroup, kindOfByte

        /// Parts of an expression of which one must be there.
        var marks: [String] {
            switch self {
            case .searchFromTheEnd: ["findLast", "last(", "[-1]"]
            case .order: ["keys(", "values(", "toPairs("]
            case .power: ["**"]
            case .keyOfGroup: ["groupBy("]
            case .kindOfByte: ["type("]
            }
        }
    }

    @Test func `generated expressions give what expr-lang gives, but for what is explained`() throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["SEED"].flatMap(UInt64.init) ?? 20_261_129
        let count = environment["COUNT"].flatMap(Int.init) ?? 100_000
        var generator = ExpressionGenerator(seed: seed)
        let expressions = (0..<count).map { _ in generator.next() }
        let results = try answers(to: expressions)
        #expect(results.count == count)
        let variables = try LanguageTable.variables()
        var explained: [Reason: Int] = [:]
        var errors = 0
        for (source, result) in zip(expressions, results) {
            let own = (try? Evaluation.result(source, variables)) ?? "error: "  // an error is one of the results
            if result.hasPrefix("error: ") { errors += 1 }
            if own == result || own.hasPrefix("error: ") && result.hasPrefix("error: ") { continue }
            let reason = Reason.allCases.first { $0.marks.contains(where: source.contains) }
            if let reason {
                explained[reason, default: 0] += 1
            } else {
                Issue.record("seed \(seed): \(source) gives \(own), and in expr-lang \(result)")
            }
        }
        let counts = explained.map { "\($0.key.rawValue): \($0.value)" }.sorted().joined(separator: ", ")
        print("seed \(seed): \(count) expressions, \(errors) of them errors; differences explained: \(counts)")
    }

    private func answers(to expressions: [String]) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hoistway-parity-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // it lies in the folder for such things
        let (input, output) = (folder.appending(path: "in"), folder.appending(path: "out"))
        let lines = try expressions.map { try JSONWriter.text(.string($0)).string }.joined(separator: "\n") + "\n"
        try lines.write(to: input, atomically: true, encoding: .utf8)
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Oracle.path))
        process.arguments = [LanguageTable.folder.appending(path: "environment.json").path]
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
}
