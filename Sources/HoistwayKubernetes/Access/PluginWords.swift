import HoistwayCrypto
import HoistwayModel

/// The standard error of a credential program, for people: they need it to find the problem.
///
/// A program may print its token there too, or the request with the token. So every part that its standard output has
/// as well, and every part that looks like a token, is hidden.
enum PluginWords {
    /// Limit of the last line, in bytes; a shorter text is shown.
    private static let maxLine = 512
    /// Shorter runs of characters are ordinary words.
    private static let shortestSecret = 8

    /// The last line that is not empty, short, without control characters and secrets; empty where there is none.
    ///
    /// - Parameter output: the program's standard output.
    static func shown(_ words: [UInt8], besides output: [UInt8]) -> String {
        let line = String(decoding: words, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.split(separator: " ").joined(separator: " ") }.last { !$0.isEmpty }
        guard let line else { return "" }
        return ShownText.bare(hidden(Array(line.utf8.prefix(maxLine)), Output(output)))
    }

    /// The parts of the standard output that may be secret.
    private struct Output {
        /// The token and the key of an answer; of anything else, all of it.
        private let secrets: [[UInt8]]

        init(_ bytes: [UInt8]) {
            let named = ExecCredential.secrets(in: bytes)
            secrets = named.isEmpty ? [bytes] : named.map { Array($0.utf8) }
        }

        func holds(_ run: ArraySlice<UInt8>) -> Bool {
            let run = Array(run)
            return secrets.contains { Self.holds($0, run) || !$0.isEmpty && Self.holds(run, $0) }
        }

        /// Whether `whole` contains all of `part`; `false` for an empty `part`.
        private static func holds(_ whole: [UInt8], _ part: [UInt8]) -> Bool {
            guard let first = part.first else { return false }
            var rest = whole[...]
            while rest.count >= part.count, let start = rest.firstIndex(of: first) {
                if rest[start...].starts(with: part) { return true }
                rest = rest[(start + 1)...]
            }
            return false
        }
    }

    private static func hidden(_ line: [UInt8], _ output: Output) -> String {
        var shown: [UInt8] = []
        var index = 0
        /// The run before this one, in lower case, to find what follows `Bearer` or `token=`.
        var before = ""
        while index < line.count {
            guard isOfToken(line[index]) else {
                shown.append(line[index])
                index += 1
                continue
            }
            let end = line[index...].firstIndex { !isOfToken($0) } ?? line.count
            let run = line[index..<end]
            if isSecret(run, after: before, output) {
                shown += Array(Redactor.mark.utf8)
            } else {
                shown += run
            }
            before = String(decoding: run, as: UTF8.self).lowercased()
            index = end
        }
        return String(decoding: shown, as: UTF8.self)
    }

    private static func isSecret(_ run: ArraySlice<UInt8>, after before: String, _ output: Output) -> Bool {
        if ["bearer", "basic"].contains(before), run.count >= 6 { return true }
        guard run.count >= shortestSecret else { return false }
        let hasDigit = run.contains(where: isDigit)
        if hasDigit, names.contains(where: before.hasSuffix) { return true }
        // A JSON Web Token, or a part of one.
        if run.starts(with: "eyJ".utf8) || output.holds(run) { return true }
        return run.split(whereSeparator: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") }).contains { part in
            let hasUpper = part.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
            let hasLower = part.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            guard part.contains(where: isDigit), hasLower || hasUpper else { return false }
            return hasLower && hasUpper ? part.count >= 20 : part.count >= 32 && !part.contains(UInt8(ascii: "-"))
        }
    }

    /// Usual names of secrets.
    private static let names = ["token", "password", "secret", "key", "credential", "assertion"]

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Characters of base64 in both alphabets, of JSON Web Tokens, and of most other tokens.
    private static func isOfToken(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || "-._~+/".utf8.contains(byte)
    }
}
