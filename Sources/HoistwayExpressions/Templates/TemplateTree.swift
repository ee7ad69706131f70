/// A value of a manifest whose strings may be templates: a step's `config`.
///
/// Only values are templates; keys are not.
package indirect enum TemplateTree: Sendable {
    case literal(Value)
    case template(Template, path: String)
    case list([TemplateTree])
    case map([MapKey: TemplateTree])

    /// Parses all templates.
    ///
    /// - Parameters:
    ///   - path: the value's path, such as `config`.
    ///   - problems: gets an error for every template that cannot be parsed; its text is not changed in the tree.
    package init(
        _ value: Value,
        at path: String,
        functions: [String: Signature],
        patternProblem: @escaping @Sendable (String) -> String? = { _ in nil },
        problems: inout [ExpressionError]
    ) {
        switch value.content {
        case .string(let text) where Template.hasExpressions(text.string):
            do throws(ExpressionError) {
                let template = try Template(text.string, functions: functions, patternProblem: patternProblem)
                self = .template(template, path: path)
            } catch {
                problems.append(error.within(path))
                self = .literal(value)
            }
        case .array(let array):
            self = .list(
                array.elements.enumerated().map { index, element in
                    TemplateTree(
                        element,
                        at: "\(path)[\(index)]",
                        functions: functions,
                        patternProblem: patternProblem,
                        problems: &problems
                    )
                }
            )
        case .map(let map):
            var entries: [MapKey: TemplateTree] = [:]
            for (key, entry) in map.sorted {
                entries[key] = TemplateTree(
                    entry,
                    at: "\(path).\(key.value.goText)",
                    functions: functions,
                    patternProblem: patternProblem,
                    problems: &problems
                )
            }
            self = .map(entries)
        default: self = .literal(value)
        }
    }

    package func evaluate(in scope: Scope) throws(ExpressionError) -> Value {
        var left = TextAllowance.configuration
        return try evaluate(in: scope, &left)
    }

    private func evaluate(in scope: Scope, _ left: inout TextAllowance) throws(ExpressionError) -> Value {
        switch self {
        case .literal(let value): return value
        case .template(let template, let path):
            do throws(ExpressionError) {
                return try template.evaluate(in: scope, &left)
            } catch {
                throw error.within(path)
            }
        case .list(let items):
            var values: [Value] = []
            for item in items { values.append(try item.evaluate(in: scope, &left)) }
            return .array(values)
        case .map(let entries):
            var values: [MapKey: Value] = [:]
            for (key, entry) in entries.sorted(by: { $0.key < $1.key }) {
                values[key] = try entry.evaluate(in: scope, &left)
            }
            return Value(.map(MapValue(entries: values)), marks: values.values.jointMarks)
        }
    }

    /// Every template of the tree, with its path.
    package var templates: [(path: String, template: Template)] {
        switch self {
        case .literal: []
        case .template(let template, let path): [(path, template)]
        case .list(let items): items.flatMap(\.templates)
        case .map(let entries): entries.sorted { $0.key < $1.key }.flatMap(\.value.templates)
        }
    }
}
