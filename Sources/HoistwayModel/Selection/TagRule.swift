/// The part of selection that tags of images and of Git repositories share.
enum TagRule {
    /// Whether a tag is a version, and one that the constraint admits.
    static func versionVerdict(on tag: String, constraint: String?, strict: Bool) -> TagVerdict {
        guard let version = Semver(tag, strict: strict) else {
            let isLoose = strict && Semver(loose: tag) != nil
            return .rejected("tag \(tag) is not \(isLoose ? "strict semver (three numbers)" : "a semantic version")")
        }
        // An empty text is what a field that is left out reads as.
        guard let constraint, !constraint.isEmpty else { return .eligible }
        let range: SemverConstraint
        do throws(SemverConstraintError) {
            range = try SemverConstraint(constraint)
        } catch {
            return .rejected(error.message)
        }
        guard !range.admits(version) else { return .eligible }
        if version.isPrerelease && !range.takesPrereleases {
            return .rejected("tag \(tag) is a prerelease, and constraint \(constraint) names none")
        }
        return .rejected("tag \(tag) is outside constraint \(constraint)")
    }
}
