import HoistwayModel

/// What `argocd-update` and `argocd-wait` may be configured with.
///
/// Source: the JSON schemas of Kargo v1.11 (`argocd-update-config.json`, `argocd-wait-config.json`,
/// `argocd-common.json`), and of v0.9 to v1.2 for the older forms.
enum ArgoCDSchemas {
    /// How long each may take without `retry.timeout`.
    private static let timeout = Duration.seconds(300)

    static let update = StepSchema(
        "argocd-update",
        .cluster,
        "Updates and synchronises Applications of Argo CD that authorise the stage, and waits until they are; where no "
            + "cluster is configured, it fails or, with `argocd: {whenMissing: skip}`, is skipped.",
        [
            StepSchema.Field(
                "apps",
                .list(.mapping(application([sources, .origin])), atLeast: 1),
                isRequired: true,
                "The Applications."
            ), .origin,
        ],
        timeout: timeout
    )

    static let wait = StepSchema(
        "argocd-wait",
        .cluster,
        "Waits for Applications of Argo CD; where no cluster is configured, it fails or, with "
            + "`argocd: {whenMissing: skip}`, is skipped.",
        [
            StepSchema.Field(
                "apps",
                .list(.mapping(application([waitFor], rules: [.unique(list: "waitFor", by: [])])), atLeast: 1),
                isRequired: true,
                "The Applications."
            )
        ],
        timeout: timeout
    )

    private static func application(
        _ more: [StepSchema.Field],
        rules: [StepSchema.Rule] = []
    ) -> StepSchema.Mapping {
        StepSchema.Mapping(
            [
                StepSchema.Field("name", .text, emptyIsAbsent: true, "The Application's name."),
                StepSchema.Field(
                    "namespace",
                    .text,
                    "Its namespace; by default `argocd.namespace` of the configuration."
                ),
                StepSchema.Field("selector", .mapping(selector), "Labels that choose Applications of the namespace."),
            ] + more,
            rules: [.exactlyOne(["name", "selector"], says: "an Application is meant by either name or selector")]
                + rules
        )
    }

    private static let selector = StepSchema.Mapping(
        [
            StepSchema.Field("matchLabels", .textMapping, "Labels with the value that they must have."),
            StepSchema.Field(
                "matchExpressions",
                .list(
                    .mapping(
                        StepSchema.Mapping([
                            StepSchema.Field("key", .text, isRequired: true, "The label."),
                            StepSchema.Field(
                                "operator",
                                .choice(["In", "NotIn", "Exists", "DoesNotExist"]),
                                isRequired: true,
                                "How the label stands to the values."
                            ),
                            StepSchema.Field("values", .list(.text), "For In and NotIn."),
                        ])
                    )
                ),
                "Further conditions, all of which must hold."
            ),
        ],
        rules: [.anyOf(["matchLabels", "matchExpressions"], says: "a selector has one criterion at least")]
    )

    private static let waitFor = StepSchema.Field(
        "waitFor",
        .list(.choice(["health", "sync", "operation", "suspended", "degraded"]), atLeast: 1),
        defaultValue: .list([.string("health"), .string("sync"), .string("operation")]),
        "What is waited for; of health, suspended and degraded any one is enough."
    )

    // MARK: Sources

    private static let sources = StepSchema.Field(
        "sources",
        .list(.mapping(source), atLeast: 1),
        "Updates of the Applications' sources; without any they are only synchronised."
    )

    private static let source = StepSchema.Mapping([
        StepSchema.Field("repoURL", .text, isRequired: true, "The source's repoURL."),
        StepSchema.Field("chart", .text, "The source's chart."),
        StepSchema.Field("desiredRevision", .text, "The revision that the source must be synchronised to."),
        .flag("updateTargetRevision", "Whether the source's targetRevision is set to desiredRevision."),
        StepSchema.Field(
            "desiredCommitFromStep",
            .text,
            emptyIsAbsent: true,
            "A step whose output `commit` is the desired revision; a form of Kargo 0.9 to 1.2."
        ),
        StepSchema.Field(
            "kustomize",
            .mapping(
                StepSchema.Mapping([
                    StepSchema.Field("images", .list(.mapping(kustomizeImage), atLeast: 1), "The images."), .origin,
                ])
            ),
            "Images of Kustomize, in place of those that are there."
        ),
        StepSchema.Field(
            "helm",
            .mapping(
                StepSchema.Mapping([
                    StepSchema.Field(
                        "images",
                        .list(.mapping(helmImage), atLeast: 1),
                        isRequired: true,
                        "The parameters."
                    ), .origin,
                ])
            ),
            "Parameters of Helm, beside those that are there."
        ), .origin,
    ])

    private static let kustomizeImage = StepSchema.Mapping(
        [
            StepSchema.Field("repoURL", .text, isRequired: true, "The image's name."),
            StepSchema.Field("newName", .text, "The name to set."),
            StepSchema.Field(
                "tag",
                .text,
                emptyIsAbsent: true,
                "The tag to set; without tag and digest, the freight's, a form of Kargo 0.9 to 1.2."
            ),
            StepSchema.Field("digest", .text, emptyIsAbsent: true, "The digest to set."),
            .flag("useDigest", "Whether the freight's digest is set in place of its tag; a form of Kargo 0.9 to 1.2."),
            .origin,
        ],
        rules: [
            .atMostOne(["tag", "digest"], says: "an image has a tag or a digest, not both"),
            .excludes("useDigest", ["tag", "digest"], says: "useDigest has no meaning beside a"),
        ]
    )

    private static let helmImage = StepSchema.Mapping([
        StepSchema.Field("key", .text, isRequired: true, "The parameter."),
        StepSchema.Field(
            "value",
            .text,
            isRequired: true,
            emptyIsAbsent: true,
            "The value; beside repoURL one of ImageAndTag, Tag, ImageAndDigest and Digest."
        ),
        StepSchema.Field(
            "repoURL",
            .text,
            emptyIsAbsent: true,
            "The image of the freight that the value is made of; a form of Kargo 0.9 to 1.2."
        ), .origin,
    ])
}
