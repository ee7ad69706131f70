import HoistwayModel

/// Checks the parameters of a request's query against the table.
enum QueryCheck {
    /// The values by name; each parameter must be known, valid and used at most once.
    static func values(_ query: String?, of operation: Operation) throws(APIError) -> [String: String] {
        var values: [String: String] = [:]
        for pair in (query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decoded(parts[0], plusIsBlank: true),
                let value = PercentEncoding.decoded(parts.count == 2 ? parts[1] : "", plusIsBlank: true)
            else { throw APIError(.invalidParameter, "the query is not percent-encoded UTF-8") }
            guard let known = operation.query.first(where: { $0.name == name }) else {
                let names = operation.query.map(\.name).joined(separator: ", ")
                throw .parameter(
                    ShownText.bare(name),
                    "there is no parameter \(ShownText.quoted(name)) here",
                    hint: names.isEmpty ? "this takes none" : "there are \(names)"
                )
            }
            guard values[name] == nil else { throw .parameter(name, "the parameter \(name) is there twice") }
            if let problem = problem(of: value, known.shape) { throw .parameter(name, "\(name): \(problem)") }
            values[name] = value
        }
        for parameter in operation.query where parameter.isRequired && values[parameter.name] == nil {
            throw .parameter(parameter.name, "the parameter \(parameter.name) is missing")
        }
        return values
    }

    /// Checks parts of the path that must be numbers.
    static func check(_ path: [String: String], of operation: Operation) throws(APIError) {
        for parameter in operation.pathParameters {
            guard case .integer = parameter.shape, let value = path[parameter.name],
                let problem = problem(of: value, parameter.shape)
            else { continue }
            throw .parameter(parameter.name, "\(parameter.name): \(problem)", in: "path")
        }
    }

    private static func problem(of text: String, _ shape: Shape) -> String? {
        switch shape {
        case .text(let rule): return rule.problem(of: text)
        case .integer(let range):
            guard let number = Int64(text), "\(number)" == text else { return "it must be a whole number" }
            guard range.contains(number) else { return "it must be from \(range.lowerBound) to \(range.upperBound)" }
            return nil
        default: preconditionFailure("parameters are texts or whole numbers")
        }
    }
}
