/// A semantic version, ordered by SemVer 2.0.0: <https://semver.org/#spec-item-11>.
///
/// Reads the same texts as Kargo (Masterminds semver 3.5): a leading `v` is allowed, numbers have 64 bits.
package struct Semver: Sendable, Hashable {
    package enum Precedence: Sendable {
        case lower, equal, higher
    }

    package let major: UInt64
    package let minor: UInt64
    package let patch: UInt64
    /// The dot-separated identifiers after `-`; empty for a release.
    package let prerelease: [String]
    /// The text after `+`; it does not affect the order.
    package let metadata: String?
    /// As it was written.
    package let original: String

    init(major: UInt64, minor: UInt64, patch: UInt64, prerelease: [String], metadata: String?, original: String) {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.prerelease = prerelease
        self.metadata = metadata
        self.original = original
    }

    /// Exactly three numbers without leading zeros, after at most one `v`; otherwise `nil`.
    package init?(strict text: String) {
        var reader = SemverReader(text)
        reader.skip(UInt8(ascii: "v"))
        guard
            let major = reader.number(leadingZeros: false), reader.skip(UInt8(ascii: ".")),
            let minor = reader.number(leadingZeros: false), reader.skip(UInt8(ascii: ".")),
            let patch = reader.number(leadingZeros: false),
            let suffix = reader.suffix(), reader.isAtEnd
        else { return nil }
        self.init(
            major: major,
            minor: minor,
            patch: patch,
            prerelease: suffix.prerelease,
            metadata: suffix.metadata,
            original: text
        )
    }

    /// One to three numbers; missing ones are zero, and leading zeros are allowed; otherwise `nil`.
    package init?(loose text: String) {
        var reader = SemverReader(text)
        reader.skip(UInt8(ascii: "v"))
        var numbers: [UInt64] = []
        repeat {
            guard let number = reader.number(leadingZeros: true) else { return nil }
            numbers.append(number)
        } while numbers.count < 3 && reader.skip(UInt8(ascii: "."))
        guard let suffix = reader.suffix(), reader.isAtEnd else { return nil }
        self.init(
            major: numbers[0],
            minor: numbers.count > 1 ? numbers[1] : 0,
            patch: numbers.count > 2 ? numbers[2] : 0,
            prerelease: suffix.prerelease,
            metadata: suffix.metadata,
            original: text
        )
    }

    package init?(_ text: String, strict: Bool) {
        guard let version = strict ? Semver(strict: text) : Semver(loose: text) else { return nil }
        self = version
    }

    package var isPrerelease: Bool { !prerelease.isEmpty }

    /// The position relative to another version; build metadata and spelling do not matter.
    package func precedence(against other: Semver) -> Precedence {
        let own = (major, minor, patch)
        let others = (other.major, other.minor, other.patch)
        if own != others { return own < others ? .lower : .higher }
        return Self.precedence(of: prerelease, against: other.prerelease)
    }

    package func isLower(than other: Semver) -> Bool { precedence(against: other) == .lower }

    private static func precedence(of own: [String], against others: [String]) -> Precedence {
        if own.isEmpty || others.isEmpty {
            if own.isEmpty && others.isEmpty { return .equal }
            return own.isEmpty ? .higher : .lower
        }
        for (left, right) in zip(own, others) where left != right {
            return precedence(ofIdentifier: left, against: right)
        }
        if own.count == others.count { return .equal }
        return own.count < others.count ? .lower : .higher
    }

    /// Numbers come before words; numbers have no leading zeros here, so the longer one is the greater.
    private static func precedence(ofIdentifier left: String, against right: String) -> Precedence {
        let leftIsNumber = left.utf8.allSatisfy(SemverReader.isDigit)
        let rightIsNumber = right.utf8.allSatisfy(SemverReader.isDigit)
        if leftIsNumber != rightIsNumber { return leftIsNumber ? .lower : .higher }
        if leftIsNumber && left.utf8.count != right.utf8.count {
            return left.utf8.count < right.utf8.count ? .lower : .higher
        }
        return left.utf8.lexicographicallyPrecedes(right.utf8) ? .lower : .higher
    }
}

extension Semver: CustomStringConvertible {
    package var description: String { original }
}
