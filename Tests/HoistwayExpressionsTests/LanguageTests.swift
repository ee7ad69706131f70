import HoistwayExpressions
import Testing

struct LanguageTests {
    @Test func `500 expressions give what expr-lang gives`() throws {
        let rows = try LanguageTable.rows()
        let variables = try LanguageTable.variables()
        #expect(rows.count == 500)
        for row in rows {
            let found = try? Evaluation.result(row.expression, variables)  // an error is one of the results
            #expect(found == row.result, "\(row.expression)")
        }
    }

    /// What the language cannot express in a table: which errors appear before anything is evaluated.
    @Test(
        arguments: [
            ("1 == \"a\"", ExpressionError.Kind.compile), ("1 % 0", .compile), ("false && 1 % 0 == 1", .compile),
            ("len(1)", .compile), ("map([1], nil)", .compile), ("\"a\" matches \"(\"", .compile),
            ("let len = 1; len", .compile), ("#", .syntax), ("1 +", .syntax), ("x ?? 1 + 2", .syntax),
            ("x.a.b", .evaluation), ("unknown(1)", .evaluation), ("[1][5]", .evaluation),
            ("sum(1..2000000, # ** 2)", .limit), ("toJSON(1 / 0)", .evaluation),
        ]
    )
    func `an error says when it was found`(_ source: String, _ kind: ExpressionError.Kind) throws {
        let error = try #require(Evaluation.failure(source))
        #expect(error.kind == kind)
        #expect(error.expression == source)
        #expect(error.range != nil)
    }

    @Test(
        arguments: [
            ("x in [\"a\"]", Value.int(1)), ("(x ?? nil) in [\"a\"]", .bool(true)),
        ]
    )
    func `a value of another kind is looked up in a list of strings only to fail`(_ source: String, _ x: Value) {
        #expect(Evaluation.failure(source, ["x": x])?.kind == .evaluation)
    }

    /// Two bugs of expr-lang's stack machine that we do not have; see Functions in the documentation.
    @Test(
        arguments: [
            ("[1, findLast([1, 2, 3], # < 3)]", "[1,2]"), ("2 * findLastIndex([1, 2, 3], # == 3)", "4"),
            ("5 + (missing?.foo(1) ?? 7)", "12"), ("[1, filter([1, 2], true)[-1]]", "[1,2]"),
        ]
    )
    func `what stands beside a search from the end keeps its value`(_ source: String, _ result: String) throws {
        #expect(try Evaluation.result(source) == result)
    }

    @Test func `a name that is no variable is nil, and calling it is an error`() throws {
        #expect(try Evaluation.result("nothing") == "null")
        #expect(Evaluation.failure("nothing(1)")?.problem == "there is no function `nothing`")
    }

    @Test func `the present is the one that the host gives`() throws {
        #expect(try Evaluation.result("now()") == "\"2023-11-14T22:13:20Z\"")
        #expect(try Evaluation.result("now().In(timezone(\"UTC\")).Year()") == "2023")
    }

    @Test func `a place with summer time shows what its clocks show`() throws {
        let berlin = Location(
            name: "Europe/Berlin",
            first: Zone(name: "CET", offset: 3600),
            transitions: [
                .init(start: 1_711_846_800, zone: Zone(name: "CEST", offset: 7200)),
                .init(start: 1_729_990_800, zone: Zone(name: "CET", offset: 3600)),
            ]
        )
        var scope = Evaluation.scope()
        scope.location = { $0 == "Europe/Berlin" ? berlin : nil }
        func result(_ source: String) throws -> String {
            try JSONWriter.text(Evaluation.expression(source).evaluate(in: scope)).string
        }
        #expect(
            try result(#"date("2024-07-01 12:00:00", "2006-01-02 15:04:05", "Europe/Berlin")"#)
                == #""2024-07-01T12:00:00+02:00""#
        )
        #expect(
            try result(#"date("2024-01-01T00:00:00Z").In(timezone("Europe/Berlin")).Format("15:04 MST")"#)
                == #""01:00 CET""#
        )
        // 02:30 of that night was never: Go takes the offset before.
        #expect(
            try result(#"date("2024-03-31 02:30:00", "2006-01-02 15:04:05", "Europe/Berlin").Unix()"#) == "1711848600"
        )
        // Adding a day over the change keeps the clock's time.
        let dayLater = #"date("2024-03-30 12:00:00", "2006-01-02 15:04:05", "Europe/Berlin").AddDate(0, 0, 1).Hour()"#
        #expect(try result(dayLater) == "12")
        #expect(throws: ExpressionError.self) { try result(#"timezone("Nowhere")"#) }
    }
}
