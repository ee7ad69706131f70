import HoistwayEdits
import HoistwayExpressions
import HoistwayModel

/// Replaces the variable `secrets.NAME.KEY` of Kargo 1.1 to 1.6 by today's `secret('NAME').KEY`.
enum SecretsForm {
    /// The node with today's form in all its texts; `tell` gets the place of each old one.
    static func replaced(in node: YamlNode, tell: (SourcePlace) -> Void) -> YamlNode {
        let changed = node.changingScalars { scalar, place, _ in
            guard scalar.text.hasBytes("secrets"), !scalar.hasReportedProblem,
                let text = replaced(in: scalar.text)
            else {
                return nil
            }
            var scalar = scalar
            scalar.text = text
            // The rest of the line has moved.
            scalar.openings = scalar.openings.map { opening in
                var opening = opening
                opening.isVerbatim = false
                return opening
            }
            tell(place)
            return scalar
        }
        return changed ?? node
    }

    /// `nil` where the text has no such variable, or is not a template.
    private static func replaced(in text: String) -> String? {
        // Errors in it are reported when it is compiled.
        guard let template = try? Template(text, functions: KargoFunctions.signatures(in: .step)) else { return nil }
        var bytes = Array(text.utf8)
        var isChanged = false
        for (expression, offset) in template.located.reversed() {
            for mention in expression.mentions.reversed() {
                guard case .variable(let path) = mention.subject, path.count > 1, path[0] == "secrets",
                    let end = end(ofMember: Array(expression.source.utf8), from: mention.range.upperBound)
                else { continue }
                let range = (offset + mention.range.lowerBound)..<(offset + end)
                bytes.replaceSubrange(range, with: Array("secret(\(Expressions.quoted(path[1])))".utf8))
                isChanged = true
            }
        }
        return isChanged ? String(decoding: bytes, as: UTF8.self) : nil
    }

    /// Where `.name`, `?.name`, `['name']` or `["name"]` ends.
    private static func end(ofMember bytes: [UInt8], from start: Int) -> Int? {
        var place = start
        func skipSpaces() { while place < bytes.count, " \t\n\r".utf8.contains(bytes[place]) { place += 1 } }
        skipSpaces()
        if place < bytes.count, bytes[place] == UInt8(ascii: "?") { place += 1 }
        let isDotted = place < bytes.count && bytes[place] == UInt8(ascii: ".")
        if isDotted { place += 1 }
        skipSpaces()
        guard place < bytes.count else { return nil }
        if bytes[place] == UInt8(ascii: "[") {
            guard let end = bytes[place...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
            return end + 1
        }
        let name = bytes[place...].prefix { byte in
            byte >= 0x80 || "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$".utf8.contains(byte)
        }
        return isDotted && !name.isEmpty ? name.endIndex : nil
    }
}
