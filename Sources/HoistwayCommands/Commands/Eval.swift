import ArgumentParser
import Glibc
import HoistwayExpressions
import HoistwayModel

/// `hoistway eval`: what expressions give.
struct Eval: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Evaluate expressions of the language that manifests are written in.",
        discussion: """
            With --bare an expression knows the language's own functions and the variables of --variables, as those of \
            `fromExpression` and `successExpression` do. It prints the result as JSON, or `error: ` and what is wrong.

            With --stage it is a template, or an expression, of a step of that stage: it sees the stage's variables, \
            `ctx`, freight, ConfigMaps and Secrets, whose values are masked. No step has run, so that `outputs` is \
            empty. Freight is read from the state, and a server need not run.
            """
    )

    @Flag(help: "The text is an expression by itself, without ${{ and }}.")
    var bare = false

    @Option(help: "File with a JSON object: each of its keys is a variable.")
    var variables: String?

    @Option(help: "A stage, as PROJECT/STAGE.")
    var stage: String?

    @Option(help: "Name or alias of freight that is promoted to the stage. Without it: what lies in the stage now.")
    var freight: String?

    @Option(help: "Configuration file. \(ConfigFile.order)")
    var config: String?

    @Argument(help: "An expression, or - for one on each line of standard input.")
    var expression: String

    /// Largest file of variables, in bytes.
    private static let maxVariableBytes = 16 << 20

    func validate() throws {
        guard bare != (stage != nil) else {
            throw ValidationError("write either --bare, for an expression by itself, or --stage PROJECT/STAGE")
        }
        guard stage != nil || freight == nil && config == nil else {
            throw ValidationError("--freight and --config go with --stage")
        }
        guard stage == nil || variables == nil else { throw ValidationError("--variables goes with --bare") }
    }

    func run() async throws {
        if let stage { return try await run(stage) }
        let scope = ExpressionHost.scope(try read(), now: ExpressionHost.now())
        try print { text throws(ExpressionError) in try evaluate(text, scope) }
    }

    private func run(_ stage: String) async throws {
        let composition = Composition(loaded: try await Serve.load(ConfigFile.path(config), tellsWarnings: false))
        let evaluation = try StageEvaluation(
            stage,
            freight: freight,
            loaded: composition.loaded,
            state: try await DryRun(composition: composition).liveState(),
            now: ExpressionHost.now()
        )
        try print { text throws(ExpressionError) in try JSONWriter.text(evaluation.value(of: text)).string }
    }

    /// The result of the expression, or of each line of standard input.
    private func print(_ evaluate: (String) throws(ExpressionError) -> String) throws {
        guard expression == "-" else {
            do throws(ExpressionError) {
                Terminal.print(Self.shown(try evaluate(expression)))
            } catch {
                Terminal.complain(error.message, hint: error.hint)
                if let caret = error.caret { Terminal.printError(SafeText.lines(caret)) }
                throw ExitStatus.failed
            }
            return
        }
        while let line = readLine() {
            do throws(ExpressionError) {
                Terminal.print(Self.shown(try evaluate(line)))
            } catch {
                Terminal.print("error: " + SafeText.line(error.description))
            }
        }
    }

    private func evaluate(_ text: String, _ scope: Scope) throws(ExpressionError) -> String {
        let expression = try Expression(text, patternProblem: ExpressionHost.patternProblem)
        do throws(ExpressionError) {
            return try JSONWriter.text(expression.evaluate(in: scope)).string
        } catch {
            throw error.expression.isEmpty ? error.in(text) : error
        }
    }

    /// On a terminal, letters that could repaint it are written as JSON's escapes; programs get them as they are.
    private static func shown(_ json: String) -> String {
        guard isatty(STDOUT_FILENO) == 1 else { return json }
        return json.unicodeScalars.reduce(into: "") { shown, scalar in
            if scalar.isHidden {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    shown += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
    }

    private func read() throws -> [String: Value] {
        guard let variables else { return [:] }
        let bytes = try FileBytes.read(variables, limit: Self.maxVariableBytes)
        guard case .map(let map)? = JSONReader.value(of: ByteText(bytes))?.content else {
            throw CommandFailure.failed("\(variables) has no JSON object")
        }
        var values: [String: Value] = [:]
        for case (.text(let name), let value) in map.entries { values[name.string] = value }
        return values
    }
}
