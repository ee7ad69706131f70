/// The part of selection that tags of images and of Git repositories share.
enum TagRule {
    /// Whether a tag is a version that the constraint admits.
    ///
    /// - Parameter noun: the name for the tag, for people.
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
        // An omitted field is read as an empty text.
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
