import FoundationEssentials
import HoistwayModel

/// The registry's own words of a refusal:
/// <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes>.
///
/// They are for people, and come from whoever answered: they are cut, they show no control characters, and the
/// credentials of the request are taken out of them.
enum RegistryWords {
    private struct Body: Decodable {
        struct Entry: Decodable {
            var code: String?
            var message: String?
        }

        var errors: [Entry]?
        /// Docker Hub's token server.
        var details: String?
        /// Registries that are part of a larger program, and gateways in front of one.
        var message: String?
    }

    private static let maxErrors = 3
    private static let maxCharacters = 200

    /// `nil` where the body is not JSON in one of these forms: a page of HTML says nothing that helps.
    ///
    /// `secrets`: what must not be shown, whoever repeats it.
    static func read(_ body: [UInt8], hiding secrets: [String]) -> String? {
        guard let read = try? JSONDecoder().decode(Body.self, from: Data(body)) else { return nil }
        let errors = (read.errors ?? []).prefix(maxErrors).map { entry in
            [entry.code, entry.message].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")
        }
        let said = errors.isEmpty ? [read.details ?? read.message].compactMap(\.self) : Array(errors)
        let text = said.filter { !$0.isEmpty }.map { shown($0, hiding: secrets) }.joined(separator: "; ")
        return text.isEmpty ? nil : text
    }

    /// Cut, and without control characters.
    static func shown(_ text: String, hiding secrets: [String] = []) -> String {
        var text = text
        // The longest first: one may stand within another.
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
