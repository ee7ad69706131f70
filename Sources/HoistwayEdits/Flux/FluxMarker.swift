/// A comment by which Flux's image automation finds the values that it sets: `# {"$imagepolicy": "NS:POLICY:tag"}`.
///
/// <https://fluxcd.io/flux/guides/image-update/#configure-image-update-for-custom-resources>
package struct FluxMarker: Hashable, Sendable {
    /// Which part of the image a value holds.
    package enum Part: String, Sendable, CaseIterable {
        /// `name:tag`, with the digest behind it where the policy reflects one: the marker has no suffix.
        case reference = ""
        case name
        case tag
        case digest
    }

    /// What a file must hold to be of interest at all.
    package static let literal = "$imagepolicy"
    /// Longest comment that is read, in bytes.
    static let maxBytes = 1024

    /// `NS:POLICY`.
    package var policy: String
    package var part: Part

    /// - Parameter text: `NS:POLICY`, with `:name`, `:tag` or `:digest` behind it or nothing.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        guard let part = parts.count == 3 ? Part(rawValue: String(parts[2])) : .reference else { return nil }
        policy = parts[0] + ":" + parts[1]
        self.part = part
    }

    /// As a comment's text behind the `#` gives it; `nil` where it is no marker.
    init?(comment: some Collection<UInt8>) {
        guard comment.count <= Self.maxBytes else { return nil }
        let text = comment.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard text.first == UInt8(ascii: "{"),
            // A comment that is no JSON is a comment.
            case .string(let value)? = (try? DocumentReader.json(Array(text)))?[Self.literal]
        else { return nil }
        self.init(value)
    }

    /// As the marker writes it.
    package var text: String { part == .reference ? policy : "\(policy):\(part.rawValue)" }

    /// Whether a file has the marker's literal.
    package static func isIn(_ bytes: [UInt8]) -> Bool {
        let wanted = Array(literal.utf8)
        guard let first = wanted.first, bytes.count >= wanted.count else { return false }
        return bytes.indices.dropLast(wanted.count - 1).contains { index in
            bytes[index] == first && bytes[index..<index + wanted.count].elementsEqual(wanted)
        }
    }
}
