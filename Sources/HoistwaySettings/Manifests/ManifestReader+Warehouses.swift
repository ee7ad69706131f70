import HoistwayModel

extension ManifestReader {
    func readWarehouse(_ manifest: Manifest) {
        guard let spec = spec(of: manifest) else { return }
        spec.note("shard", .warning, "shard has no effect: one program runs all warehouses")
        let options = settings.projects[manifest.namespace]?.warehouses[manifest.name]
        let items = spec.each("subscriptions", dialect: selecting)
        if items.isEmpty {
            problems.error(spec.place(of: "subscriptions"), "a warehouse subscribes to one repository at least")
        }
        let interval = spec.duration("interval")
        if let interval, interval < .seconds(1) {
            problems.error(spec.place(of: "interval"), "the interval is below a second")
        }
        let subscriptions = items.compactMap { subscription($0, onTagMoved: options?.onTagMoved) }
        let criteria = freightCreationCriteria(spec, subscriptions: subscriptions)
        if subscriptions.count < items.count {
            partlyRead.insert(WarehouseKey(project: manifest.namespace, name: manifest.name))
        }
        let warehouse = Warehouse(
            key: WarehouseKey(project: manifest.namespace, name: manifest.name),
            interval: interval ?? .seconds(300),
            freightCreationPolicy: spec.choice("freightCreationPolicy", Warehouse.FreightCreationPolicy.self)
                ?? .automatic,
            freightCreationCriteria: criteria?.text,
            subscriptions: criteria?.readsBuildTimes == true ? subscriptions.map(\.readingBuildTime) : subscriptions,
            annotations: annotations(of: manifest),
            place: manifest.place
        )
        spec.finish()
        manifest.fields.finish()
        refuseDoubles(in: warehouse)
        update(by: manifest) { $0.warehouses[manifest.name] = warehouse }
    }

    func spec(of manifest: Manifest) -> Fields? {
        if !manifest.fields.has("spec") { manifest.fields.missing("spec") }
        return manifest.fields.fields("spec")
    }

    private func subscription(_ fields: Fields, onTagMoved: ImageSubscription.MovedTagRule?) -> Subscription? {
        fields.note("name", .error, "named subscriptions are not supported yet: the name is part of the freight's id")
        let kinds = ["image", "git", "chart"].filter { fields.has($0) }
        guard kinds.count == 1 else {
            problems.error(
                fields.place,
                kinds.isEmpty
                    ? "a subscription is one of git, image and chart; others need a plug-in and are not supported"
                    : "a subscription is to one thing, not to \(kinds.joined(separator: " and "))"
            )
            fields.accept("git", "image", "chart")
            return nil
        }
        fields.finish()
        if let image = fields.fields("image") { return self.image(image, onTagMoved: onTagMoved) }
        if let git = fields.fields("git") { return self.git(git) }
        return fields.fields("chart").flatMap(chart(_:))
    }

    private func image(_ fields: Fields, onTagMoved: ImageSubscription.MovedTagRule?) -> Subscription? {
        let url = fields.requiredString("repoURL")
        let strategy = fields.choice("imageSelectionStrategy", ImageSubscription.Strategy.self) ?? .semVer
        tellOldName(ofStrategy: strategy, fields)
        let constraint = imageConstraint(fields, strategy: strategy)
        fields.accept("gitRepoURL")
        fields.note("cacheByTag", .warning, "cacheByTag has no effect: digests are looked up when an event names none")
        let strict = fields.bool("strictSemvers") ?? true
        let tags = tagRules(fields)
        let platform = fields.string("platform").flatMap { self.platform($0, place: fields.place(of: "platform")) }
        let insecure = fields.bool("insecureSkipTLSVerify") ?? false
        let limit = fields.integer("discoveryLimit", in: 1...100) ?? 20
        fields.finish()
        guard let url, let key = imageKey(url, place: fields.place(of: "repoURL")) else { return nil }
        return .image(
            ImageSubscription(
                repoURL: url,
                key: key,
                strategy: strategy,
                constraint: constraint,
                strictSemvers: strict,
                tags: tags,
                platform: platform,
                onTagMoved: onTagMoved,
                insecureSkipTLSVerify: insecure,
                discoveryLimit: limit,
                place: fields.place
            )
        )
    }

    /// Kubernetes drops `tagSelectionStrategy`, a name of the first versions: it is allowed where nothing depends on
    /// it.
    private func tellOldName(ofStrategy strategy: ImageSubscription.Strategy, _ fields: Fields) {
        guard fields.has("tagSelectionStrategy"), let written = fields.string("tagSelectionStrategy") else { return }
        let isSame = written.lowercased() == strategy.rawValue.lowercased()
        problems.add(
            isSame ? .warning : .error,
            fields.place(of: "tagSelectionStrategy"),
            "tagSelectionStrategy has no effect: tags are selected by \(strategy.rawValue)",
            hint: "the key is called imageSelectionStrategy"
        )
    }

    /// `constraint`, or `semverConstraint`, its name up to Kargo 1.8.
    private func imageConstraint(_ fields: Fields, strategy: ImageSubscription.Strategy) -> String? {
        let newer = fields.string("constraint")
        let older = fields.string("semverConstraint")
        if newer != nil, older != nil {
            problems.warning(
                fields.place(of: "semverConstraint"),
                "semverConstraint has no effect beside constraint, as in Kargo 1.7 and 1.8",
                hint: "take it out"
            )
        } else if older?.isEmpty == false {
            oldForm(
                "semverConstraint of an image",
                of: "Kargo 1.8 and before",
                today: "`constraint: \(YamlQuoted.text(older ?? ""))`",
                place: fields.place(of: "semverConstraint")
            )
        }
        let place = fields.place(of: newer == nil && older != nil ? "semverConstraint" : "constraint")
        let constraint = (newer ?? older).flatMap { $0.isEmpty ? nil : $0 }
        switch strategy {
        case .semVer:
            if let constraint { patterns.constraint(constraint, place: place) }
        case .digest:
            if constraint == nil {
                problems.error(place, "the Digest strategy needs a constraint: the name of the tag that moves")
            } else if let constraint, !ImageTag.isValid(constraint) {
                problems.error(place, "\(ShownText.text(constraint)) is not the name of a tag")
            }
        case .lexical, .newestBuild:
            if constraint != nil {
                problems.warning(place, "\(strategy.rawValue) does not look at a constraint: it has no effect")
            }
        }
        return constraint
    }

    private func imageKey(_ url: String, place: SourcePlace) -> ImageKey? {
        do throws(KeyError) {
            let reference = try ImageReference(parsing: url)
            guard reference.tag == nil, reference.digest == nil, !url.contains("://") else {
                problems.error(
                    place,
                    "\(ShownText.text(URLText.withoutUser(url))) must be an image's name without scheme, tag and digest"
                )
                return nil
            }
            return reference.key
        } catch {
            problems.error(place, error.message, hint: error.hint)
            return nil
        }
    }

    private func platform(_ text: String, place: SourcePlace) -> String? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), !parts.contains("") else {
            problems.error(place, "\(ShownText.text(text)) is not a platform", hint: "write it as in linux/arm64")
            return nil
        }
        return text
    }

    func tagRules(_ fields: Fields) -> TagRules {
        var rules = TagRules()
        for pattern in fields.placedStrings("allowTagsRegexes") {
            patterns.regex(pattern.text, place: pattern.place)
            rules.allow.append(pattern.text)
        }
        for pattern in fields.placedStrings("ignoreTagsRegexes") {
            patterns.regex(pattern.text, place: pattern.place)
            rules.ignore.append(pattern.text)
        }
        if let pattern = fields.string("allowTags"), !pattern.isEmpty {
            patterns.regex(pattern, place: fields.place(of: "allowTags"))
            rules.allow.append(pattern)
            fields.note(
                "allowTags",
                .warning,
                "allowTags works here, but Kargo 1.11 and later refuse it",
                hint: "write `allowTagsRegexes: [\(YamlQuoted.text(pattern))]`"
            )
        }
        rules.ignoreExact = fields.strings("ignoreTags")
        if !rules.ignoreExact.isEmpty {
            let exact = rules.ignoreExact.map { YamlQuoted.text("^\(Self.escaped($0))$") }
            fields.note(
                "ignoreTags",
                .warning,
                "ignoreTags works here, but Kargo 1.11 and later refuse it",
                hint: "write `ignoreTagsRegexes: [\(exact.joined(separator: ", "))]`"
            )
        }
        return rules
    }

    /// A regular expression that matches this text only.
    private static func escaped(_ text: String) -> String {
        text.map { "\\.+*?()|[]{}^$".contains($0) ? "\\\($0)" : String($0) }.joined()
    }

    private func chart(_ fields: Fields) -> Subscription? {
        let url = fields.requiredString("repoURL")
        let name = fields.string("name") ?? ""
        let constraint = fields.string("semverConstraint")
        let insecure = fields.bool("insecureSkipTLSVerify") ?? false
        let limit = fields.integer("discoveryLimit", in: 1...100) ?? 20
        fields.finish()
        if let constraint, !constraint.isEmpty {
            patterns.constraint(constraint, place: fields.place(of: "semverConstraint"))
        }
        guard let url else { return nil }
        let scheme = URLText.scheme(of: url)
        if scheme == "oci", !name.isEmpty {
            problems.error(fields.place(of: "name"), "a chart in an OCI repository has no name of its own")
        } else if scheme == "http" || scheme == "https", name.isEmpty {
            problems.error(fields.place(of: "name"), "name is missing: the repository holds many charts")
        } else if scheme != "oci", scheme != "http", scheme != "https" {
            problems.error(fields.place(of: "repoURL"), "a chart's repoURL begins with https://, http:// or oci://")
        } else if scheme == "oci" ? ImageKey(url) == nil : WebAddress(URLText.withoutUser(url)) == nil {
            problems.error(
                fields.place(of: "repoURL"),
                "\(ShownText.text(URLText.withoutUser(url))) names no repository of charts",
                hint: scheme == "oci"
                    ? "write it as in oci://registry.example.com/charts/web, without a tag"
                    : "write it as in https://charts.example.com, without index.yaml"
            )
        }
        gitChecks.refusePassword(in: url, place: fields.place(of: "repoURL"))
        return .chart(
            ChartSubscription(
                repoURL: url,
                name: name,
                semverConstraint: constraint,
                insecureSkipTLSVerify: insecure,
                discoveryLimit: limit,
                place: fields.place
            )
        )
    }

    /// Allows one subscription for each repository and type: the freight's artifacts are found by repository.
    private func refuseDoubles(in warehouse: Warehouse) {
        var seen: Set<String> = []
        for subscription in warehouse.subscriptions where !seen.insert(subscription.id).inserted {
            problems.error(subscription.place, "this warehouse subscribes twice to one repository: \(subscription.id)")
        }
    }
}

extension Subscription {
    var place: SourcePlace {
        switch self {
        case .image(let image): image.place
        case .git(let git): git.place
        case .chart(let chart): chart.place
        }
    }
}
