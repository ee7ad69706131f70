/// A range of versions, in the grammar of Masterminds semver 3.5, which Kargo uses.
///
/// `||` is OR; white space or a comma between comparators is AND. Operators: none, `=`, `!=`, `>`, `<`, `>=`, `=>`,
/// `<=`, `=<`, `~`, `~>`, `^`, and `A - B`. Parts may be `x`, `X`, `*` or missing.
package struct SemverConstraint: Sendable, Hashable {
    /// Comparators that must all hold.
    private struct Group: Sendable, Hashable {
        var comparators: [SemverComparator]
        /// Whether a comparator names a prerelease: then the group allows prereleases.
        var takesPrereleases: Bool

        func admits(_ version: Semver) -> Bool {
            (takesPrereleases || !version.isPrerelease) && comparators.allSatisfy { $0.admits(version) }
        }
    }

    /// Longest accepted constraint, in bytes.
    package static let maxLength = 1024

    package let original: String
    private let groups: [Group]

    package init(_ text: String) throws(SemverConstraintError) {
        guard text.utf8.count <= Self.maxLength else {
            throw SemverConstraintError(
                constraint: String(text.prefix(40)) + "…",
                column: Self.maxLength + 1,
                problem: "it is longer than \(Self.maxLength) bytes"
            )
        }
        var parser = SemverConstraintParser(text)
        groups = try parser.groups().map { comparators in
            Group(comparators: comparators, takesPrereleases: comparators.contains { $0.version.isPrerelease })
        }
        original = text
    }

    package func admits(_ version: Semver) -> Bool {
        groups.contains { $0.admits(version) }
    }

    /// Whether any group allows prereleases; otherwise every prerelease fails.
    package var takesPrereleases: Bool { groups.contains { $0.takesPrereleases } }
}

extension SemverConstraint: CustomStringConvertible {
    package var description: String { original }
}

/// Why a constraint cannot be read.
package struct SemverConstraintError: Diagnosable, Equatable {
    package let constraint: String
    /// The position of the error, counted from 1 in bytes.
    package let column: Int
    package let problem: String

    package var message: String { "semver constraint \"\(constraint)\" cannot be read at column \(column): \(problem)" }

    package var hint: String? { "for example: ^1.2.0, >=1.2 <2, 1.x || 2.x, >=1.0.0-0 to take prereleases too" }
}
