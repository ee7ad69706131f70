extension ManifestReference {
    static let project: [ReferenceKey] = [
        ReferenceKey(
            "spec.promotionPolicies",
            .list(of: "policies, as in a ProjectConfig"),
            "the form of Kargo 1.6 and before. It is used only if there is no ProjectConfig"
        )
    ]

    static let projectConfig: [ReferenceKey] = [
        ReferenceKey(
            "spec.promotionPolicies",
            .list(of: "policies"),
            "which stages are promoted automatically. If several policies select a stage, the first one counts"
        ),
        ReferenceKey(
            "spec.promotionPolicies[].stage",
            .text,
            "the stage's name. A policy has either `stage` or `stageSelector`"
        ),
        ReferenceKey(
            "spec.promotionPolicies[].stageSelector",
            .mapping,
            "selects stages. All criteria must be true. `{}` selects all stages"
        ),
        ReferenceKey(
            "spec.promotionPolicies[].stageSelector.name",
            .text,
            "the stage's name, `glob:PATTERN` or `regex:EXPRESSION`"
        ),
        ReferenceKey(
            "spec.promotionPolicies[].stageSelector.matchLabels",
            .textMap(by: "label"),
            "labels of the stage and their values"
        ),
        ReferenceKey(
            "spec.promotionPolicies[].stageSelector.matchExpressions",
            .list(of: "expressions"),
            "conditions for labels of the stage"
        ),
        ReferenceKey(
            "spec.promotionPolicies[].stageSelector.matchExpressions[].key",
            .text,
            isRequired: true,
            "the label"
        ),
        ReferenceKey(
            "spec.promotionPolicies[].stageSelector.matchExpressions[].operator",
            .choice(["In", "NotIn", "Exists", "DoesNotExist"]),
            isRequired: true,
            "how the label is compared with the values"
        ),
        ReferenceKey(
            "spec.promotionPolicies[].stageSelector.matchExpressions[].values",
            .textOrTexts,
            "the values, for `In` and `NotIn`"
        ),
        ReferenceKey(
            "spec.promotionPolicies[].autoPromotionEnabled",
            .flag,
            default: "`false`",
            "if true, newer freight is promoted to these stages automatically when it becomes available"
        ),
        ReferenceKey("spec.promotionPolicies[].autoRollback", .any, "no effect"),
        ReferenceKey(
            "spec.webhookReceivers",
            .any,
            "no effect: receivers are configured in `hoistway.yaml`, under `webhooks.receivers`"
        ),
        ReferenceKey("spec.promotionWindows", .any, "not supported"),
        ReferenceKey("spec.freightLinks", .any, "ignored: it is for Kargo's own dashboard"),
        ReferenceKey("spec.stageLinks", .any, "ignored, for the same reason"),
    ]

    static let clusterConfig: [ReferenceKey] = [
        ReferenceKey(
            "spec.gitClient",
            .mapping,
            "the author of commits if `git-clone` has no `author`. It overrides `git.author` of `hoistway.yaml`"
        ),
        ReferenceKey("spec.gitClient.name", .text, isRequired: true, "the name of the author"),
        ReferenceKey("spec.gitClient.email", .text, isRequired: true, "the e-mail address of the author"),
        ReferenceKey("spec.gitClient.signingKeySecret", .any, "not supported"),
        ReferenceKey(
            "spec.webhookReceivers",
            .any,
            "no effect: receivers are configured in `hoistway.yaml`, under `webhooks.receivers`"
        ),
        ReferenceKey("spec.promotionWindows", .any, "not supported"),
        ReferenceKey("spec.freightLinks", .any, "ignored: it is for Kargo's own dashboard"),
        ReferenceKey("spec.stageLinks", .any, "ignored, for the same reason"),
    ]

    static let promotionTask: [ReferenceKey] = [
        ReferenceKey("spec.vars", .list(of: "variables"), "the variables that a caller may set"),
        ReferenceKey(
            "spec.vars[].name",
            .text,
            isRequired: true,
            "letters, digits and `_`. The first character is not a digit"
        ),
        ReferenceKey(
            "spec.vars[].value",
            .text,
            default: "no default: the caller or the stage must set it",
            "the value if neither the caller nor the stage sets it"
        ),
        ReferenceKey(
            "spec.steps",
            .list(of: "steps", atLeast: 1),
            isRequired: true,
            "steps with `uses`. A task cannot call a task"
        ),
    ]

    static let configMap: [ReferenceKey] = [
        ReferenceKey("data", .textMap(by: "key"), "the values"),
        ReferenceKey("binaryData", .any, "ignored"),
        ReferenceKey("immutable", .any, "ignored"),
    ]

    static let secret: [ReferenceKey] = [
        ReferenceKey("data", .textMap(by: "key"), "the values in base64"),
        ReferenceKey(
            "stringData",
            .textMap(by: "key"),
            "the values as plain text. If a key is in both, this one counts"
        ),
        ReferenceKey("type", .any, "ignored"),
        ReferenceKey("immutable", .any, "ignored"),
    ]

    /// The keys of each item of `steps`.
    static let step: [ReferenceKey] = [
        ReferenceKey("uses", .text, "the name of the step. A step has either `uses` or `task`"),
        ReferenceKey("task", .mapping, "the task to call. The steps of the task replace this step"),
        ReferenceKey(
            "as",
            .text,
            default: "`step-N`, `task-N`",
            "the alias under which later steps find the outputs. N is the position, counted from 1. You cannot choose an alias of this form yourself"
        ),
        ReferenceKey(
            "config",
            .mapping,
            default: "empty",
            "the configuration of the step. Its values may have expressions. Its keys may not"
        ),
        ReferenceKey(
            "vars",
            .list(of: "variables"),
            default: "none",
            "variables for this step only, or for the steps of the task"
        ),
        ReferenceKey(
            "if",
            .expression,
            "the step runs when the expression is true. Without `if`, the step runs unless an earlier step failed"
        ),
        ReferenceKey(
            "continueOnError",
            .flag,
            default: "`false`",
            "when the step fails, the promotion continues and may still succeed"
        ),
        ReferenceKey(
            "retry.errorThreshold",
            .wholeNumber(0...Int.max),
            default: "1",
            "the step fails after this number of errors"
        ),
        ReferenceKey(
            "retry.timeout",
            .duration,
            default: "the default of the step, or no limit",
            "the step fails after this time. `0s` means no limit"
        ),
    ]
}
