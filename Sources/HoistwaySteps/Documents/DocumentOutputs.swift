import HoistwayEdits
import HoistwayExpressions
import HoistwayModel
import HoistwayPorts

/// The common part of `yaml-parse`, `json-parse` and `toml-parse`: expressions that take outputs from a document.
///
/// The expressions see only the document: names are its top-level keys, and `$env` is all of it. Besides it they have
/// the language's own functions.
struct DocumentOutputs {
    static let field = StepSchema.Field(
        "outputs",
        .list(
            .mapping(
                StepSchema.Mapping([
                    StepSchema.Field("name", .text, isRequired: true, "The name of the output."),
                    StepSchema.Field(
                        "fromExpression",
                        .expression,
                        isRequired: true,
                        "The value: an expression. The file's top-level keys are its variables, and `$env` is the "
                            + "whole file."
                    ),
                ])
            ),
            atLeast: 1
        ),
        isRequired: true,
        "The outputs to read from the file."
    )

    private let items: [(name: String, expression: String)]

    init(_ config: StepConfiguration) {
        items = config.items("outputs").map { ($0.requiredText("name"), $0.requiredText("fromExpression")) }
    }

    func outcome(of document: DocumentValue, _ file: StepFile, in outside: Scope) throws(StepFailure) -> StepOutcome {
        var scope = outside
        scope.variables = [:]
        scope.functions = [:]
        scope.environment = Value(document)
        var output: [String: ConfigValue] = [:]
        var size = 0
        // Larger results are not stored; `StepRun` reports that.
        for item in items where size <= StepResult.maxBytes {
            let value = try Self.json(item.expression, in: scope, output: item.name, file)
            size += value.count
            do throws(UpdateFailure) {
                output[item.name] = try DocumentReader.json(value).configValue
            } catch {
                throw .unmet("\(file.shown): the output \(item.name): \(error.message)", hint: error.hint)
            }
        }
        let what = items.count == 1 ? "1 output" : "\(items.count) outputs"
        return StepOutcome(.succeeded, output: output, message: "took \(what) from \(file.shown)")
    }

    /// The value of an expression, as JSON.
    private static func json(
        _ text: String,
        in scope: Scope,
        output: String,
        _ file: StepFile
    ) throws(StepFailure) -> [UInt8] {
        do throws(ExpressionError) {
            let matches = scope.matches
            let expression = try Expression(text) { matches($0, "") == nil ? "it does not compile" : nil }
            let value = try JSONWriter.text(expression.evaluate(in: scope)).bytes
            guard value.count > StepResult.maxBytes else { return value }
            throw ExpressionError(
                .limit,
                "the result has \(value.count) bytes, and the outputs of a step at most \(StepResult.maxBytes >> 20) MiB together",
                in: text,
                hint: "take the part of it that later steps need"
            )
        } catch {
            throw .unmet("\(file.shown): the output \(output): \(error.message)", hint: error.hint)
        }
    }
}

extension Value {
    /// The contents of a file; of a key that appears twice the last one counts.
    fileprivate init(_ document: DocumentValue) {
        switch document {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .number(let number): self = .double(number)
        case .string(let text): self = .string(text)
        case .list(let items): self = .array(items.map(Value.init))
        case .map(let members):
            let entries = members.map { (MapKey.text(ByteText($0.key)), Value($0.value)) }
            self = Value(.map(MapValue(entries: Dictionary(entries) { _, last in last })))
        }
    }
}
