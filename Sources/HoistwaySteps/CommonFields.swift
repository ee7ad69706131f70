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
                            "leave it out; where a branch takes signed commits only, let the host make them: git-open-pr, and "
                            + "a merge there, by a person or by git-merge-pr, with a method that the host signs"
                    ),
                    "A GPG key."
                ),
            ])
        ),
        "Whom commits name."
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
        "The warehouse whose freight is meant; a form of Kargo 0.9 to 1.2."
    )
}
