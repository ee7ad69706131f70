import FoundationEssentials
import HoistwayExpressions
import Testing

struct ReferenceTests {
    private let rows = FunctionReference.groups.flatMap(\.rows)

    @Test func `the reference has every function once`() {
        #expect(rows.map(\.name).sorted() == KargoFunctions.allNames.sorted())
    }

    @Test func `every example gives the result that is shown`() throws {
        let signatures = KargoFunctions.signatures(in: .step)
        let scope = Evaluation.scope(functions: KargoFunctions.functions(in: .step, of: PromotionSurroundings()))
        for row in rows {
            if row.example.hasPrefix("${{") {
                let value = try Template(row.example, functions: signatures).evaluate(in: scope)
                #expect(try JSONWriter.text(value).string == row.result, "\(row.example)")
            } else {
                let expression = try Evaluation.expression(row.example, functions: signatures)
                guard let result = row.result else { continue }
                #expect(try JSONWriter.text(expression.evaluate(in: scope)).string == result, "\(row.example)")
            }
        }
    }

    /// `RECORD=1` rewrites the tables, and still fails.
    @Test func `the page of functions has the tables of the reference`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = root.appending(path: "Sources/hoistway/Documentation.docc/Functions.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let (start, end) = ("<!-- Tables: made from the program's own. -->\n\n", "\n<!-- End of tables. -->")
        let head = try #require(text.firstRange(of: start))
        let tail = try #require(text.firstRange(of: end))
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            let new = text[..<head.upperBound] + FunctionReference.markdown + text[tail.lowerBound...]
            try String(new).write(to: page, atomically: true, encoding: .utf8)
        }
        #expect(String(text[head.upperBound..<tail.lowerBound]) == FunctionReference.markdown)
    }
}
