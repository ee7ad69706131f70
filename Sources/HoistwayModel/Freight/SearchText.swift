/// A search text: a commit, tag, digest, version, alias, id or name.
package struct SearchText: Sendable, Equatable {
    /// The part that matches the text.
    package enum Field: String, Sendable, Codable, CaseIterable {
        case commit
        /// For a commit or an image.
        case tag
        case digest
        /// For a chart.
        case version
        case alias
        case id
        /// For a stage.
        case name
    }

    /// The fewest digits for the beginning of a commit, a digest or an id.
    package static let minDigits = 4

    package let text: String
    package let lowercased: String
    /// The digits of a digest without `sha256:`.
    private let digits: String?

    package init(_ text: String) {
        self.text = text.trimmed()
        lowercased = self.text.lowercased()
        let bare = lowercased.hasPrefix("sha256:") ? String(lowercased.dropFirst("sha256:".count)) : lowercased
        let isHex = bare.utf8.count >= Self.minDigits && bare.utf8.allSatisfy(Self.isHexDigit)
        digits = isHex ? bare : nil
    }

    /// Whether a name equals this text (`true`) or begins with it (`false`); `nil`: neither.
    package func names(_ name: String) -> Bool? {
        if name == text { return true }
        return !text.isEmpty && name.lowercased().hasPrefix(lowercased) ? false : nil
    }

    /// The part of the freight that matches, and whether the whole part matches.
    package func field(of freight: Freight) -> (field: Field, isWhole: Bool)? {
        guard !text.isEmpty else { return nil }
        if freight.alias == text { return (.alias, true) }
        var beginning: Field?
        for artifact in freight.artifacts {
            guard let (field, isWhole) = field(of: artifact) else { continue }
            if isWhole { return (field, true) }
            beginning = beginning ?? field
        }
        if freight.id.text == lowercased { return (.id, true) }
        if let beginning { return (beginning, false) }
        if let digits, freight.id.text.hasPrefix(digits) { return (.id, false) }
        return names(freight.alias) == nil ? nil : (.alias, false)
    }

    private func field(of artifact: Artifact) -> (Field, Bool)? {
        switch artifact {
        case .image(let image):
            if image.tag == text { return (.tag, true) }
            let digest = image.digest.split(separator: ":").last.map(String.init) ?? ""
            return begins(digest).map { (.digest, $0) } ?? names(image.tag).map { (.tag, $0) }
        case .commit(let commit):
            if commit.tag == text { return (.tag, true) }
            return begins(commit.id.hex).map { (.commit, $0) } ?? commit.tag.flatMap(names).map { (.tag, $0) }
        case .chart(let chart): return names(chart.version).map { (.version, $0) }
        }
    }

    /// Whether the text is all of these hexadecimal digits (`true`) or their beginning (`false`); `nil`: neither.
    private func begins(_ whole: String) -> Bool? {
        guard let digits, whole.hasPrefix(digits) else { return nil }
        return whole.utf8.count == digits.utf8.count
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
