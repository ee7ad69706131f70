extension ManifestReference {
    static let warehouse: [ReferenceKey] = [
        ReferenceKey(
            "spec.subscriptions",
            .list(of: "subscriptions", atLeast: 1),
            isRequired: true,
            "the sources of artifacts. Each subscription has exactly one of `image`, `git` and `chart`"
        ),
        ReferenceKey(
            "spec.interval",
            .duration,
            default: "`5m`",
            "how often Hoistway reads the registries and repositories. A webhook triggers this immediately"
        ),
        ReferenceKey(
            "spec.freightCreationPolicy",
            .choice(["Automatic", "Manual"]),
            default: "`Automatic`",
            "`Manual`: only `hoistway freight create` makes freight"
        ),
        ReferenceKey(
            "spec.freightCreationCriteria",
            .mapping,
            "a condition for making freight from the newest artifacts, see [Functions](Functions.md#expressions-of-warehouses). If it is false, it is evaluated again each time that registries and repositories are read"
        ),
        ReferenceKey(
            "spec.freightCreationCriteria.expression",
            .expression,
            "it can use `commitFrom`, `imageFrom`, `chartFrom` and `artifactFrom`. If it is false or fails, no freight is made"
        ),
        ReferenceKey("spec.shard", .any, "no effect: one server handles everything"),
        ReferenceKey("spec.subscriptions[].image", .mapping, "a repository of container images"),
        ReferenceKey(
            "spec.subscriptions[].image.repoURL",
            .text,
            isRequired: true,
            "the name of the image, without scheme, tag and digest"
        ),
        ReferenceKey(
            "spec.subscriptions[].image.imageSelectionStrategy",
            .choice(["SemVer", "Lexical", "NewestBuild", "Digest"]),
            default: "`SemVer`",
            "how the newest tag is found"
        ),
        ReferenceKey(
            "spec.subscriptions[].image.tagSelectionStrategy",
            .text,
            "no effect. A warning if it has the same value as the strategy that is used, otherwise an error"
        ),
        ReferenceKey(
            "spec.subscriptions[].image.constraint",
            .text,
            "for `SemVer`: a range of versions. For `Digest`: the name of the moving tag, required"
        ),
        ReferenceKey(
            "spec.subscriptions[].image.semverConstraint",
            .text,
            "the old name of `constraint`, up to Kargo 1.8"
        ),
        ReferenceKey(
            "spec.subscriptions[].image.strictSemvers",
            .flag,
            default: "`true`",
            "if true, only versions with three numbers count"
        ),
        ReferenceKey(
            "spec.subscriptions[].image.allowTagsRegexes",
            .textOrTexts,
            "RE2 expressions. A tag must match at least one"
        ),
        ReferenceKey(
            "spec.subscriptions[].image.ignoreTagsRegexes",
            .textOrTexts,
            "RE2 expressions. Tags that match one of them are ignored"
        ),
        ReferenceKey(
            "spec.subscriptions[].image.allowTags",
            .text,
            "one regular expression: the form of Kargo 1.10 and before"
        ),
        ReferenceKey(
            "spec.subscriptions[].image.ignoreTags",
            .textOrTexts,
            "exact names of tags: the form of Kargo 1.10 and before"
        ),
        ReferenceKey(
            "spec.subscriptions[].image.platform",
            .text,
            "for example `linux/arm64`. Images of other platforms are ignored"
        ),
        ReferenceKey(
            "spec.subscriptions[].image.insecureSkipTLSVerify",
            .flag,
            default: "`false`",
            "if true, the certificate of the registry is not verified"
        ),
        ReferenceKey(
            "spec.subscriptions[].image.discoveryLimit",
            .wholeNumber(1...100),
            default: "`20`",
            "the number of newest versions that are kept as candidates"
        ),
        ReferenceKey(
            "spec.subscriptions[].image.cacheByTag",
            .any,
            "no effect: if an event has no digest, Hoistway reads it from the registry"
        ),
        ReferenceKey("spec.subscriptions[].image.gitRepoURL", .any, "ignored"),
        ReferenceKey("spec.subscriptions[].git", .mapping, "a Git repository"),
        ReferenceKey(
            "spec.subscriptions[].git.repoURL",
            .text,
            isRequired: true,
            "`https://`, `http://`, `ssh://` or `git@host:path`"
        ),
        ReferenceKey(
            "spec.subscriptions[].git.commitSelectionStrategy",
            .choice(["NewestFromBranch", "SemVer", "Lexical", "NewestTag"]),
            default: "`NewestFromBranch`",
            "how the newest commit is found"
        ),
        ReferenceKey("spec.subscriptions[].git.branch", .text, default: "the default branch", "for `NewestFromBranch`"),
        ReferenceKey("spec.subscriptions[].git.semverConstraint", .text, "a range of versions, for `SemVer`"),
        ReferenceKey(
            "spec.subscriptions[].git.strictSemvers",
            .flag,
            default: "`true`",
            "if true, only versions with three numbers count"
        ),
        ReferenceKey(
            "spec.subscriptions[].git.allowTagsRegexes",
            .textOrTexts,
            "RE2 expressions. A tag must match at least one"
        ),
        ReferenceKey(
            "spec.subscriptions[].git.ignoreTagsRegexes",
            .textOrTexts,
            "RE2 expressions. Tags that match one of them are ignored"
        ),
        ReferenceKey(
            "spec.subscriptions[].git.allowTags",
            .text,
            "one regular expression: the form of Kargo 1.10 and before"
        ),
        ReferenceKey(
            "spec.subscriptions[].git.ignoreTags",
            .textOrTexts,
            "exact names of tags: the form of Kargo 1.10 and before"
        ),
        ReferenceKey(
            "spec.subscriptions[].git.includePaths",
            .textOrTexts,
            "paths, `glob:PATTERN` or `regex:EXPRESSION`. Only commits that change a matching file count"
        ),
        ReferenceKey(
            "spec.subscriptions[].git.excludePaths",
            .textOrTexts,
            "the same forms. Commits that change only matching files do not count"
        ),
        ReferenceKey(
            "spec.subscriptions[].git.expressionFilter",
            .expression,
            "commits or tags for which it is false do not count, see [Functions](Functions.md#expressions-of-warehouses)"
        ),
        ReferenceKey("spec.subscriptions[].git.since", .time, "for `NewestFromBranch`: older commits do not count"),
        ReferenceKey(
            "spec.subscriptions[].git.blobless",
            .any,
            "ignored: objects are always fetched when they are needed"
        ),
        ReferenceKey(
            "spec.subscriptions[].git.insecureSkipTLSVerify",
            .flag,
            default: "`false`",
            "if true, the certificate of the host is not verified"
        ),
        ReferenceKey(
            "spec.subscriptions[].git.discoveryLimit",
            .wholeNumber(1...100),
            default: "`20`",
            "the number of newest commits that are kept as candidates"
        ),
        ReferenceKey("spec.subscriptions[].chart", .mapping, "a Helm chart, see [Charts](Charts.md)"),
        ReferenceKey(
            "spec.subscriptions[].chart.repoURL",
            .text,
            isRequired: true,
            "`https://`, `http://` or `oci://`"
        ),
        ReferenceKey(
            "spec.subscriptions[].chart.name",
            .text,
            default: "required for `https://` and `http://`",
            "the name of the chart. With `oci://`, the repository is the chart, and `name` is not allowed"
        ),
        ReferenceKey(
            "spec.subscriptions[].chart.semverConstraint",
            .text,
            "a range of versions. Without it, every version counts, also pre-releases"
        ),
        ReferenceKey(
            "spec.subscriptions[].chart.insecureSkipTLSVerify",
            .flag,
            default: "`false`",
            "if true, the certificate of the host is not verified"
        ),
        ReferenceKey(
            "spec.subscriptions[].chart.discoveryLimit",
            .wholeNumber(1...100),
            default: "`20`",
            "the number of newest versions that are kept as candidates"
        ),
        ReferenceKey(
            "spec.subscriptions[].name",
            .any,
            "not supported: in Kargo, the name is part of the freight's id"
        ),
    ]
}
