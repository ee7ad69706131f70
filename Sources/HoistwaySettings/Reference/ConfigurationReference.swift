/// What users read about the configuration file: each key, its type, its default and what it is for.
package enum ConfigurationReference {
    /// All keys, in the order of the page; each mapping comes before the keys in it.
    package static let keys: [ReferenceKey] =
        sections.flatMap { section -> [ReferenceKey] in
            [section] + rows.filter { $0.path.hasPrefix(section.path + ".") || $0.path.hasPrefix(section.path + "[]") }
        }
        + rows.filter { row in
            !sections.contains { row.path.hasPrefix($0.path + ".") || row.path.hasPrefix($0.path + "[]") }
        } + forms

    /// Mappings and lists for which the page has a section, or only their keys.
    static let sections: [ReferenceKey] = [
        ReferenceKey("webhooks", .mapping, "The public listener, and who may send webhooks to it"),
        ReferenceKey("console", .mapping, "The private listener for the API and the dashboard"),
        ReferenceKey("health", .mapping, "The private listener for health checks and metrics"),
        ReferenceKey("state", .mapping, "Where the state is kept"),
        ReferenceKey("git", .mapping, "How Git repositories are reached"),
        ReferenceKey("programs", .mapping, "The programs that the steps `kustomize-build` and `helm-template` run"),
        ReferenceKey("registries", .list, "Registries and chart repositories that need more than a login"),
        ReferenceKey("kubernetes", .mapping, "The clusters that Hoistway reaches"),
        ReferenceKey("argocd", .mapping, "How Applications of Argo CD are found and updated"),
        ReferenceKey("imageUpdater", .mapping, "Stages that are made of Argo CD Image Updater's Applications"),
        ReferenceKey("verification", .mapping, "How freight is verified"),
        ReferenceKey("sharedResources", .mapping, "Credentials and Secrets that all projects share"),
        ReferenceKey("promotions", .mapping, "What is shown of promotions elsewhere"),
        ReferenceKey("http", .mapping, "Where the steps that send requests may send them"),
        ReferenceKey("acknowledged", .list, "Warnings of `hoistway check` that are hidden"),
        ReferenceKey("notifications", .list, "Webhooks that receive what happens"),
        ReferenceKey("messageChannels", .list, "Where the step `send-message` sends to"),
        ReferenceKey("log", .mapping, "The log"),
        ReferenceKey("projects", .mapping, "Settings of one project that its manifests have no field for"),
    ]

    /// Keys inside values that the page describes as a whole.
    static let forms: [ReferenceKey] =
        nested + secret.map { $0.below("webhooks.receivers[].secrets[].") }
        + ["notifications[]", "messageChannels[]", "projects.NAME.messageChannels[]"].flatMap { list in
            secret.map { $0.below("\(list).secret.") } + secret.map { $0.below("\(list).url.") }
        } + again("argocd", except: ["instance", "kargoAnnotation"]) + again("http", except: [])
        + rows.compactMap { row in
            row.path.hasPrefix("messageChannels[].") ? row.below("projects.NAME.") : nil
        }

    private static let nested: [ReferenceKey] = [
        ReferenceKey("kubernetes.clusters", .mapping, "The clusters, by a name that you choose"),
        ReferenceKey("webhooks.tls", .mapping, "The certificate of the listener"),
        ReferenceKey("state.retention", .mapping, "How long bodies of finished deliveries are kept"),
        ReferenceKey("git.cache", .mapping, "The folder for Git objects"),
        ReferenceKey("git.author", .mapping, "The author of commits"),
        ReferenceKey("git.timeouts", .mapping, "When a connection is given up"),
        ReferenceKey("git.hosts", .list, "Git hosts that need more than a login"),
        ReferenceKey("programs.limits", .mapping, "The limits of one run"),
        ReferenceKey("projects.NAME.verification", .mapping, "How freight of the project is verified"),
        ReferenceKey("projects.NAME.promotions", .mapping, "What is shown of the project's promotions elsewhere"),
        ReferenceKey("projects.NAME.stages", .mapping, "Settings of stages, by their names"),
        ReferenceKey("projects.NAME.stages.NAME.limits", .mapping, "What a promotion may change without a person"),
        ReferenceKey("projects.NAME.warehouses", .mapping, "Settings of warehouses, by their names"),
        ReferenceKey("manifests[].git", .mapping, "Manifests in a Git repository"),
        ReferenceKey("manifests[].git.url", .text, isRequired: true, "The URL of the repository"),
        ReferenceKey("manifests[].git.ref", .text, default: "the default branch", "The branch to follow"),
        ReferenceKey("manifests[].git.path", .text, default: "the whole repository", "A folder, or a pattern of files"),
        ReferenceKey(
            "manifests[].git.projects",
            .allOrTexts,
            isRequired: true,
            "The projects that these manifests may define"
        ),
        ReferenceKey("manifests[].git.variables", .texts, "The variables that these manifests may use"),
        ReferenceKey(
            "manifests[].git.interval",
            .duration,
            default: "`5m`",
            "How often the branch is read; `10s` at least"
        ),
        ReferenceKey("manifestVariables[].name", .text, isRequired: true, "The name of the variable"),
        ReferenceKey(
            "manifestVariables[].secret",
            .flag,
            default: "`false`",
            "`true`: the variable may be used only in Secrets, and is never shown"
        ),
        ReferenceKey("manifestVariables[].file", .path, "The file that holds its value"),
        ReferenceKey("manifestVariables[].credential", .text, "The systemd credential that holds its value"),
    ]

    /// Where a secret comes from: exactly one of these.
    private static let secret: [ReferenceKey] = [
        ReferenceKey("file", .path, "A file that holds the value"),
        ReferenceKey("credential", .text, "The name of a systemd credential that holds the value"),
        ReferenceKey("env", .text, "The environment variable that holds the value"),
    ]

    /// The keys of a mapping that projects have too.
    private static func again(_ mapping: String, except: Set<String>) -> [ReferenceKey] {
        rows.filter { row in
            row.path.hasPrefix(mapping + ".") && !except.contains(String(row.path.dropFirst(mapping.count + 1)))
        }
        .map { $0.below("projects.NAME.") }
    }
}
