/// The keys and kinds of every version of Kargo, 0.1 to today's main branch.
///
/// Such a word is never reported as a misspelling of another, even where Hoistway does not use it.
enum KargoVocabulary {
    /// Keys directly under `spec`, by kind; the `spec` of a kind that is not here is not checked.
    static let specKeys: [String: [String]] = [
        "Project": ["promotionPolicies"],
        "ProjectConfig": ["promotionPolicies", "webhookReceivers", "freightLinks", "stageLinks", "promotionWindows"],
        "ClusterConfig": ["webhookReceivers", "gitClient", "freightLinks", "stageLinks", "promotionWindows"],
        "Warehouse": ["shard", "interval", "freightCreationPolicy", "freightCreationCriteria", "subscriptions"],
        "Stage": [
            "shard", "vars", "requestedFreight", "promotionTemplate", "verification", "targets", "subscriptions",
            "promotionMechanisms",
        ],
        "PromotionTask": ["vars", "steps"],
        "ClusterPromotionTask": ["vars", "steps"],
        "Promotion": ["stage", "freight", "origin", "vars", "steps", "target"],
    ]

    /// Kinds, those that Kargo has dropped included.
    static let kinds: Set<String> = [
        "Project", "ProjectConfig", "ClusterConfig", "Warehouse", "Stage", "Freight", "Promotion", "PromotionTask",
        "ClusterPromotionTask", "PromotionRequest", "PromotionWindow", "Target", "PromotionPolicy", "Environment",
        "ProjectList", "ProjectConfigList", "ClusterConfigList", "WarehouseList", "StageList", "FreightList",
        "PromotionList", "PromotionTaskList", "ClusterPromotionTaskList", "PromotionRequestList", "TargetList",
        "PromotionPolicyList", "EnvironmentList",
    ]

    /// Names of annotations below `kargo.akuity.io/`.
    static let annotations: Set<String> = [
        "refresh", "reverify", "abort", "color", "description", "create-actor", "auto-promotion-hold",
        "auto-promotion-resume", "rollback", "authorized-stage", "argocd-context", "replicate-to", "keep-namespace",
        "migrated", "replicated-at", "promotion", "github-token-scopes", "event-actor",
    ]

    /// Names of labels below `kargo.akuity.io/`.
    static let labels: Set<String> = [
        "alias", "cred-type", "stage", "freight-collection", "project", "shard", "controller", "replicated-from",
        "replicated-sha",
    ]

    /// Every key of every mapping.
    static let keys: Set<String> = Set(specKeys.values.joined()).union([
        // Freight, promotions, and keys that only old versions had.
        "alias", "origin", "commits", "images", "charts", "artifacts", "discoveredAt", "warehouse", "environment",
        "enableAutoPromotion", "healthChecks", "links", "params", "labels", "id", "qualifiers",
        // Policies, selectors, receivers, links and windows.
        "stage", "stageSelector", "autoPromotionEnabled", "autoRollback", "onPromotion", "onVerification", "name",
        "matchLabels", "matchExpressions", "key", "operator", "values", "secretRef", "github", "gitlab", "gitea",
        "bitbucket", "dockerhub", "quay", "harbor", "artifactory", "azure", "generic", "actions", "action",
        "whenExpression", "parameters", "targetSelectionCriteria", "labelSelector", "indexSelector", "matchIndices",
        "virtualRepoName", "title", "url", "description", "if", "projectSelector", "rrule", "dtstart", "dtend",
        "email", "signingKeySecret",
        // Subscriptions.
        "git", "image", "chart", "config", "repoURL", "commitSelectionStrategy", "branch", "semverConstraint",
        "strictSemvers", "allowTagsRegexes", "ignoreTagsRegexes", "allowTags", "ignoreTags", "expressionFilter",
        "includePaths", "excludePaths", "since", "insecureSkipTLSVerify", "blobless", "discoveryLimit",
        "imageSelectionStrategy", "tagSelectionStrategy", "constraint", "platform", "cacheByTag", "gitRepoURL",
        "expression", "scanPaths", "registryURL",
        // Requested freight.
        "sources", "direct", "stages", "requiredSoakTime", "availabilityStrategy", "autoPromotionOptions",
        "selectionPolicy", "upstreamStages",
        // Templates, steps and verification.
        "uses", "task", "as", "continueOnError", "retry", "timeout", "errorThreshold", "value", "analysisTemplates",
        "analysisRunMetadata", "args", "kind", "metadata", "spec",
        // The mechanisms of 0.1 to 0.9.
        "gitRepoUpdates", "argoCDAppUpdates", "readBranch", "writeBranch", "pullRequest", "render", "kustomize",
        "helm", "bookkeeper", "path", "useDigest", "valuesFilePath", "chartPath", "repository", "appName",
        "appNamespace", "sourceUpdates", "updateTargetRevision",
    ])
}

/// The kinds of Kubernetes' group "v1"; none of them is reported as a misspelling of another.
enum CoreVocabulary {
    static let kinds: Set<String> = [
        "Binding", "ComponentStatus", "ConfigMap", "Endpoints", "Event", "LimitRange", "List", "Namespace", "Node",
        "PersistentVolume", "PersistentVolumeClaim", "Pod", "PodTemplate", "ReplicationController", "ResourceQuota",
        "Secret", "Service", "ServiceAccount",
    ]

    /// Kubernetes' keys under `metadata`, including those of exported objects.
    static let metadataKeys = [
        "name", "namespace", "labels", "annotations", "generateName", "uid", "resourceVersion", "generation",
        "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "ownerReferences", "finalizers",
        "managedFields", "selfLink", "clusterName",
    ]
}
