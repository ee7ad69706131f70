import HoistwayModel

/// A reason or a hint as pages say it: where it names a command of ours, there is a link to where a click does the same.
///
/// Sentences of the engine are written once, for everybody, with what to do as a command in backquotes. The command line
/// shows them as they are; this is their other form. A command that no page does, such as `hoistway state check`, stays.
struct Advice: Sendable, Equatable {
    enum Part: Sendable, Equatable {
        case text(String)
        /// Leads to the page with the button, or with what the command shows.
        case link(String, Link)
        case code(String)
    }

    let parts: [Part]

    /// - Parameter project: in which names without a project are; `nil`: in none.
    init(_ text: String, project: String?, paths: PagePaths) {
        var parts: [Part] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "`hoistway "), let end = rest[start.upperBound...].firstIndex(of: "`") {
            var before = rest[..<start.lowerBound]
            let after = rest[rest.index(after: end)...]
            let words = rest[start.upperBound..<end].split(separator: " ").map(String.init)
            if let way = AdviceWay(words, project: project) {
                // A command is run, what a page offers is done.
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

    /// For tips and for cards, which hold no links.
    var plain: String {
        parts.map { part in
            switch part {
            case .text(let text), .link(let text, _), .code(let text): text
            }
        }.joined()
    }

    /// Whether the sentence speaks of the command as of a thing: it waits for it, or says what it does.
    private static func standsForThing(before: Substring, after: Substring) -> Bool {
        if before.hasSuffix("for ") || before.hasSuffix("see ") || before.hasSuffix("by ") { return true }
        let next = after.drop { $0 == " " }.prefix { $0.isLetter }
        return after.hasPrefix(" ") && verbs.contains(String(next))
    }

    /// What the engine's sentences say that a command does.
    private static let verbs: Set<String> = [
        "accepts", "brings", "does", "ends", "lets", "makes", "says", "shows", "takes", "tries", "verifies", "works",
    ]
}

extension HTML {
    /// A sentence of the engine, with links in place of its commands.
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
