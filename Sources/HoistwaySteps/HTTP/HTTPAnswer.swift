import HoistwayEdits
import HoistwayExpressions
import HoistwayModel
import HoistwayPorts

/// The part of an answer that expressions of the step `http` see: `response`.
struct HTTPAnswer {
    let status: Int
    private let response: Value

    /// - Parameter contentType: overrides the one of the answer; `nil`: that of the answer.
    init(_ answer: StepHTTPResponse, contentType: String?) throws(StepFailure) {
        status = answer.status
        var fields: [String: [String]] = [:]
        for header in answer.headers { fields[Self.canonical(header.name), default: []].append(header.value) }
        let known = fields
        let type = contentType ?? Self.mediaType(known["Content-Type"]?.first ?? "")
        response = .map([
            "status": .int(answer.status),
            "headers": .map(known.mapValues { Value.array($0.map(Value.string)) }),
            "header": Value(
                .function(
                    FunctionValue(name: "header") { arguments throws(ExpressionError) in
                        guard arguments.count == 1, let name = arguments[0].text else {
                            throw ExpressionError(.evaluation, "`header` takes the name of one header, a string")
                        }
                        return .string(known[Self.canonical(name.string)]?.first ?? "")
                    }
                )
            ),
            "body": try Self.body(answer.body, type: type),
        ])
    }

    /// Evaluates a bare expression on the answer.
    func evaluate(_ source: String, _ key: String, in scope: Scope) throws(StepFailure) -> Value {
        let expression: Expression
        do throws(ExpressionError) {
            let matches = scope.matches
            expression = try Expression(source) { pattern in
                matches(pattern, "") == nil ? "the pattern \(ShownText.quoted(pattern)) is not valid" : nil
            }
        } catch {
            throw .broken("\(key) cannot be read: \(error.message)", hint: error.hint)
        }
        var scope = scope
        scope.variables["response"] = response
        do throws(ExpressionError) {
            return try expression.evaluate(in: scope)
        } catch {
            throw .unmet("\(key) cannot be evaluated: \(error.message)", hint: error.hint)
        }
    }

    // MARK: The body

    private static func body(_ bytes: [UInt8], type: String) throws(StepFailure) -> Value {
        guard !bytes.isEmpty else { return .map([:]) }
        switch type {
        case "text/plain": return .text(ByteText(bytes))
        case "application/yaml", "text/yaml", "application/x-yaml":
            do throws(UpdateFailure) {
                return Value(try DocumentReader.yaml(bytes).configValue)
            } catch {
                throw .unmet("the Content-Type of the answer is YAML, but its body is not: \(error.message)", hint: nil)
            }
        default:
            if let value = HoistwayExpressions.JSONReader.value(of: ByteText(bytes)) { return value }
            guard type == "application/json" else { return .map([:]) }
            throw .unmet("the Content-Type of the answer is JSON, but its body is not", hint: nil)
        }
    }

    /// In lower case, without parameters.
    private static func mediaType(_ field: String) -> String {
        field.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
    }

    /// As Go writes header names: `content-type` becomes `Content-Type`; a text that is no header name stays unchanged.
    private static func canonical(_ name: String) -> String {
        let isName = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
        guard isName else { return name }
        return name.split(separator: "-", omittingEmptySubsequences: false)
            .map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }.joined(separator: "-")
    }
}
