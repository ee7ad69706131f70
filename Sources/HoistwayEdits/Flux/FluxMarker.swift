/// A comment that marks a value for Flux's image automation: `# {"$imagepolicy": "NS:POLICY:tag"}`.
///
/// <https://fluxcd.io/flux/guides/image-update/#configure-image-update-for-custom-resources>
package struct FluxMarker: Hashable, Sendable {
    /// The part of the image that a value contains.
    package enum Part: String, Sendable, CaseIterable {
        /// `name:tag`, followed by the digest where the policy reflects one: the marker has no suffix.
        case reference = ""
        case name
        case tag
        case digest
    }

    /// A file without this text has no markers.
    package static let literal = "$imagepolicy"
    /// Longest comment that is read, in bytes.
    static let maxBytes = 1024

    /// `NS:POLICY`.
    package var policy: String
    package var part: Part

    /// - Parameter text: `NS:POLICY`, optionally followed by `:name`, `:tag` or `:digest`.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        guard let part = parts.count == 3 ? Part(rawValue: String(parts[2])) : .reference else { return nil }
        policy = parts[0] + ":" + parts[1]
        self.part = part
    }

    /// Reads a comment's text after the `#`; `nil` where it is not a marker.
    init?(comment: some Collection<UInt8>) {
        guard comment.count <= Self.maxBytes else { return nil }
        let text = comment.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard text.first == UInt8(ascii: "{"),
            // A comment that is not JSON is no marker.
            case .string(let value)? = (try? DocumentReader.json(Array(text)))?[Self.literal]
        else { return nil }
        self.init(value)
    }

    /// The text in the marker.
    package var text: String { part == .reference ? policy : "\(policy):\(part.rawValue)" }

    /// Whether a file contains ``literal``.
    package static func isIn(_ bytes: [UInt8]) -> Bool {
        let wanted = Array(literal.utf8)
        guard let first = wanted.first, bytes.count >= wanted.count else { return false }
        return bytes.indices.dropLast(wanted.count - 1).contains { index in
            bytes[index] == first && bytes[index..<index + wanted.count].elementsEqual(wanted)
        }
    }
}
