import HoistwayExpressions
import Testing

struct ErrorTests {
    @Test func `an error shows the expression with a caret below the place`() throws {
        let error = try #require(Evaluation.failure("1 + (2 == \"a\")"))
        #expect(error.line == 1)
        #expect(error.column == 8)
        #expect(error.caret == "1 + (2 == \"a\")\n       ^^")
        #expect(
            error.message
                == "expression `1 + (2 == \"a\")`: `==` does not work between an int and a string at line 1, column 8"
        )
    }

    @Test func `the place is counted in characters of its own line`() throws {
        let error = try #require(Evaluation.failure("let ä = \"é\";\n  ä.b"))
        #expect(error.line == 2)
        #expect(error.column == 5)
        #expect(error.caret == "  ä.b\n    ^")
    }

    @Test(
        arguments: [
            ("x.tag", "write `?.` instead of `.` where the value may be missing"),
            ("\"a\" + 1", "write `string(…)` around what is no string"),
            ("\"a\" in \"abc\"", "for a part of a text, write `text contains part`"),
            ("filter(x, true)", "give a default: `filter(… ?? [], …)`"),
            ("x ? 1 : 2", "compare it: `… == true`, or give a default: `… ?? false`"),
            ("filter([1], # > 1)[0]", "`first(filter(…))` gives nil instead"),
            ("filter([1], #index > 1)", "only `map` and `reduce` have `#index`"),
            ("5.0 % 2", "write `int(…)` around numbers from YAML and JSON"),
        ]
    )
    func `an error says what to do next`(_ source: String, _ hint: String) throws {
        let error = try #require(Evaluation.failure(source.replacing("5.0 %", with: "f %"), ["f": .double(5)]))
        #expect(error.hint == hint)
    }
}
