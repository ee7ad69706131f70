/// One term of a constraint: an operator and a version, whose last parts may be open.
struct SemverComparator: Sendable, Hashable {
    enum Operation: Sendable, Hashable {
        /// `=`, or no operator.
        case equal
        case notEqual
        case greater
        case less
        case greaterOrEqual
        case lessOrEqual
        case tilde
        case caret
    }

    /// The first part that is a wildcard or missing; all parts after it are open too.
    enum Open: Sendable, Hashable {
        case everything, minor, patch, nothing
    }

    let operation: Operation
    /// Open parts are zero.
    let version: Semver
    let open: Open

    /// Whether a version matches.
    ///
    /// The whole group decides before this whether prereleases are allowed at all.
    func admits(_ candidate: Semver) -> Bool {
        switch operation {
        case .equal: open == .nothing ? isSame(candidate) : admitsTilde(candidate)
        case .notEqual: admitsNotEqual(candidate)
        case .greater: admitsGreater(candidate)
        case .less: candidate.isLower(than: version)
        case .greaterOrEqual: !candidate.isLower(than: version)
        case .lessOrEqual: admitsLessOrEqual(candidate)
        case .tilde: admitsTilde(candidate)
        case .caret: admitsCaret(candidate)
        }
    }

    private func isSame(_ candidate: Semver) -> Bool { candidate.precedence(against: version) == .equal }

    private func sharesMinor(_ candidate: Semver) -> Bool {
        candidate.major == version.major && candidate.minor == version.minor
    }

    private func admitsNotEqual(_ candidate: Semver) -> Bool {
        switch open {
        case .everything, .nothing: !isSame(candidate)
        case .minor: candidate.major != version.major
        case .patch:
            // A version with another prerelease than the constraint's is admitted: a quirk of Kargo's library.
            !sharesMinor(candidate) || candidate.prerelease != version.prerelease
        }
    }

    private func admitsGreater(_ candidate: Semver) -> Bool {
        switch open {
        case .everything, .nothing: candidate.precedence(against: version) == .higher
        case .minor: candidate.major > version.major
        case .patch: (candidate.major, candidate.minor) > (version.major, version.minor)
        }
    }

    private func admitsLessOrEqual(_ candidate: Semver) -> Bool {
        switch open {
        case .nothing: candidate.precedence(against: version) != .higher
        case .minor: candidate.major <= version.major
        case .everything, .patch: (candidate.major, candidate.minor) <= (version.major, version.minor)
        }
    }

    private func admitsTilde(_ candidate: Semver) -> Bool {
        guard !candidate.isLower(than: version) else { return false }
        switch open {
        case .everything: return true
        case .minor: return candidate.major == version.major
        case .patch: return sharesMinor(candidate)
        case .nothing:
            let isZero = (version.major, version.minor, version.patch) == (0, 0, 0)
            return isZero || sharesMinor(candidate)
        }
    }

    private func admitsCaret(_ candidate: Semver) -> Bool {
        guard !candidate.isLower(than: version) else { return false }
        // By the library's documentation of `^*`; its code admits only 0.0.0 there.
        if open == .everything { return true }
        guard candidate.major == version.major else { return false }
        if version.major > 0 || open == .minor { return true }
        guard candidate.minor == version.minor else { return false }
        if version.minor > 0 || open == .patch { return true }
        return candidate.patch == version.patch
    }
}
