import HoistwayModel

/// A reason or a hint for pages: commands of Hoistway become links to the page that does the same.
///
/// Sentences of the engine are written once for all readers, with commands in backquotes. The command line shows them
/// unchanged; this is their form for pages. A command without a page, such as `hoistway state check`, stays.
struct Advice: Sendable, Equatable {
    enum Part: Sendable, Equatable {
        case text(String)
        /// A link to the page with the button, or with the command's information.
        case link(String, Link)
        case code(String)
    }

    let parts: [Part]

    /// - Parameter project: the project of names without one; `nil`: there is no such project.
    init(_ text: String, project: String?, paths: PagePaths) {
        var parts: [Part] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "`hoistway "), let end = rest[start.upperBound...].firstIndex(of: "`") {
            var before = rest[..<start.lowerBound]
            let after = rest[rest.index(after: end)...]
            let words = rest[start.upperBound..<end].split(separator: " ").map(String.init)
            if let way = AdviceWay(words, project: project) {
                // A command is run, but a page's action is done.
                if before.hasSuffix(" run ") || before == "run " { before = before.dropLast(4) }
                parts.append(.text(String(before)))
                let isThing = Self.standsForThing(before: before, after: after)
                parts.append(.link(isThing ? way.thing : way.act, way.link(paths)))
            } else {
                parts.append(.text(String(before)))
                parts.append(.code("hoistway \(words.joined(separator: " "))"))
            }
            rest = after
        }
        parts.append(.text(String(rest)))
        self.parts = parts.filter { $0 != .text("") }
    }

    /// For tooltips and for cards, which cannot have links.
    var plain: String {
        parts.map { part in
            switch part {
            case .text(let text), .link(let text, _), .code(let text): text
            }
        }.joined()
    }

    /// Whether the sentence uses the command as a noun: it waits for it, or describes its effect.
    private static func standsForThing(before: Substring, after: Substring) -> Bool {
        if before.hasSuffix("for ") || before.hasSuffix("see ") || before.hasSuffix("by ") { return true }
        let next = after.drop { $0 == " " }.prefix { $0.isLetter }
        return after.hasPrefix(" ") && verbs.contains(String(next))
    }

    /// Verbs for commands in the engine's sentences.
    private static let verbs: Set<String> = [
        "accepts", "brings", "does", "ends", "lets", "makes", "says", "shows", "takes", "tries", "verifies", "works",
    ]
}

extension HTML {
    /// A sentence of the engine, with links instead of its commands.
    mutating func advice(_ text: String, project: String?, _ request: PageRequest) {
        advice(Advice(text, project: project, paths: request.paths))
    }

    mutating func advice(_ advice: Advice) {
        for part in advice.parts {
            switch part {
            case .text(let text): self.text(text)
            case .link(let text, let link): self(.a, .href(link), text: text)
            case .code(let text): self(.code, text: text)
            }
        }
    }
}
