import HoistwayExpressions
import HoistwayModel
import HoistwayPatterns

extension FuzzTarget {
    /// Texts with expressions, as in manifests.
    static let expressions = FuzzTarget(
        name: "expressions",
        seeds: [
            "${{ 1 + 2 * -3 ** 2 % 4 }}", "${{ imageFrom(vars.repo, warehouse(\"w\")).Tag ?? 'none' }}",
            "${% {\"a\": {b: [1, 2.5, nil]}}?.a.b[-1:] %}",
            "v${{ quote(x) }}-${{ split(\"a,b\", \",\") | join(\"-\") }}\n",
            "${{ let a = 1..9; filter(a, # > 2 && # not in [3]) | map({# * #index}) | sum() }}",
            "${{ if x matches \"^v\\\\d+\" { trimPrefix(x, `v`) } else { b\"\\x00\" } }}",
            "${{ date(\"2024-02-29\").AddDate(0, 1, 0).Format(\"Jan _2 15:04:05.000 MST\") }}",
            "${{ reduce(1..100, #acc + #) < duration(\"1h\").Hours() <= 3 ? toJSON(x) : fromJSON('{}') }}",
            "${{ asYAML({\"a\": [\"x: y\", \"1.10\", \"a\\nb\"]}) }}",
            "${{ semverParse(\"v1.2\").IncMinor().String() }}",
            "${{ x.f(timezone()) }}", "${{}} ${{ 1 }}",
            "${{ groupBy(toPairs({\"a\": x}), #[0])[\"a\"] ?: sort([2, 1]) }}",
        ].map { Array($0.utf8) },
        words: [
            "${{ ", " }}", "${% ", " %}", "filter(", "map(", "reduce(", "#acc", "#index", "?.", "??", "..", "not in ",
            "matches ", "let a = ", "if ", " else ", "{", "}", "[", "]", "(", ")", "|", "**", "`", "'", "\"", "\\u{",
            "0x",
            "1e", "nil", "true", "::", "//", "/*", "repeat(", "string(", "sortBy(", "date(", "imageFrom(",
        ],
        run: { input in
            let source = String(decoding: input, as: UTF8.self)
            let surroundings = PromotionSurroundings(secret: { _ in .strings(["token": "hunter2"]) })
            let patterns = Patterns()
            let scope = Scope(
                variables: ["x": .string("v1.10"), "vars": .map(["repo": .string("example.org/web")])],
                functions: KargoFunctions.functions(in: .step, of: surroundings),
                matches: { patterns.matches(regex: $0, $1) },
                limits: EvaluationLimits(steps: 100_000, elements: 100_000, bytes: 1 << 20)
            )
            do throws(ExpressionError) {
                let template = try Template(source, functions: KargoFunctions.signatures(in: .step))
                _ = template.expressions.map(\.mentions)
                let value = try template.evaluate(in: scope)
                let json = try JSONWriter.text(value)
                promise(JSONReader.value(of: json) != nil, "what is written as JSON is JSON")
            } catch {
                promise(error.message.utf8.count < 10_000, "an error is short")
                promise(!error.description.contains("hunter2"), "no error tells a secret")
                _ = (error.line, error.column, error.caret)
            }
        }
    )
}
