/// Image Updater's template of commit messages, as far as it is simple.
///
/// It is a Go `text/template` with the documented fields: `.AppName`, and `.AppChanges` in a `range` with `.Image` and
/// `.NewTag`. Hoistway's own message has the old tag, but no expression gives it. So a template with the old tag is
/// refused, as are functions, conditions and variables.
struct GoMessageTemplate: Sendable, Equatable {
    static let maxBytes = 8192

    private enum Part: Equatable {
        case text(String)
        case appName
        case changes([Part])
        case image
        case newTag
    }

    private let parts: [Part]

    init(_ text: String, place: String) throws(TakeoverRefusal) {
        guard text.utf8.count <= Self.maxBytes else {
            throw TakeoverRefusal(place, "the template has more than \(Self.maxBytes) bytes")
        }
        var tokens = try Self.tokens(text, place)[...]
        parts = try Self.parts(&tokens, isInRange: false, place)
    }

    /// The message as a template of Hoistway.
    func text(application: String, images: [ImageUpdaterImage]) -> String {
        Self.text(parts, application, images, nil).trimmed()
    }

    private static func text(
        _ parts: [Part],
        _ application: String,
        _ images: [ImageUpdaterImage],
        _ current: ImageUpdaterImage?
    ) -> String {
        parts.map { part in
            switch part {
            case .text(let text): return text
            case .appName: return application
            case .changes(let inner): return images.map { text(inner, application, images, $0) }.joined()
            case .image: return current?.name ?? ""
            case .newTag: return current?.tagInText ?? ""
            }
        }.joined()
    }

    // MARK: Reading

    private enum Token: Equatable {
        case text(String)
        case action(String)
    }

    /// `{{-` and `-}}` remove the white space beside them.
    private static func tokens(_ text: String, _ place: String) throws(TakeoverRefusal) -> [Token] {
        var tokens: [Token] = []
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
                throw TakeoverRefusal(place, "the template has {{ without }}")
            }
            var before = String(rest[..<open.lowerBound])
            var action = rest[open.upperBound..<close.lowerBound]
            rest = rest[close.upperBound...]
            if action.first == "-", action.dropFirst().first?.isWhitespace ?? false {
                action = action.dropFirst()
                while before.last?.isWhitespace ?? false { before.removeLast() }
            }
            if action.last == "-", action.dropLast().last?.isWhitespace ?? false {
                action = action.dropLast()
                rest = rest.drop(while: \.isWhitespace)
            }
            tokens.append(.text(before))
            tokens.append(.action(action.trimmed()))
        }
        tokens.append(.text(String(rest)))
        for case .text(let text) in tokens where text.contains("${") || text.hasSuffix("$") {
            throw TakeoverRefusal(
                place,
                "the template holds ${ or a $ before {{, which have a meaning of their own here"
            )
        }
        return tokens
    }

    private static func parts(
        _ tokens: inout ArraySlice<Token>,
        isInRange: Bool,
        _ place: String
    ) throws(TakeoverRefusal) -> [Part] {
        var parts: [Part] = []
        while let token = tokens.popFirst() {
            guard case .action(let action) = token else {
                if case .text(let text) = token, !text.isEmpty { parts.append(.text(text)) }
                continue
            }
            switch (action, isInRange) {
            case (".AppName", false), ("$.AppName", _): parts.append(.appName)
            case ("range .AppChanges", false):
                parts.append(.changes(try self.parts(&tokens, isInRange: true, place)))
            case (".Image", true): parts.append(.image)
            case (".NewTag", true): parts.append(.newTag)
            case ("end", true): return parts
            case (".OldTag", true):
                throw TakeoverRefusal(
                    place,
                    "no expression gives .OldTag",
                    hint: "leave the template out: Hoistway's own message tells both tags; or take .OldTag out of it"
                )
            case (let text, _) where text.hasPrefix("/*") && text.hasSuffix("*/"): continue
            default:
                throw TakeoverRefusal(
                    place,
                    "{{ \(ShownText.bare(action)) }} is not evaluated",
                    hint: ".AppName, range .AppChanges, and in that .Image and .NewTag are"
                )
            }
        }
        guard !isInRange else { throw TakeoverRefusal(place, "a range has no end") }
        return parts
    }
}
