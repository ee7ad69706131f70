import HoistwayExpressions
import HoistwayModel
import Testing

struct ConstantFoldingTests {
    /// What a text comes to with these variables, in the stage demo/test; `nil`: it stays a template.
    private func folded(_ text: String, _ variables: [(String, String)] = []) throws -> ConfigValue? {
        var folding = ConstantFolding(project: "demo", stage: "test", outside: Scope(matches: { _, _ in true }))
        for (name, value) in variables {
            let template = try Template(value, functions: KargoFunctions.signatures(in: .variable))
            #expect(folding.define(name, template) == nil)
        }
        let template = try Template(text, functions: KargoFunctions.signatures(in: .step))
        switch folding.result(of: template) {
        case .value(let value): return try value.configuration()
        case .unknown: return nil
        case .failure(let error): throw error
        }
    }

    @Test(
        arguments: [
            ("stage/${{ ctx.stage }}", .string("stage/test")), ("${{ ctx.project }}", .string("demo")),
            ("${{ vars.a }}", .string("x")), ("${{ vars.b }}", .string("x-y")), ("${{ vars.flag }}", .bool(true)),
            ("${{ vars.flag == true }}", .bool(true)), ("${{ vars.text == 'true' }}", .bool(true)),
            ("${{ vars.text }}", .bool(true)), ("${{ vars.none != 'x' }}", .bool(true)),
            ("${{ vars.none }}", .null), ("x-${{ vars.none }}", .string("x-null")), ("${{ 40 + 2 }}", .number(42)),
            ("${{ quote(40 + 2) }}", .string("42")), ("${{ 1 }}.${{ 2 }}", .number(1.2)),
            ("${% {\"a\": {\"b\": [1, vars.a]}} %}", .map(["a": .map(["b": .list([.number(1), .string("x")])])])),
            ("${{ semverParse('1.2.3').Major() }}", .number(1)), ("${{ always() }}", .bool(true)),
            ("${{ upper(vars.a) }}", .string("X")),
            // What is never evaluated need not be known.
            ("${{ vars.a == 'y' && status('b') != 'Skipped' }}", .bool(false)),
            ("${{ vars.a == 'x' || status('b') != 'Skipped' }}", .bool(true)),
            ("${{ !vars.flag ? outputs.b.c : vars.a }}", .string("x")), ("plain", .string("plain")),
            ("42", .string("42")),
        ] as [(String, ConfigValue)]
    )
    func `what the manifests alone decide is known, with the type that a promotion would see`(
        _ text: String,
        _ value: ConfigValue
    ) throws {
        let variables = [
            ("a", "x"), ("b", "${{ vars.a }}-y"), ("flag", "${{ true }}"), ("text", "true"),
        ]
        #expect(try folded(text, variables) == value)
    }

    @Test(
        arguments: [
            "${{ imageFrom('a').Tag }}", "${{ outputs.a }}", "${{ task.outputs.a }}", "${{ now() }}",
            "${{ ctx.promotion }}", "${{ ctx.targetFreight.name }}", "${{ status('a') }}", "${{ success() }}",
            "${{ secret('a').b }}", "${{ configMap('a').b }}", "${{ stageMetadata('a') }}", "${{ vars.unknown }}",
            "${{ ctx }}", "${{ $env }}", "${{ date('2020-01-01') }}", "${{ vars.later }}", "${{ vars }}",
            "${{ vars.unknown == 'y' && ctx.stage == 'x' }}", "${{ ctx.stage == 'test' && success() }}",
            "a ${{ ctx.stage }} ${{ ctx.promotion }}",
        ]
    )
    func `what a promotion alone knows stays a template`(_ text: String) throws {
        let variables = [("unknown", "${{ imageFrom('a').Tag }}"), ("later", "x-${{ vars.unknown }}")]
        #expect(try folded(text, variables) == nil)
    }

    @Test func `a variable sees those before it, and the last of one name counts`() throws {
        #expect(try folded("${{ vars.a }}", [("a", "1x"), ("a", "${{ vars.a }}2")]) == .string("1x2"))
        #expect(try folded("${{ vars.a }}", [("a", "x-${{ vars.b }}"), ("b", "y")]) == .string("x-null"))
    }

    @Test(arguments: ["${{ vars.none.field }}", "${{ imageFrom('a').Tag }}${{ vars.a + 1 }}", "${{ freight.image }}"])
    func `what can never be evaluated fails at once`(_ text: String) {
        #expect(throws: ExpressionError.self) { try folded(text, [("a", "x")]) }
    }

    @Test func `an expression that takes long is left to the promotion`() throws {
        #expect(try folded("${{ len(map(1..40000, # * 2)) }}") == nil)
        #expect(try folded("${{ repeat('x', 300000) }}") == nil)
    }
}

struct ConditionalMentionTests {
    @Test(
        arguments: [
            ("vars.a ? outputs.b.c : outputs.d.e", [false, true, true]), ("vars.a && outputs.b", [false, true]),
            ("vars.a ?? vars.b", [false, true]), ("vars.a + vars.b", [false, false]),
            ("filter(vars.a, # == vars.b)", [false, false, true]),
        ]
    )
    func `it is known which names are evaluated in some cases only`(_ source: String, _ isConditional: [Bool]) throws {
        #expect(try Expression(source).mentions.map(\.isConditional) == isConditional)
    }
}

struct FoldingBoundTests {
    /// Each condition stands in all that come after it: deciding each anew would never end.
    @Test(arguments: ["&&", "||"])
    func `a long chain of conditions is read at once`(_ operation: String) throws {
        let parts = (0..<150).map { "(vars.a == 'x' || status('\($0)') == 'x')" }
        var folding = ConstantFolding(project: "p", stage: "s", outside: Scope())
        #expect(folding.define("a", try Template("y")) == nil)
        let functions = KargoFunctions.signatures(in: .step)
        let template = try Template("${{ \(parts.joined(separator: " \(operation) ")) }}", functions: functions)
        guard case .unknown = folding.result(of: template) else {
            Issue.record("it is not known")
            return
        }
        let nested = (0..<50).reduce("true") { inner, _ in "(\(inner) ? vars.a == 'y' : false)" }
        guard case .value(let value) = folding.result(of: try Template("${{ \(nested) }}")) else { return }
        #expect(value.boolean == true)
    }

    @Test func `what a reading evaluates is bounded`() throws {
        let budget = ConstantFolding.Budget(60_000)
        let folding = ConstantFolding(project: "p", stage: "s", outside: Scope(), budget: budget)
        let template = try Template("${{ len(map(1..1000, # * 2)) }}")
        let known = (0..<10).count { _ in if case .value = folding.result(of: template) { true } else { false } }
        #expect(known > 0 && known < 10)
    }
}
