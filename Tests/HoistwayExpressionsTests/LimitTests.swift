import HoistwayExpressions
import Testing

struct LimitTests {
    @Test(
        arguments: [
            ("", "(", 100_000, ""), ("", "[", 100_000, ""), ("", "-", 100_000, "1"), ("", "not ", 50_000, "true"),
            ("", "{\"a\": ", 50_000, ""), ("", "x ? ", 50_000, ""), ("x", ".a", 100_000, ""),
            ("1", " + 1", 100_000, ""),
            ("1", " ** 1", 100_000, ""), ("", "let a = 1; ", 10_000, "a"), ("[", "1, ", 100_000, "1]"),
            ("", "map([1], {", 10_000, ""), ("", "if x { ", 10_000, ""), ("x", " ?: x", 10_000, ""),
            ("1", " < 1", 10_000, ""), ("x", "?.a", 10_000, ""), ("x", "[x", 10_000, ""),
            ("\"", "a", 2_000_000, "\""), ("x", " | f()", 10_000, ""), ("f(", "f(", 10_000, ""), ("", "!", 10_000, "x"),
        ]
    )
    func `an expression that is huge or deep is refused, and exhausts nothing`(
        _ start: String,
        _ unit: String,
        _ count: Int,
        _ end: String
    ) throws {
        let source = start + String(repeating: unit, count: count) + end
        let error = try #require(Evaluation.failure(source))
        #expect(error.message.utf8.count < 1000)
    }

    @Test(
        arguments: [
            "map(1..1000, map(1..1000, map(1..1000, #)))", "1..2000000", "repeat(\"a\", 2000000)",
            "reduce(1..100000, #acc + #acc, \"abcdefgh\")", "reduce(1..10000, [#acc])",
            "map(1..1000, repeat(\"a\", 900))[0] + string(map(1..999999, 1))",
            "let big = repeat(\"a\", 900000); map(1..1000, big + \"b\")",
            "let big = repeat(\"a\", 900000); count(1..100000, big not contains \"b\")",
            "let big = repeat(\"a\", 900000); map(1..1000, split(big, \"\"))",
            "let big = repeat(\"a\", 900000); string(map(1..10000, big))",
            "let big = repeat(\"a\", 900000); join(map(1..10000, big))",
            "let big = repeat(\"a\", 90000); replace(big, \"\", big)",
            "let big = map(1..400000, 1); count(1..1000000, big == big)",
            "let l = 1..5000; sort(flatten(map(l, l)))",
            "uniq(1..100000)", "reduce(1..300, ({\"a\": #acc, \"b\": #acc}), nil)",
            "sum(map(1..1000000000, #))",
        ]
    )
    func `an expression that does or makes too much ends with an error`(_ source: String) {
        #expect(Evaluation.failure(source)?.kind == .limit)
    }

    @Test func `a text of equal letters is searched in one pass`() throws {
        let source = "let hay = repeat(\"a\", 800000); hay contains (repeat(\"a\", 100000) + \"b\")"
        #expect(try Evaluation.result(source) == "false")
        let last = "let hay = repeat(\"a\", 800000); lastIndexOf(hay, \"b\" + repeat(\"a\", 100000))"
        #expect(try Evaluation.result(last) == "-1")
    }

    @Test func `the limits are the host's`() {
        let limits = EvaluationLimits(steps: 100, elements: 50, bytes: 20)
        func failure(_ source: String) -> ExpressionError.Kind? {
            do throws(ExpressionError) {
                _ = try Evaluation.value(source, limits: limits)
                return nil
            } catch {
                return error.kind
            }
        }
        #expect(failure("1..60") == .limit)
        #expect(failure("repeat(\"a\", 30)") == .limit)
        #expect(failure("any(1..40, any(1..4, false))") == .limit)
        #expect(failure("1..10") == nil)
    }

    /// What stands in a call on something unknown is not checked before it runs.
    @Test func `a builtin that was never checked traps on no arguments`() throws {
        let values = ["nil", "1", "\"a\"", "[1, \"a\", nil]", "{\"a\": 1}", "t", "d", "2.5", "true", "b\"a\""]
        let variables = try LanguageTable.variables()
        for name in FunctionReference.groups.flatMap(\.rows).map(\.name) {
            for count in 0...4 {
                for value in values {
                    let list = Array(repeating: value, count: count).joined(separator: ", ")
                    let error = Evaluation.failure("o.missing(\(name)(\(list)))", variables)
                    #expect(error != nil)
                }
            }
        }
    }

    @Test(arguments: [UInt64(1), 77, 20_261_129])
    func `random expressions end, and give the same each time`(seed: UInt64) throws {
        var generator = ExpressionGenerator(seed: seed)
        let variables = try LanguageTable.variables()
        for _ in 0..<1000 {
            let source = generator.next()
            let first = Evaluation.outcome(source, variables)
            #expect(first == Evaluation.outcome(source, variables), "seed \(seed): \(source)")
        }
    }
}

extension Evaluation {
    fileprivate static func outcome(_ source: String, _ variables: [String: Value]) -> String {
        do throws(ExpressionError) {
            return try result(source, variables)
        } catch {
            return error.message
        }
    }
}
