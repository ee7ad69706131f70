/// The part of selection that tags of images and of Git repositories share.
enum TagRule {
    /// Whether a tag is a version, and one that the constraint admits.
    ///
    /// - Parameter noun: what it is called, for people.
    static func versionVerdict(
        on tag: String,
        constraint: String?,
        strict: Bool,
        noun: String = "tag"
    ) -> TagVerdict {
        guard let version = Semver(tag, strict: strict) else {
            let isLoose = strict && Semver(loose: tag) != nil
            return .rejected(
                "\(noun) \(ShownText.bare(tag)) is not \(isLoose ? "strict semver (three numbers)" : "a semantic version")"
            )
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
            return .rejected("\(noun) \(tag) is a prerelease, and constraint \(constraint) names none")
        }
        return .rejected("\(noun) \(tag) is outside constraint \(constraint)")
    }
}
