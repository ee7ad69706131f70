import HoistwayModel

/// Keys that several steps have.
extension StepSchema.Field {
    static func path(_ summary: String) -> StepSchema.Field { path("path", summary) }

    static func path(_ name: String, _ summary: String) -> StepSchema.Field {
        StepSchema.Field(name, .path, isRequired: true, summary)
    }

    static func flag(_ name: String, _ summary: String) -> StepSchema.Field {
        StepSchema.Field(name, .flag, defaultValue: .bool(false), summary)
    }

    static let author = StepSchema.Field(
        "author",
        .mapping(
            StepSchema.Mapping([
                StepSchema.Field("name", .text, isRequired: true, "The author's name."),
                StepSchema.Field("email", .email, isRequired: true, "The author's e-mail address."),
                StepSchema.Field(
                    "signingKey",
                    .any,
                    refusal: StepSchema.Refusal(
                        "signing commits is not supported yet",
                        hint:
                            "remove the key. If a branch accepts only signed commits, use git-open-pr, and merge "
                            + "with a method whose commits the host signs: by hand or with git-merge-pr"
                    ),
                    "A GPG key."
                ),
            ])
        ),
        "The author of commits."
    )

    /// The form of Kargo 0.9 to 1.2.
    static let origin = StepSchema.Field(
        "fromOrigin",
        .mapping(
            StepSchema.Mapping([
                StepSchema.Field(
                    "kind",
                    .choice(["Warehouse"]),
                    defaultValue: .string("Warehouse"),
                    "The kind of the origin."
                ),
                StepSchema.Field("name", .text, isRequired: true, "The warehouse's name."),
            ])
        ),
        "The warehouse from which the freight comes. Older form (Kargo 0.9 to 1.2)."
    )
}
