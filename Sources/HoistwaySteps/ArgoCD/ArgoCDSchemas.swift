import HoistwayModel

/// The configurations that `argocd-update` and `argocd-wait` accept.
///
/// Source: the JSON schemas of Kargo v1.11 (`argocd-update-config.json`, `argocd-wait-config.json`,
/// `argocd-common.json`), and of v0.9 to v1.2 for the older forms.
enum ArgoCDSchemas {
    /// The time limit of each without `retry.timeout`.
    private static let timeout = Duration.seconds(300)

    static let update = StepSchema(
        "argocd-update",
        .cluster,
        "Updates and syncs Applications of Argo CD that authorize the stage, then waits for them. If no cluster is "
            + "configured, the step fails. With `argocd: {whenMissing: skip}` it is skipped instead.",
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
        "Waits for Applications of Argo CD. If no cluster is configured, the step fails. With `argocd: "
            + "{whenMissing: skip}` it is skipped instead.",
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
                    "Its namespace. Without it, `argocd.namespace` of the configuration."
                ),
                StepSchema.Field(
                    "selector",
                    .mapping(selector),
                    "Selects Applications of the namespace by their labels."
                ),
            ] + more,
            rules: [.exactlyOne(["name", "selector"], says: "an Application is meant by either name or selector")]
                + rules
        )
    }

    private static let selector = StepSchema.Mapping(
        [
            StepSchema.Field("matchLabels", .textMapping, "Labels and the values that they must have."),
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
                                "How the label is compared with the values."
                            ),
                            StepSchema.Field("values", .list(.text), "The values, for In and NotIn."),
                        ])
                    )
                ),
                "More conditions. All of them must be true."
            ),
        ],
        rules: [.anyOf(["matchLabels", "matchExpressions"], says: "a selector has one criterion at least")]
    )

    private static let waitFor = StepSchema.Field(
        "waitFor",
        .list(.choice(["health", "sync", "operation", "suspended", "degraded"]), atLeast: 1),
        defaultValue: .list([.string("health"), .string("sync"), .string("operation")]),
        "The conditions to wait for. Of health, suspended and degraded, one is enough."
    )

    // MARK: Sources

    private static let sources = StepSchema.Field(
        "sources",
        .list(.mapping(source), atLeast: 1),
        "Updates of the Applications' sources. Without updates, the Applications are only synced."
    )

    private static let source = StepSchema.Mapping([
        StepSchema.Field("repoURL", .text, isRequired: true, "The `repoURL` of the source."),
        StepSchema.Field("chart", .text, "The `chart` of the source."),
        StepSchema.Field("desiredRevision", .text, "The revision to which the source must be synced."),
        .flag("updateTargetRevision", "Sets the source's `targetRevision` to `desiredRevision`."),
        StepSchema.Field(
            "desiredCommitFromStep",
            .text,
            emptyIsAbsent: true,
            "A step whose output `commit` is the desired revision. Older form (Kargo 0.9 to 1.2)."
        ),
        StepSchema.Field(
            "kustomize",
            .mapping(
                StepSchema.Mapping([
                    StepSchema.Field("images", .list(.mapping(kustomizeImage), atLeast: 1), "The images."), .origin,
                ])
            ),
            "Kustomize images. They replace the present ones."
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
            "Helm parameters to set. Other parameters of the source stay the same."
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
                "The tag to set. Without tag and digest, the tag of the freight is set: older form (Kargo 0.9 to "
                    + "1.2)."
            ),
            StepSchema.Field("digest", .text, emptyIsAbsent: true, "The digest to set."),
            .flag("useDigest", "Sets the digest of the freight instead of its tag. Older form (Kargo 0.9 to 1.2)."),
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
            "The value. If `repoURL` is set, one of ImageAndTag, Tag, ImageAndDigest and Digest."
        ),
        StepSchema.Field(
            "repoURL",
            .text,
            emptyIsAbsent: true,
            "The image of the freight from which the value is made. Older form (Kargo 0.9 to 1.2)."
        ), .origin,
    ])
}
