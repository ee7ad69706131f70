/// The possible forms of secrets in a text, prepared for a search.
///
/// Escapes of a secret are decoded in the text (`FoldedText`); forms with other bytes are listed here: base64 at each
/// of its three alignments, hexadecimal, and both with a user name in front.
struct SecretForms: Sendable {
    /// Secrets with fewer bytes are found only together with their user name, as `Authorization: Basic` sends them.
    static let shortest = 4
    /// Shortest part of a secret that is hidden at the end of a cut text.
    private static let shortestRest = 4
    /// A user name of this length may be the secret itself: some hosts accept a token there.
    private static let longName = 20
    /// Lines of a private key, and parts of an address, of at least this length count as secrets.
    private static let shortestLine = 16

    private struct Form: Sendable {
        var bytes: [UInt8]
        /// Length of the secret, in bytes.
        var size: Int
        var isBase64: Bool
    }

    private var forms: [Form] = []
    /// By their first four bytes, and by their last.
    private var byBeginning: [UInt32: [Int]] = [:]
    private var byEnding: [UInt32: [Int]] = [:]
    /// The longest form, in bytes.
    private var longest = 0

    var isEmpty: Bool { forms.isEmpty }

    mutating func add(_ use: SecretUse) {
        var texts = [use.secret] + Self.parts(of: use.secret)
        if let name = use.username, name.utf8.count >= Self.longName { texts.append(Array(name.utf8)) }
        for text in texts { addForms(of: text, size: text.count) }
        if let name = use.username, !use.secret.isEmpty {
            let whole = Array("\(name):".utf8) + use.secret
            for alphabet in [Base64.Alphabet.standard, .url] {
                add(Self.folded(Array(Base64.encode(whole, alphabet).utf8)), size: whole.count, isBase64: true)
            }
            add(Self.folded(Self.hexadecimal(whole)), size: whole.count)
        }
    }

    private mutating func addForms(of text: [UInt8], size: Int) {
        guard size >= Self.shortest else { return }
        add(Self.folded(text), size: size)
        add(Self.folded(FoldedText(text).unescaped.bytes), size: size)
        // The same for bytes that are not UTF-8, in the form for headers and display.
        add(Self.folded(Array(String(decoding: text, as: UTF8.self).utf8)), size: size)
        add(Self.folded(Self.hexadecimal(text)), size: size)
        for alphabet in [Base64.Alphabet.standard, .url] {
            for before in 0..<3 {
                let inner = Self.base64(text, after: before, alphabet)
                if inner.count >= Self.shortest { add(Self.folded(inner), size: size, isBase64: true) }
            }
        }
    }

    private mutating func add(_ bytes: [UInt8], size: Int, isBase64: Bool = false) {
        guard let beginning = Self.quad(of: bytes, at: 0), let ending = Self.quad(of: bytes, at: bytes.count - 4)
        else { return }
        let same = byBeginning[beginning] ?? []
        guard !same.contains(where: { forms[$0].bytes == bytes }) else { return }
        byBeginning[beginning] = same + [forms.count]
        byEnding[ending, default: []].append(forms.count)
        longest = max(longest, bytes.count)
        forms.append(Form(bytes: bytes, size: size, isBase64: isBase64))
    }

    /// The lines of a private key; for an address its path, and the parts that are long enough for a token.
    private static func parts(of secret: [UInt8]) -> [[UInt8]] {
        let text = String(decoding: secret, as: UTF8.self)
        var parts: [Substring] = []
        if text.contains("-----BEGIN") {
            parts = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }
        } else if let range = text.firstRange(of: "://") {
            let rest = text[range.upperBound...]
            parts = rest.firstIndex(of: "/").map { [rest[$0...]] } ?? []
            parts += rest.split { "/?&=#".contains($0) }.dropFirst()
        }
        return parts.map { Array($0.utf8) }.filter { $0.count >= shortestLine }
    }

    /// The base64 digits of a longer text that depend only on this part.
    ///
    /// - Parameter before: number of bytes in front of it, modulo three.
    private static func base64(_ text: [UInt8], after before: Int, _ alphabet: Base64.Alphabet) -> [UInt8] {
        let encoded = Base64.encode([UInt8](repeating: 0, count: before) + text, alphabet).utf8
        let whole = (before + text.count) * 8 / 6
        return Array(encoded.prefix(whole).dropFirst(before == 0 ? 0 : before + 1))
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] { Array(Hex.encode(bytes).utf8) }

    private static func folded(_ bytes: [UInt8]) -> [UInt8] { FoldedText(bytes).folded.bytes }

    /// Four bytes as one number.
    private static func quad(of bytes: [UInt8], at position: Int) -> UInt32? {
        guard position >= 0, position + 4 <= bytes.count else { return nil }
        return UInt32(bytes[position]) << 24 | UInt32(bytes[position + 1]) << 16 | UInt32(bytes[position + 2]) << 8
            | UInt32(bytes[position + 3])
    }
}

extension SecretForms {
    /// The ranges of secrets in a text, and of their rests where it was cut.
    func find(in text: [UInt8], atLeast: Int, isCut: Bool) -> [Range<Int>] {
        views(of: text).flatMap { view in
            wholes(in: view, atLeast: atLeast).map { range(of: $0.range, isBase64: $0.isBase64, in: view, text: text) }
                + (isCut ? rests(in: view, atLeast: atLeast) : [])
        }
    }

    func holdsSecret(_ text: [UInt8], atLeast: Int) -> Bool {
        views(of: text).contains { !wholes(in: $0, atLeast: atLeast).isEmpty }
    }

    /// The text unchanged, and with escapes decoded once, twice and three times: a URL may be inside JSON.
    private func views(of text: [UInt8]) -> [FoldedText] {
        var plain = FoldedText(text)
        var views = [plain.folded]
        for _ in 0..<3 where plain.hasEscapes {
            plain = plain.unescaped
            views.append(plain.folded)
        }
        return views
    }

    private func wholes(in view: FoldedText, atLeast: Int) -> [(range: Range<Int>, isBase64: Bool)] {
        let bytes = view.bytes
        var found: [(range: Range<Int>, isBase64: Bool)] = []
        for position in bytes.indices {
            guard let beginning = Self.quad(of: bytes, at: position), let candidates = byBeginning[beginning]
            else { continue }
            for index in candidates where forms[index].size >= atLeast {
                let form = forms[index]
                let end = position + form.bytes.count
                guard end <= bytes.count, bytes[position..<end].elementsEqual(form.bytes) else { continue }
                found.append((position..<end, form.isBase64))
            }
        }
        return found
    }

    /// A secret in base64 is hidden with all letters around it: the next ones hold some of its bits.
    private func range(of part: Range<Int>, isBase64: Bool, in view: FoldedText, text: [UInt8]) -> Range<Int> {
        var start = view.starts[part.lowerBound]
        var end = view.ends[part.upperBound - 1]
        guard isBase64 else { return start..<end }
        while start > 0, Self.isBase64(text[start - 1]) { start -= 1 }
        while end < text.count, Self.isBase64(text[end]) { end += 1 }
        return start..<end
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Parts of secrets at the ends of the text, and before and behind an ellipsis.
    private func rests(in view: FoldedText, atLeast: Int) -> [Range<Int>] {
        let ellipsis = Array("…".utf8)
        var cuts: [(before: Int, behind: Int)] = [(view.bytes.count, 0)]
        var position = 0
        while position + ellipsis.count <= view.bytes.count {
            if view.bytes[position] == ellipsis[0],
                view.bytes[position..<(position + ellipsis.count)].elementsEqual(ellipsis)
            {
                cuts.append((position, position + ellipsis.count))
            }
            position += 1
        }
        return cuts.flatMap { cut in
            let before = longestRest(before: cut.before, in: view.bytes, atLeast: atLeast)
            let behind = longestRest(behind: cut.behind, in: view.bytes, atLeast: atLeast)
            return [(cut.before - before)..<cut.before, cut.behind..<(cut.behind + behind)]
                .filter { !$0.isEmpty }
                .map { view.starts[$0.lowerBound]..<view.ends[$0.upperBound - 1] }
        }
    }

    /// How many bytes before `end` are the beginning of a secret.
    private func longestRest(before end: Int, in bytes: [UInt8], atLeast: Int) -> Int {
        for position in max(0, end - longest)..<max(0, end - Self.shortestRest + 1) {
            guard let beginning = Self.quad(of: bytes, at: position), let candidates = byBeginning[beginning] else {
                continue
            }
            let length = end - position
            let isRest = candidates.contains { index in
                let form = forms[index]
                return form.size >= atLeast && length < form.bytes.count
                    && bytes[position..<end].elementsEqual(form.bytes[..<length])
            }
            if isRest { return length }
        }
        return 0
    }

    /// How many bytes from `start` on are the end of a secret.
    private func longestRest(behind start: Int, in bytes: [UInt8], atLeast: Int) -> Int {
        let last = min(bytes.count, start + longest)
        for end in stride(from: last, through: start + Self.shortestRest, by: -1) {
            guard let ending = Self.quad(of: bytes, at: end - 4), let candidates = byEnding[ending] else { continue }
            let length = end - start
            let isRest = candidates.contains { index in
                let form = forms[index]
                return form.size >= atLeast && length < form.bytes.count
                    && bytes[start..<end].elementsEqual(form.bytes.suffix(length))
            }
            if isRest { return length }
        }
        return 0
    }
}
