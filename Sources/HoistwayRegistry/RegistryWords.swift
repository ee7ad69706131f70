import FoundationEssentials
import HoistwayModel

/// The registry's own message of a refusal:
/// <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes>.
///
/// Gateways in front of a registry send plain text: its first line is shown. The messages are for people, and anybody
/// may have written them: they are shortened, they have no control characters, and the credentials of the request are
/// removed.
enum RegistryWords {
    private struct Body: Decodable {
        struct Entry: Decodable {
            var code: String?
            var message: String?
        }

        var errors: [Entry]?
        /// Docker Hub's token server uses this key.
        var details: String?
        /// Registries that are part of a larger program, and gateways, use this key.
        var message: String?
    }

    private static let maxErrors = 3
    private static let maxCharacters = 200
    /// Read from a plain text, in bytes.
    private static let maxText = 64 * 1024

    /// `nil` where the body is neither plain text nor JSON in one of these forms: an HTML page does not help.
    ///
    /// `secrets`: texts that must not be shown, whoever repeats them.
    static func read(_ answer: RegistryAnswer, hiding secrets: [String]) -> String? {
        read(answer.body, hiding: secrets) ?? (answer.isPlainText ? line(answer.body, hiding: secrets) : nil)
    }

    /// The first line that is not empty; `nil` where there is none.
    private static func line(_ body: [UInt8], hiding secrets: [String]) -> String? {
        let text = String(decoding: body.prefix(maxText), as: UTF8.self)
        // The end of the read part may be the beginning of a secret.
        let line = text.split(whereSeparator: \.isNewline).lazy.map { $0.trimmed() }.first { !$0.isEmpty }
        return line.map { shown($0, hiding: secrets) }
    }

    static func read(_ body: [UInt8], hiding secrets: [String]) -> String? {
        guard let read = try? JSONDecoder().decode(Body.self, from: Data(body)) else { return nil }
        let errors = (read.errors ?? []).prefix(maxErrors).map { entry in
            [entry.code, entry.message].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")
        }
        let said = errors.isEmpty ? [read.details ?? read.message].compactMap(\.self) : Array(errors)
        let text = said.filter { !$0.isEmpty }.map { shown($0, hiding: secrets) }.joined(separator: "; ")
        return text.isEmpty ? nil : text
    }

    /// Shortened, and without control characters.
    static func shown(_ text: String, hiding secrets: [String] = []) -> String {
        var text = text
        // The longest first: one may be part of another.
        for secret in secrets.sorted(by: { $0.utf8.count > $1.utf8.count }) where !secret.isEmpty {
            text = text.replacing(secret, with: "***")
        }
        let cut = text.unicodeScalars.prefix(maxCharacters)
        var shown = ""
        for scalar in cut {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return cut.endIndex < text.unicodeScalars.endIndex ? shown + "…" : shown
    }
}
