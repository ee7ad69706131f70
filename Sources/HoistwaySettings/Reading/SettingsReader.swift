import HoistwayModel

/// Reads the configuration file.
///
/// Every problem is reported; a wrong value is replaced by its default.
struct SettingsReader {
    let file: String
    let files: Files
    let environment: [String: String]
    let problems: ProblemList

    func read(_ document: YamlNode) -> Settings? {
        guard let fields = Fields(document, problems: problems, dialect: .ours) else { return nil }
        let webhooks = fields.fields("webhooks").map(webhooks(_:)) ?? WebhookSettings()
        let clusters = clusters(fields)
        let argocd = argocd(fields, clusters: clusters)
        let imageUpdater = imageUpdater(fields, clusters: clusters, argocd: argocd)
        let manifests = manifests(fields, hasOthers: imageUpdater.source != nil)
        var settings = Settings(
            file: file,
            mode: fields.choice("mode", PromotionMode.self) ?? Settings.defaultMode,
            webhooks: webhooks,
            console: console(fields.fields("console")),
            health: health(fields.fields("health")),
            state: state(fields.fields("state")),
            git: git(fields.fields("git")),
            programs: programs(fields.fields("programs")),
            registries: fields.each("registries").compactMap(registry(_:)),
            notifications: notifications(fields),
            log: log(fields.fields("log")),
            manifestFiles: manifests.files,
            manifestSources: manifests.sources + [imageUpdater.source].compactMap(\.self),
            manifestVariables: variables(fields),
            strict: fields.bool("strict") ?? Settings.defaultStrict,
            clusters: clusters,
            argocd: argocd,
            imageUpdater: imageUpdater.settings,
            sharedNamespace: sharedNamespace(fields) ?? Settings.defaultSharedNamespace,
            acknowledged: fields.each("acknowledged").compactMap(acknowledgement(_:)),
            projects: projects(fields, clusters: clusters)
        )
        if let http = http(fields) { settings.http = http }
        settings.messageChannels = messageChannels(fields)
        if let rule = missingVerification(fields) { settings.missingVerification = rule }
        if let statuses = statuses(fields) { settings.statuses = statuses }
        fields.finish()
        return settings
    }

    private func console(_ fields: Fields?) -> ConsoleSettings {
        guard let fields else { return ConsoleSettings() }
        let publicURL = fields.string("publicURL")
        if let publicURL, !publicURL.hasPrefix("https://"), !publicURL.hasPrefix("http://") {
            problems.error(fields.place(of: "publicURL"), "publicURL must begin with https:// or http://")
        }
        let settings = ConsoleSettings(
            listen: address(fields) ?? ConsoleSettings.defaultListen,
            publicURL: publicURL,
            hosts: fields.strings("hosts").map { $0.lowercased() }
        )
        fields.finish()
        return settings
    }

    private func sharedNamespace(_ fields: Fields) -> String? {
        guard let shared = fields.fields("sharedResources") else { return nil }
        let name = shared.string("namespace").flatMap { $0.isEmpty ? nil : $0 }
        shared.finish()
        if let name, !Name.isSubdomain(name) {
            problems.error(
                shared.place(of: "namespace"),
                "\(ShownText.text(name)) is not the name of a namespace",
                hint: "lower-case letters, digits, hyphens and dots"
            )
        }
        return name
    }

    private func health(_ fields: Fields?) -> HealthSettings {
        guard let fields else { return HealthSettings() }
        let settings = HealthSettings(listen: address(fields) ?? HealthSettings.defaultListen)
        fields.finish()
        return settings
    }

    private func acknowledgement(_ fields: Fields) -> Acknowledgement? {
        let warning = fields.requiredString("warning", hint: "the warning's message; * stands for any text in it")
        let reason = fields.requiredString("reason", hint: "say why the warning may stay")
        fields.finish()
        guard let warning, let reason else { return nil }
        return Acknowledgement(warning: warning, reason: reason, place: fields.place)
    }

    private func log(_ fields: Fields?) -> LogSettings {
        guard let fields else { return LogSettings() }
        let settings = LogSettings(
            level: fields.choice("level", LogSettings.Level.self) ?? LogSettings.defaultLevel,
            format: fields.choice("format", LogSettings.Format.self) ?? LogSettings.defaultFormat
        )
        fields.finish()
        return settings
    }

    private func state(_ fields: Fields?) -> StateSettings {
        let url = fields?.string("url") ?? StateSettings.defaultURL
        let place = fields?.place(of: "url") ?? SourcePlace(file: file, line: 0, path: "state.url")
        let retention = fields?.fields("retention")
        let settings = StateSettings(
            databasePath: databasePath(url, place: place),
            retentionAge: retention?.duration("age") ?? StateSettings.defaultRetentionAge,
            retentionBytes: retention?.bytes("bytes", in: 1024 * 1024...Int.max)
                ?? StateSettings.defaultRetentionBytes,
            retentionHistory: retention?.duration("history") ?? StateSettings.defaultRetentionHistory
        )
        retention?.finish()
        fields?.finish()
        return settings
    }

    private func databasePath(_ url: String, place: SourcePlace) -> String {
        let path = url.hasPrefix("sqlite:") ? String(url.dropFirst("sqlite:".count)) : ""
        let isTwoSlashes = path.hasPrefix("//") && !path.hasPrefix("///")
        if path.isEmpty || path.hasSuffix("/") || isTwoSlashes {
            let isPostgres = url.hasPrefix("postgres")
            problems.error(
                place,
                isPostgres ? "PostgreSQL is not supported yet" : "the state's URL names no SQLite file",
                hint: "write sqlite: and a path, as in \(StateSettings.defaultURL)"
            )
            return files.resolve(String(StateSettings.defaultURL.dropFirst("sqlite:".count)))
        }
        return files.resolve(path)
    }

    private func registry(_ fields: Fields) -> RegistrySettings? {
        let host = host(fields)
        let settings = RegistrySettings(
            host: host ?? "",
            insecure: fields.bool("insecure") ?? false,
            caFile: existingFile("caFile", fields),
            tokenServers: hosts("tokenServers", fields),
            blobStores: hosts("blobStores", fields)
        )
        fields.finish()
        return host == nil ? nil : settings
    }

    /// A list of `host` or `host:port`, lower-case, without schemes.
    private func hosts(_ key: String, _ fields: Fields) -> [String] {
        fields.strings(key).compactMap { text in
            guard !text.isEmpty, !text.contains(where: { "/@ *?".contains($0) }) else {
                problems.error(
                    fields.place(of: key),
                    "expected a host, found \(ShownText.text(URLText.withoutUser(text)))",
                    hint: "write auth.example.com or auth.example.com:8443, without a scheme"
                )
                return nil
            }
            return text.lowercased()
        }
    }

    /// `host` or `host:port`, lower-case, without a scheme.
    func host(_ fields: Fields) -> String? {
        guard let host = fields.requiredString("host") else { return nil }
        guard !host.contains("/"), !host.contains("@"), !host.contains(" ") else {
            problems.error(
                fields.place(of: "host"),
                "expected a host, found \(ShownText.text(URLText.withoutUser(host)))",
                hint: "write git.example.com or git.example.com:8443, without a scheme"
            )
            return nil
        }
        return host.lowercased()
    }

    func address(_ fields: Fields) -> ListenAddress? {
        guard let text = fields.string("listen") else { return nil }
        guard let address = ListenAddress(text) else {
            problems.error(
                fields.place(of: "listen"),
                "\(ShownText.text(text)) is not an address to listen on",
                hint: "write host:port, as in 127.0.0.1:8420 or [::]:8420"
            )
            return nil
        }
        return address
    }

    /// The complete path under a key, where it is a file.
    func existingFile(_ key: String, _ fields: Fields) -> String? {
        guard let text = fields.string(key), !text.isEmpty else { return nil }
        let path = files.resolve(text)
        if !Files.exists(path) {
            problems.error(fields.place(of: key), "\(Files.display(path)) does not exist")
        }
        return path
    }
}
