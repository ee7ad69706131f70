import HoistwayExpressions
import Testing

struct TemplateTests {
    private let variables: [String: Value] = [
        "vars": .map(["name": .string("web"), "count": .double(3), "list": .array([.double(1), .string("<a>")])]),
        "n": .int(7),
    ]

    private func value(_ source: String) throws(ExpressionError) -> Value {
        try Template(source).evaluate(in: Evaluation.scope(variables))
    }

    /// The rules of templates and what their text becomes.
    @Test(
        arguments: [
            ("42", #""42""#), ("true", #""true""#), ("{\"a\": 1}", #""{\"a\": 1}""#), ("", #""""#),
            ("$ { {", #""$ { {""#),
            ("${{ 40 + 2 }}", "42"), ("${{ quote(40 + 2) }}", #""42""#), ("v${{ 1 }}.${{ 2 }}", #""v1.2""#),
            ("${{ 1 }}.${{ 2 }}", "1.2"), ("${{ vars.missing }}", "null"), ("x-${{ vars.missing }}", #""x-null""#),
            ("${{ {\"a\": 1} }}", #"{"a":1}"#), ("${{ quote({\"a\": 1}) }}", #""{\"a\":1}""#),
            ("at ${{ now() }}", #""at \"2023-11-14T22:13:20Z\"""#), ("${{ now() }}", #""2023-11-14T22:13:20Z""#),
            ("${% {\"a\": {\"b\": 1}} %}", #"{"a":{"b":1}}"#), ("${{ 1 }}${% 2 %}", "12"),
            ("${{ \"a}}b\" }}", nil), ("${% \"a}}b\" %}", #""a}}b""#), ("${{ 1", nil), ("a ${% 1 }}", nil),
            ("a${{}}b ${{ 1 }}", #""ab ${{ 1 }}""#), ("${{ }}", nil), ("${{ 1 +}}", nil),
            ("${{ \"t\" }}", "true"), ("${{ \"F\" }}", "false"), ("${{ \"1\" }}", "1"), ("${{ \"0x1p-2\" }}", "0.25"),
            ("${{ \"1_000\" }}", "1000"), ("${{ \"1e5\" }}", "100000"), ("${{ \"yes\" }}", #""yes""#),
            ("${{ \"null\" }}", "null"), ("${{ \" 7 \" }}", "7"), ("${{ \"[1, 2]\" }}", "[1,2]"),
            ("${{ \"[1, 2\" }}", #""[1, 2""#),
            ("${{ \"inf\" }}", #""inf""#), ("${{ \"NaN\" }}", #""NaN""#), ("${{ \"-Infinity\" }}", #""-Infinity""#),
            ("${{ 42 }}\n", "42"), ("text ${{ 42 }}\n", #""text 42\n""#), ("${{ quote(42) }}\n", #""42\n""#),
            ("${{ 42 }}\n\n", "42"), ("${{ \"x\" }}\n\n", #""x\n\n""#),
            ("${{ true }}", "true"), ("${{ vars.list }}", #"[1,"\u003ca\u003e"]"#),
            ("${{ vars.list[1] }}", #""\u003ca\u003e""#),
            ("${{ quote(\"a\\\"b\\n\") }}", #""a\\\"b\\n""#), ("${{ unsafeQuote(\"x\") }}", #""\"x\"""#),
            ("${{ quote(\"ü\\u0007\\x7f\") }}", #""ü\\a\\x7f""#), ("${{ quote(nil) }}", #""null""#),
            ("${{ asJSON({\"a\": [1]}) }}", #""{\n  \"a\": [\n    1\n  ]\n}\n""#),
            (
                "${% asYAML({\"a\": [1, {\"b\": \"x\", \"c\": nil}], \"d\": {}}) %}",
                #""a:\n    - 1\n    - b: x\n      c: null\nd: {}\n""#
            ),
            (
                "${{ asYAML([\"true\", \"1.10\", \"a: b\", \"- x\", \"\", \"plain\", 1.5]) }}",
                #""- \"true\"\n- \"1.10\"\n- 'a: b'\n- '- x'\n- \"\"\n- plain\n- 1.5\n""#
            ),
            // Inside a list, what is nested is indented to the next multiple of four.
            ("${% asYAML([\"a\", {\"b\": [\"c\"]}]) %}", #""- a\n- b:\n    - c\n""#),
            ("${% asYAML({\"l\": [{\"a\": [{}]}]}) %}", #""l:\n    - a:\n        - {}\n""#),
            ("${% asYAML([{\"a\": {\"b\": {\"c\": 1}}}]) %}", #""- a:\n    b:\n        c: 1\n""#),
            ("${{ asYAML({\"t\": \"a\\nb\\n\"}) }}", #""t: |\n    a\n    b\n""#), ("${{ asYAML(\"x\") }}", #""x\n""#),
            ("${{ n }}", "7"), ("${{ 1e21 }}", "1e+21"), ("${{ 1 / 0 }}", nil), ("${{ quote() }}", nil),
            ("${{ quote(1, 2) }}", nil),
        ] as [(String, String?)]
    )
    func `a template becomes the value that its text reads as`(_ source: String, _ result: String?) throws {
        let found = try? JSONWriter.text(value(source)).string  // an error is one of the results
        #expect(found == result)
    }

    @Test(
        arguments: [
            ("${{ tag }}", #""1.10""#), ("${{ tag }}\n", #""1.10\n""#), ("${{ number }}", #""20240501""#),
            ("${{ hash }}", #""1234e56""#), ("${{ word }}", #""true""#), ("${{ nothing }}", #""null""#),
            ("${{ tag + \"\" }}", #""1.10""#), ("${{ trimPrefix(v, \"v\") }}", #""2.0""#),
            ("${{ split(tag, \".\")[1] }}", #""10""#),
            ("${{ vars.tag }}", #""1.10""#), ("[\"${{ tag }}\"]", #"["1.10"]"#),
            ("{\"tag\": \"${{ tag }}\"}", #"{"tag":"1.10"}"#),
            ("${{ quote(tag) }}", #""1.10""#), ("${{ tag == \"1.10\" }}", "true"), ("${{ len(tag) }}", "4"),
            ("${{ tag startsWith \"1\" ? \"3.0\" : \"4\" }}", "3"), ("v${{ tag }}", #""v1.10""#),
        ]
    )
    func `a tag or an id never becomes a number, a bool or nil`(_ source: String, _ result: String) throws {
        func artifact(_ text: String) -> Value {
            Value.string(text).marked(Marks(artifacts: [.image(repoURL: "example.org/web", part: .tag)]))
        }
        let texts = [
            "tag": "1.10", "number": "20240501", "hash": "1234e56", "word": "true", "nothing": "null", "v": "v2.0",
        ]
        var variables = texts.mapValues(artifact)
        variables["vars"] = .map(["tag": try Template("${{ tag }}").evaluate(in: Evaluation.scope(variables))])
        let found = try Template(source).evaluate(in: Evaluation.scope(variables))
        #expect(try JSONWriter.text(found).string == result)
    }

    @Test func `an error in a template says where its expression begins`() throws {
        let source = "image: ${{ vars.name }}:${{ vars.name.tag }}"
        do throws(ExpressionError) {
            _ = try value(source)
            Issue.record("it was evaluated")
        } catch {
            #expect(error.expression == "vars.name.tag")
            #expect(error.offset == 28)
            #expect(error.problem == "a string has no field `tag`")
        }
        do throws(ExpressionError) {
            _ = try Template("a ${{ 1 + }}")
            Issue.record("it was read")
        } catch {
            #expect(error.offset == 6)
            #expect(error.caret == "1 +\n   ^")
        }
    }

    @Test func `the text of a secret is marked, and so is what it becomes`() throws {
        let secret = Value.string("[1, 2]").marked(Marks(secrets: ["secret('s')"]))
        let found = try Template("${{ s }}").evaluate(in: Evaluation.scope(["s": secret]))
        #expect(found.isSecret)
        #expect(found.elements?.allSatisfy(\.isSecret) == true)
    }
}
