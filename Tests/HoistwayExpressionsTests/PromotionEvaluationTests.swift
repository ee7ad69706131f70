import HoistwayExpressions
import Testing

struct PromotionEvaluationTests {
    private typealias Variable = PromotionEvaluation.Variable

    private func evaluation(alias: String = "update", variables: [PromotionEvaluation.Variable] = [])
        -> PromotionEvaluation
    {
        var context = PromotionEvaluation.Context()
        context.project = "shop"
        context.stage = "dev"
        context.promotion = "dev.01.abc"
        context.freight = "f0f0"
        context.freightAlias = "fair-fox"
        context.warehouse = "apps"
        context.actor = "ann"
        return PromotionEvaluation(
            context: context,
            surroundings: PromotionSurroundings(
                steps: [.init(alias: "build", status: "Succeeded"), .init(alias: "deploy::push", status: "Failed")],
                currentAlias: alias
            ),
            variables: variables,
            outputs: [
                "build": .map(["image": .string("web:1")]), "deploy::push": .map(["commit": .string("c1")]),
                "other::push": .map(["commit": .string("c2")]),
            ],
            outside: Evaluation.scope()
        )
    }

    private func configuration(
        _ text: String,
        _ evaluation: PromotionEvaluation,
        _ own: [PromotionEvaluation.Variable] = []
    ) throws -> String {
        var problems: [ExpressionError] = []
        let tree = TemplateTree(
            try Evaluation.json(text),
            at: "config",
            functions: KargoFunctions.signatures(in: .step),
            problems: &problems
        )
        if let problem = problems.first { throw problem }
        return try JSONWriter.text(evaluation.configuration(tree, variables: own)).string
    }

    @Test(
        arguments: [
            (#"{"a": "${{ ctx.stage }}"}"#, #"{"a":"dev"}"#),
            (#"{"a": ["${{ 1 }}", {"b": "${{ true }}"}]}"#, #"{"a":[1,{"b":true}]}"#),
            (#"{"${{ 1 }}": "x"}"#, #"{"${{ 1 }}":"x"}"#),
            (#"{"a": "42", "b": 42, "c": null}"#, #"{"a":"42","b":42,"c":null}"#),
            (#"{"a": "${{ outputs.build.image }}"}"#, #"{"a":"web:1"}"#),
            (#"{"a": "${{ task?.outputs }}"}"#, #"{"a":null}"#),
            (#"{"a": "${{ outputs['deploy::push'].commit }}"}"#, #"{"a":"c1"}"#),
            (#"{"a": "${{ ctx.targetFreight.origin.name }}"}"#, #"{"a":"apps"}"#),
            (#"{"a": "${{ ctx.meta.promotion.actor }}/${{ ctx.meta.step.alias }}"}"#, #"{"a":"ann/update"}"#),
            (#"{"a": "${{ target }}"}"#, #"{"a":null}"#),
            (#"{"a": "${{ stepMetas['deploy::push'].Status }}"}"#, #"{"a":"Failed"}"#),
            (#"{"a": "${{ failure() }}"}"#, #"{"a":true}"#),
        ]
    )
    func `a configuration is evaluated in its values`(_ text: String, _ expected: String) throws {
        #expect(try configuration(text, evaluation()) == expected)
    }

    @Test func `inside a task its steps have short names`() throws {
        let inside = evaluation(alias: "deploy::notify")
        #expect(try configuration(#"{"a": "${{ task.outputs.push.commit }}"}"#, inside) == #"{"a":"c1"}"#)
        #expect(try configuration(#"{"a": "${{ task.outputs.build }}"}"#, inside) == #"{"a":null}"#)
    }

    @Test func `later variables win, and see those before them`() throws {
        let evaluation = evaluation(variables: [
            Variable("name", "web"), Variable("image", "example.org/${{ vars.name }}"),
            Variable("count", "${{ 1 + 1 }}"),
            Variable("early", "${{ outputs }}"), Variable("plain", "7"),
        ])
        let own = [
            Variable("name", "api"), Variable("built", "${{ outputs.build.image }}"),
            Variable("again", "${{ vars.image }}"),
        ]
        #expect(
            try JSONWriter.text(evaluation.merged(own)).string
                == #"{"again":"example.org/web","built":"web:1","count":2,"early":null,"image":"example.org/web","name":"api","plain":"7"}"#
        )
    }

    @Test func `an error names the value that it is in`() throws {
        let broken = evaluation(variables: [Variable("image", "${{ vars.none.x }}")])
        let variable = #expect(throws: ExpressionError.self) { try broken.merged([]) }
        #expect(variable?.path == "vars.image")
        let value = #expect(throws: ExpressionError.self) {
            try configuration(#"{"images": [{"tag": "v${{ vars.none.x }}"}]}"#, evaluation())
        }
        #expect(value?.path == "config.images[0].tag")
        #expect(
            value?.message
                == "config.images[0].tag: expression `vars.none.x`: nil has no field `x` at line 1, column 11"
        )
        let status = #expect(throws: ExpressionError.self) {
            try evaluation().merged([Variable("s", "${{ always() }}")])
        }
        #expect(status?.problem == "there is no function `always`")
    }

    @Test func `all templates of a configuration that cannot be read are told at once`() throws {
        var problems: [ExpressionError] = []
        let text = #"{"a": "${{ 1 + }}", "b": ["${{ 2 }}", "${{ 1 == \"x\" }}"], "c": "${{ imageFrom(\"x\").tag }}"}"#
        let tree = TemplateTree(
            try Evaluation.json(text),
            at: "config",
            functions: KargoFunctions.signatures(in: .step),
            problems: &problems
        )
        #expect(problems.map(\.path) == ["config.a", "config.b[1]", "config.c"])
        #expect(tree.templates.map(\.path) == ["config.b[0]"])
    }

    @Test(
        arguments: [
            ("${{ ctx.stage == 'dev' }}", true), ("${{ vars.openpr != 'true' }}", true), ("${{ success() }}", false),
            ("${{ always() }}", true), ("${{ status('build') == 'Succeeded' }}", true), ("${{ 'false' }}", false),
        ]
    )
    func `a condition says whether the step runs`(_ text: String, _ expected: Bool) throws {
        #expect(try evaluation().condition(text, variables: []) == expected)
    }

    @Test(arguments: ["true", "${{ 1 }}", "${{ nil }}", "x${{ true }}", "${{ outputs.none.x }}", "${{ \"0\" }}"])
    func `a condition that gives neither true nor false is an error`(_ text: String) throws {
        let error = #expect(throws: ExpressionError.self) { try evaluation().condition(text, variables: []) }
        #expect(error?.path == "if")
    }

    @Test func `a step without configuration has an empty one`() throws {
        #expect(try JSONWriter.text(evaluation().configuration(nil, variables: [])).string == "{}")
    }
}
