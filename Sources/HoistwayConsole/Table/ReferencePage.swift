import HoistwayPorts

/// The lines of the reference page that come from the table; a test compares the page with them.
package enum ReferencePage {
    /// A line of a table: `| GET /stages | read | what it does | parameters |`.
    package static func line(_ operation: Operation) -> String {
        let parameters =
            operation.query.map { $0.isRequired ? "`\($0.name)`" : "`\($0.name)`?" }
            + (operation.body?.fields ?? []).map { $0.isRequired ? "`\($0.name)`" : "`\($0.name)`?" }
        let role = operation.role?.rawValue ?? "no token"
        return "| `\(operation.method.rawValue) /\(operation.path)` | \(role) | \(operation.summary) | "
            + "\(parameters.joined(separator: ", ")) |"
    }
}
