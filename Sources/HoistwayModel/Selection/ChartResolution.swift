/// Finds the version for a dependency's range, like Helm's resolver: the highest version in the range.
///
/// Deprecated versions count too (<https://github.com/helm/helm/blob/main/internal/resolver/resolver.go>).
package enum ChartResolution {
    /// - Parameters:
    ///   - range: `version` of a dependency; empty for any release.
    ///   - needsURL: whether an entry without a URL is ignored, as in an `index.yaml`.
    /// - Returns: the version as it is listed; `nil` where none matches.
    package static func version(
        _ range: String,
        among listing: ChartListing,
        needsURL: Bool
    ) throws(SemverConstraintError) -> String? {
        let entries = listing.entries.filter { $0.standing != .removed && !(needsURL && $0.urls.isEmpty) }
        if entries.contains(where: { $0.version.utf8.elementsEqual(range.utf8) }) { return range }
        let constraint = try SemverConstraint(range.isEmpty ? "*" : range)
        var best: Semver?
        for entry in entries {
            guard let version = Semver(loose: entry.version), constraint.admits(version) else { continue }
            if let best, version.precedence(against: best) != .higher { continue }
            best = version
        }
        return best?.original
    }

    /// Whether a range is a single version, so that the registry's list is not needed.
    package static func isOneVersion(_ range: String) -> Bool { Semver(loose: range) != nil }

    /// Whether the range admits the version of a chart in the workspace.
    package static func admits(_ range: String, _ version: String) throws(SemverConstraintError) -> Bool {
        guard let version = Semver(loose: version) else { return false }
        return try SemverConstraint(range.isEmpty ? "*" : range).admits(version)
    }
}
