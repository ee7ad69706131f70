/// Turns a result into a bool, for `freightCreationCriteria` and `expressionFilter`.
package enum Verdict {
    /// For a result that is not a bool, Go's `strconv.ParseBool` reads its text.
    package static func of(_ value: Value, _ source: String) throws(ExpressionError) -> Bool {
        if let flag = value.boolean { return flag }
        if let flag = Coercion.bool(value.goText) { return flag }
        throw ExpressionError(.evaluation, "the result is true or false, and this is \(value.kindName)", in: source)
    }
}

/// The variables of `expressionFilter`, which selects commits and tags.
package enum FilterVariables {
    /// The names for NewestFromBranch.
    package static let ofCommits = ["id", "commitDate", "author", "committer", "subject"]
    /// The names for the strategies that use tags.
    package static let ofTags = [
        "tag", "id", "creatorDate", "author", "committer", "subject", "tagger", "annotation",
    ]

    package static func commit(
        id: String,
        commitDate: Moment,
        author: String,
        committer: String,
        subject: String
    ) -> [String: Value] {
        [
            "id": .string(id), "commitDate": Value(.time(commitDate)), "author": .string(author),
            "committer": .string(committer), "subject": .string(subject),
        ]
    }

    package static func tag(
        _ tag: String,
        id: String,
        creatorDate: Moment,
        author: String,
        committer: String,
        subject: String,
        tagger: String,
        annotation: String
    ) -> [String: Value] {
        [
            "tag": .string(tag), "id": .string(id), "creatorDate": Value(.time(creatorDate)),
            "author": .string(author), "committer": .string(committer), "subject": .string(subject),
            "tagger": .string(tagger), "annotation": .string(annotation),
        ]
    }
}
