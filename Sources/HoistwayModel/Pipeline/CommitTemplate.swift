/// The beginning of a project's commit messages: a text with names in braces.
package struct CommitTemplate: Sendable, Equatable, Codable {
    /// The names that are allowed in braces.
    package enum Name: String, CaseIterable, Sendable {
        /// The changes: `checkout 1.4.2 → 1.4.3`.
        case images
        case stage
        case project
        /// Seven digits.
        case freight
        case alias
        case actor
        case promotion
    }

    private enum Part: Sendable, Equatable {
        case text(String)
        case name(Name)
    }

    package let text: String

    /// The problem of a template, in one sentence; `nil` where there is none.
    package static func problem(with text: String) -> String? {
        guard !text.allSatisfy(\.isWhitespace) else { return "it is empty" }
        guard let parts = parts(of: text) else { return "a brace is not closed, or nothing opened it" }
        for case .failure(let unknown) in parts {
            let known = Name.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
            return "{\(unknown.text)} is not known; known are \(known)"
        }
        return nil
    }

    /// `nil` where `problem(with:)` finds one.
    package init?(_ text: String) {
        guard Self.problem(with: text) == nil else { return nil }
        self.text = text
    }

    /// The text with every name replaced by its value; names in values are not replaced.
    package func filled(_ value: (Name) -> String) -> String {
        (Self.parts(of: text) ?? []).map { part in
            switch part {
            case .success(.text(let text)): text
            case .success(.name(let name)): value(name)
            case .failure(let unknown): "{\(unknown.text)}"
            }
        }.joined()
    }

    private struct UnknownName: Error {
        var text: String
    }

    private static func parts(of text: String) -> [Result<Part, UnknownName>]? {
        var parts: [Result<Part, UnknownName>] = []
        var rest = text[...]
        while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else { return nil }
            parts.append(.success(.text(String(rest[..<open]))))
            let inner = String(rest[rest.index(after: open)..<close])
            parts.append(Name(rawValue: inner).map { .success(.name($0)) } ?? .failure(UnknownName(text: inner)))
            rest = rest[rest.index(after: close)...]
        }
        parts.append(.success(.text(String(rest))))
        return parts
    }
}
