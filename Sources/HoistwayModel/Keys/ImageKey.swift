/// The name of an image repository, equal for all its spellings: `host[:port]/path`, no tag, no digest.
package struct ImageKey: Hashable, Sendable, Codable, CustomStringConvertible {
    package let text: String

    /// For a text that is already a normalised key.
    package init(normalised text: String) {
        self.text = text
    }

    /// `nil` where ``init(parsing:)`` would throw.
    package init?(_ reference: String) {
        guard let key = try? ImageKey(parsing: reference) else { return nil }  // the reason is not wanted here
        self = key
    }

    /// Parses an image as people and payloads write it; a tag and a digest are cut off without a check.
    package init(parsing reference: String) throws(KeyError) {
        self = try ImageParts(reference).key()
    }

    package var description: String { text }

    /// The registry: `host[:port]`.
    package var host: String { String(text.prefix { $0 != "/" }) }

    /// The repository within its registry.
    package var path: String { String(text.drop { $0 != "/" }.dropFirst()) }

    /// The same path at another host; the key itself where there is no other host, or the result is not a key.
    package func moved(to host: String?) -> ImageKey {
        host.flatMap { ImageKey("\($0)/\(path)") } ?? self
    }
}

/// An image as written: its repository, with its tag and digest.
package struct ImageReference: Hashable, Sendable {
    package var key: ImageKey
    /// As written: tags are case-sensitive.
    package var tag: String?
    /// If both are given, the digest decides.
    package var digest: String?

    package init(parsing reference: String) throws(KeyError) {
        let parts = try ImageParts(reference)
        key = try parts.key()
        if let tag = parts.tag {
            guard ImageTag.isValid(tag) else { throw .badTag }
            self.tag = tag
        }
        if let digest = parts.digest {
            guard ImageDigest.isValid(digest) else { throw .badDigest }
            self.digest = digest
        }
    }

    /// `nil` where ``init(parsing:)`` would throw.
    package init?(_ reference: String) {
        guard let parsed = try? ImageReference(parsing: reference) else { return nil }  // the reason is not wanted here
        self = parsed
    }
}

/// The text split into parts that are not checked yet.
private struct ImageParts {
    var name: String
    var tag: String?
    var digest: String?

    init(_ reference: String) throws(KeyError) {
        var text = Self.withoutScheme(reference.trimmed())[...]
        guard text.utf8.count <= 1024 else { throw .tooLong }
        while text.hasSuffix("/") || text.hasSuffix(":") { text.removeLast() }
        guard !text.isEmpty else { throw .empty }
        if let at = text.firstIndex(of: "@") {
            digest = String(text[text.index(after: at)...])
            text = text[..<at]
        }
        let last = text.lastIndex(of: "/").map { text.index(after: $0) } ?? text.startIndex
        if let colon = text[last...].firstIndex(of: ":") {
            let behind = text[text.index(after: colon)...]
            tag = behind.isEmpty ? nil : String(behind)
            text = text[..<colon]
        }
        name = text.lowercased()
    }

    private static func withoutScheme(_ text: String) -> Substring {
        let lower = text.lowercased()
        for scheme in ["https://", "http://", "oci://"] where lower.hasPrefix(scheme) {
            return text.dropFirst(scheme.count)
        }
        return text[...]
    }

    func key() throws(KeyError) -> ImageKey {
        var segments = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        var host = "docker.io"
        if segments.count > 1, Self.isHost(segments[0]) {
            host = try Self.cleaned(host: segments.removeFirst())
        }
        if host == "docker.io", segments.count == 1 { segments.insert("library", at: 0) }
        guard segments.allSatisfy(Self.isValidPart) else { throw .badImageName }
        let text = "\(host)/\(segments.joined(separator: "/"))"
        guard text.utf8.count <= 255 else { throw .tooLong }
        return ImageKey(normalised: text)
    }

    private static func isHost(_ segment: String) -> Bool {
        segment == "localhost" || segment.contains(".") || segment.contains(":")
    }

    private static func cleaned(host: String) throws(KeyError) -> String {
        let bracket = host.lastIndex(of: "]") ?? host.startIndex
        let colon = host[bracket...].lastIndex(of: ":")
        let name = String(host[..<(colon ?? host.endIndex)])
        let isAddress = name.hasPrefix("[") && name.hasSuffix("]")
        let extra = isAddress ? "[]:." : ".-_"
        guard !name.isEmpty, !name.hasPrefix("-"),
            name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || extra.contains($0)) })
        else { throw .badHost }
        guard let colon else { return aliases.contains(name) ? "docker.io" : name }
        let digits = host[host.index(after: colon)...]
        guard digits.allSatisfy(\.isASCIIDigit), let port = Int(digits), (1...65535).contains(port) else {
            throw .badPort
        }
        // Without its port, a name without a dot would look like a part of a path.
        if port == 443, isHost(name) { return aliases.contains(name) ? "docker.io" : name }
        return "\(name):\(port)"
    }

    private static let aliases: Set<String> = [
        "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", "hub.docker.com",
    ]

    /// Letters and digits, joined by `.`, `_`, `__` or any number of dashes:
    /// <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests>.
    private static func isValidPart(_ part: String) -> Bool {
        var joint: [UInt8] = []
        var hasLetter = false
        for byte in part.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard joint.isEmpty || (hasLetter && isJoint(joint)) else { return false }
                joint = []
                hasLetter = true
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                joint.append(byte)
            default:
                return false
            }
        }
        return hasLetter && joint.isEmpty
    }

    private static func isJoint(_ bytes: [UInt8]) -> Bool {
        bytes == [UInt8(ascii: ".")] || bytes == [UInt8(ascii: "_")] || bytes == [UInt8(ascii: "_"), UInt8(ascii: "_")]
            || bytes.allSatisfy { $0 == UInt8(ascii: "-") }
    }
}
