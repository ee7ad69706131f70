import ArgumentParser
import Glibc
import HoistwayExpressions
import HoistwayModel

/// `hoistway eval`: what expressions give.
struct Eval: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Evaluate expressions of the language that manifests are written in.",
        discussion: """
            With --bare an expression knows the language's own functions and the variables of --variables, as those of \
            `fromExpression` and `successExpression` do. It prints the result as JSON, or `error: ` and what is wrong.
            """
    )

    @Flag(help: "The text is an expression by itself, without ${{ and }}.")
    var bare = false

    @Option(help: "File with a JSON object: each of its keys is a variable.")
    var variables: String?

    @Argument(help: "An expression, or - for one on each line of standard input.")
    var expression: String

    /// Largest file of variables, in bytes.
    private static let maxVariableBytes = 16 << 20

    func validate() throws {
        guard bare else {
            throw ValidationError("write --bare: only expressions by themselves are evaluated")
        }
    }

    func run() throws {
        let scope = ExpressionHost.scope(try read(), now: ExpressionHost.now())
        guard expression == "-" else {
            do throws(ExpressionError) {
                Terminal.print(Self.shown(try evaluate(expression, scope)))
            } catch {
                Terminal.complain(error.message, hint: error.hint)
                if let caret = error.caret { Terminal.printError(SafeText.lines(caret)) }
                throw ExitStatus.failed
            }
            return
        }
        while let line = readLine() {
            do throws(ExpressionError) {
                Terminal.print(Self.shown(try evaluate(line, scope)))
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
            if SafeText.isUnsafe(scalar) {
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
