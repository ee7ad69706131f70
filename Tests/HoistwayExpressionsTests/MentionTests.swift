import HoistwayExpressions
import Testing

struct MentionTests {
    private func shown(_ source: String) throws -> [String] {
        try Evaluation.expression(source, functions: KargoFunctions.signatures(in: .step)).mentions.map { mention in
            let mark = mention.mayBeMissing ? "?" : ""
            switch mention.subject {
            case .variable(let path): return path.joined(separator: ".") + mark
            case .call(let name, let arguments):
                return "\(name)(\(arguments.map { $0 ?? "_" }.joined(separator: ", ")))" + mark
            }
        }
    }

    @Test(
        arguments: [
            ("vars.image", ["vars.image"]), ("outputs['my-step'].commit", ["outputs.my-step.commit"]),
            ("outputs?.a.b", ["outputs.a.b?"]), ("vars.a ?? vars.b", ["vars.a?", "vars.b"]),
            ("get(vars, \"x\")", ["get(_, x)", "vars?"]),
            ("imageFrom(vars.repo).Tag", ["imageFrom(_)", "vars.repo"]),
            ("imageFrom(\"a/b\", warehouse(\"w\"))", ["imageFrom(a/b, _)", "warehouse(w)"]),
            ("let v = vars.a; v.b + vars.c", ["vars.a", "vars.c"]), ("vars.list[n].x", ["vars.list", "n"]),
            ("$env.vars.x", ["vars.x"]),
            ("map(vars.l, #.name + ctx.stage)", ["map(_, _)", "vars.l", "ctx.stage"]), ("a ?: b", ["a", "b"]),
            ("unknown(1)", ["unknown(_)"]),
            ("1 + 2", []), ("x.f(y)", ["x", "y"]),
        ]
    )
    func `what an expression names is known before it runs`(_ source: String, _ names: [String]) throws {
        #expect(try shown(source) == names)
    }

    @Test func `a function that nobody knows is found with its place`() throws {
        let known = KargoFunctions.signatures(in: .step)
        let expression = try Evaluation.expression("imageFrm(\"x\") + status(\"a\")", functions: known)
        #expect(expression.unknownFunctions(Set(known.keys)).map(\.range) == [0..<8])
    }

    @Test(
        arguments: [
            ("vars.env + \"-x\"", true), ("\"stage/\" + ctx.stage", true), ("outputs.a", false), ("now()", false),
            ("imageFrom(\"x\").Tag", false), ("upper(\"a\")", true),
        ]
    )
    func `what follows from constants alone is known as that`(_ source: String, _ isConstant: Bool) throws {
        let expression = try Evaluation.expression(source, functions: KargoFunctions.signatures(in: .step))
        #expect(expression.isConstant(given: ["vars", "ctx"]) == isConstant)
    }
}
