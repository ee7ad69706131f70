extension ManifestReference {
    static let stage: [ReferenceKey] = [
        ReferenceKey(
            "spec.requestedFreight",
            .list,
            isRequired: true,
            "the freight that is available to the stage. Each warehouse may appear once"
        ),
        ReferenceKey(
            "spec.requestedFreight[].origin",
            .mapping,
            isRequired: true,
            "the warehouse from which the freight comes"
        ),
        ReferenceKey("spec.requestedFreight[].origin.kind", .choice(["Warehouse"]), default: "`Warehouse`", ""),
        ReferenceKey("spec.requestedFreight[].origin.name", .text, isRequired: true, "the warehouse"),
        ReferenceKey(
            "spec.requestedFreight[].sources",
            .mapping,
            "how freight becomes available. Without it, only `hoistway approve` makes freight available"
        ),
        ReferenceKey(
            "spec.requestedFreight[].sources.direct",
            .flag,
            default: "`false`",
            "if true, freight is available directly from the warehouse"
        ),
        ReferenceKey(
            "spec.requestedFreight[].sources.stages",
            .textOrTexts,
            "freight is available when these stages have verified it"
        ),
        ReferenceKey(
            "spec.requestedFreight[].sources.requiredSoakTime",
            .duration,
            "how long the freight must have been in those stages"
        ),
        ReferenceKey(
            "spec.requestedFreight[].sources.availabilityStrategy",
            .choice(["OneOf", "All"]),
            default: "`OneOf`",
            "`OneOf`: one of `stages` must have verified it. `All`: each of them"
        ),
        ReferenceKey(
            "spec.requestedFreight[].sources.autoPromotionOptions",
            .mapping,
            "how automatic promotion chooses freight"
        ),
        ReferenceKey(
            "spec.requestedFreight[].sources.autoPromotionOptions.selectionPolicy",
            .choice(["NewestFreight", "MatchUpstream"]),
            default: "`NewestFreight`",
            "which freight is promoted automatically. `MatchUpstream`: the freight that is now in the only stage of `stages`"
        ),
        ReferenceKey(
            "spec.vars",
            .list(of: "variables"),
            "variables for every step, see [Pipelines](Pipelines.md#variables)"
        ),
        ReferenceKey(
            "spec.vars[].name",
            .text,
            isRequired: true,
            "letters, digits and `_`. The first character is not a digit"
        ),
        ReferenceKey("spec.vars[].value", .text, "it may contain expressions"),
        ReferenceKey(
            "spec.promotionTemplate",
            .mapping,
            "the steps of a promotion. A stage without a template is a control-flow stage: it only passes freight on"
        ),
        ReferenceKey("spec.promotionTemplate.metadata", .any, "ignored"),
        ReferenceKey("spec.promotionTemplate.spec", .mapping, isRequired: true, ""),
        ReferenceKey(
            "spec.promotionTemplate.spec.vars",
            .list(of: "variables"),
            "variables for every step. They come after `spec.vars`"
        ),
        ReferenceKey(
            "spec.promotionTemplate.spec.steps",
            .list(of: "steps", atLeast: 1),
            isRequired: true,
            "see [Pipelines](Pipelines.md#steps-of-a-stage)"
        ),
        ReferenceKey(
            "spec.verification",
            .any,
            "it is not executed. Freight in this stage waits for `hoistway verify`. With `verification.whenMissing` in `hoistway.yaml`, the health of the stage can verify the freight instead"
        ),
        ReferenceKey("spec.targets", .any, "not supported"),
        ReferenceKey("spec.shard", .any, "no effect: one server handles everything"),
        ReferenceKey("spec.subscriptions", .mapping, "the form of Kargo 0.7 and 0.8 for `requestedFreight`"),
        ReferenceKey("spec.subscriptions.warehouse", .text, "freight comes from this warehouse"),
        ReferenceKey("spec.subscriptions.upstreamStages", .list, "freight comes from these stages"),
        ReferenceKey("spec.subscriptions.upstreamStages[].name", .text, isRequired: true, "the name of the stage"),
        ReferenceKey("spec.promotionMechanisms", .mapping, "the form of Kargo 0.7 and 0.8 for `promotionTemplate`"),
        ReferenceKey(
            "spec.promotionMechanisms.origin",
            .mapping,
            "the warehouse whose freight is used, if several warehouses have a matching artifact. Each mapping below may have its own `origin`. The nearest one counts"
        ),
        ReferenceKey("spec.promotionMechanisms.origin.kind", .choice(["Warehouse"]), default: "`Warehouse`", ""),
        ReferenceKey("spec.promotionMechanisms.origin.name", .text, isRequired: true, "the name of the warehouse"),
        ReferenceKey("spec.promotionMechanisms.gitRepoUpdates", .list, "the branches to write"),
        ReferenceKey(
            "spec.promotionMechanisms.gitRepoUpdates[].repoURL",
            .text,
            isRequired: true,
            "the URL of the repository"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.gitRepoUpdates[].readBranch",
            .text,
            default: "the default branch",
            "the branch to read"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.gitRepoUpdates[].writeBranch",
            .text,
            isRequired: true,
            "the branch to write"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.gitRepoUpdates[].insecureSkipTLSVerify",
            .flag,
            default: "`false`",
            "if true, the certificate of the host is not verified"
        ),
        ReferenceKey("spec.promotionMechanisms.gitRepoUpdates[].kustomize", .mapping, "Kustomize images"),
        ReferenceKey(
            "spec.promotionMechanisms.gitRepoUpdates[].kustomize.images",
            .list(atLeast: 1),
            isRequired: true,
            "the images"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.gitRepoUpdates[].kustomize.images[].image",
            .text,
            isRequired: true,
            "the name of the image"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.gitRepoUpdates[].kustomize.images[].path",
            .text,
            isRequired: true,
            "the folder of the kustomization"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.gitRepoUpdates[].kustomize.images[].useDigest",
            .flag,
            default: "`false`",
            "if true, the digest is set instead of the tag"
        ),
        ReferenceKey("spec.promotionMechanisms.gitRepoUpdates[].kustomize.images[].origin", .mapping, ""),
        ReferenceKey("spec.promotionMechanisms.gitRepoUpdates[].kustomize.origin", .mapping, ""),
        ReferenceKey("spec.promotionMechanisms.gitRepoUpdates[].origin", .mapping, ""),
        ReferenceKey("spec.promotionMechanisms.gitRepoUpdates[].pullRequest", .any, "not supported"),
        ReferenceKey("spec.promotionMechanisms.gitRepoUpdates[].render", .any, "not supported"),
        ReferenceKey("spec.promotionMechanisms.gitRepoUpdates[].helm", .any, "not supported"),
        ReferenceKey(
            "spec.promotionMechanisms.argoCDAppUpdates",
            .list,
            "Applications to update after all Git updates. They run as one `argocd-update`, see [Argo CD](ArgoCD.md). If a source of an Application is an updated repository, the step waits until the Application is at the pushed commit"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.argoCDAppUpdates[].appName",
            .text,
            isRequired: true,
            "the name of the Application"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.argoCDAppUpdates[].appNamespace",
            .text,
            default: "`argocd.namespace` of `hoistway.yaml`",
            "the namespace of the Application"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.argoCDAppUpdates[].origin",
            .mapping,
            "the warehouse whose freight is used. The nearest one counts"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.argoCDAppUpdates[].sourceUpdates",
            .list,
            "changes of the Application's sources. A change that matches no source is ignored, as in Kargo"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.argoCDAppUpdates[].sourceUpdates[].repoURL",
            .text,
            isRequired: true,
            "the URL of the repository"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.argoCDAppUpdates[].sourceUpdates[].chart",
            .text,
            "the chart, for a repository of Helm charts"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.argoCDAppUpdates[].sourceUpdates[].updateTargetRevision",
            .any,
            "no effect, as in Kargo: the `targetRevision` of a listed source is set whenever the freight has a version for it"
        ),
        ReferenceKey("spec.promotionMechanisms.argoCDAppUpdates[].sourceUpdates[].origin", .mapping, ""),
        ReferenceKey(
            "spec.promotionMechanisms.argoCDAppUpdates[].sourceUpdates[].kustomize",
            .mapping,
            "Kustomize images"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.argoCDAppUpdates[].sourceUpdates[].kustomize.images",
            .list(atLeast: 1),
            isRequired: true,
            "the images"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.argoCDAppUpdates[].sourceUpdates[].kustomize.images[].image",
            .text,
            isRequired: true,
            "the name of the image"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.argoCDAppUpdates[].sourceUpdates[].kustomize.images[].useDigest",
            .flag,
            default: "`false`",
            "if true, the digest is set instead of the tag"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.argoCDAppUpdates[].sourceUpdates[].kustomize.images[].origin",
            .mapping,
            ""
        ),
        ReferenceKey("spec.promotionMechanisms.argoCDAppUpdates[].sourceUpdates[].kustomize.origin", .mapping, ""),
        ReferenceKey("spec.promotionMechanisms.argoCDAppUpdates[].sourceUpdates[].helm", .mapping, "Helm parameters"),
        ReferenceKey(
            "spec.promotionMechanisms.argoCDAppUpdates[].sourceUpdates[].helm.images",
            .list(atLeast: 1),
            isRequired: true,
            "the images"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.argoCDAppUpdates[].sourceUpdates[].helm.images[].image",
            .text,
            isRequired: true,
            "the name of the image"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.argoCDAppUpdates[].sourceUpdates[].helm.images[].key",
            .text,
            isRequired: true,
            "the name of the parameter"
        ),
        ReferenceKey(
            "spec.promotionMechanisms.argoCDAppUpdates[].sourceUpdates[].helm.images[].value",
            .choice(["ImageAndTag", "Tag", "ImageAndDigest", "Digest"]),
            isRequired: true,
            "the part of the image that becomes the value"
        ),
        ReferenceKey("spec.promotionMechanisms.argoCDAppUpdates[].sourceUpdates[].helm.images[].origin", .mapping, ""),
        ReferenceKey("spec.promotionMechanisms.argoCDAppUpdates[].sourceUpdates[].helm.origin", .mapping, ""),
    ]
}
