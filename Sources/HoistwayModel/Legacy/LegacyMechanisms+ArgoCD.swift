extension LegacyMechanisms {
    /// An item of `argoCDAppUpdates` as an item of `apps` for `argocd-update`.
    ///
    /// The targetRevision of a named source is set if the freight has a version of it: Kargo 0.7 and 0.8 never read
    /// `updateTargetRevision`.
    ///
    /// - Parameter pushed: the earlier pushes, with the commit as an expression.
    package static func application(
        _ update: ArgoCDAppUpdate,
        freight: FreightLookup,
        pushed: [(repoURL: String, commit: String)]
    ) -> ConfigValue {
        var app: [String: ConfigValue] = ["name": .string(update.appName)]
        if !update.appNamespace.isEmpty { app["namespace"] = .string(update.appNamespace) }
        let named = update.sourceUpdates ?? []
        var sources = named.map { source($0, freight: freight, pushed: pushed) }
        for push in pushed
        where !named.contains(where: { $0.chart.isEmpty && FreightLookup.isSame($0.repoURL, push.repoURL) }) {
            sources.append(["repoURL": .string(push.repoURL), "desiredRevision": .string(push.commit)])
        }
        if !sources.isEmpty { app["sources"] = .list(sources.map(ConfigValue.map)) }
        return .map(app)
    }

    private static func source(
        _ update: ArgoCDSourceUpdate,
        freight: FreightLookup,
        pushed: [(repoURL: String, commit: String)]
    ) -> [String: ConfigValue] {
        let prefix = "oci://"
        let url = update.repoURL.hasPrefix(prefix) ? String(update.repoURL.dropFirst(prefix.count)) : update.repoURL
        var source: [String: ConfigValue] = ["repoURL": .string(url)]
        if !update.chart.isEmpty { source["chart"] = .string(update.chart) }
        if let version = version(of: update, freight: freight) {
            source["desiredRevision"] = .string(version)
            source["updateTargetRevision"] = .bool(true)
        } else if update.chart.isEmpty,
            let push = pushed.first(where: { FreightLookup.isSame($0.repoURL, update.repoURL) })
        {
            source["desiredRevision"] = .string(push.commit)
        }
        let images = update.images.compactMap { image($0, freight: freight) }
        if !images.isEmpty { source["kustomize"] = .map(["images": .list(images)]) }
        let parameters = update.parameters.compactMap { parameter($0, freight: freight) }
        if !parameters.isEmpty { source["helm"] = .map(["images": .list(parameters)]) }
        return source
    }

    /// The freight's tag, otherwise its commit; for a chart its version.
    private static func version(of update: ArgoCDSourceUpdate, freight: FreightLookup) -> String? {
        if update.chart.isEmpty {
            guard case .found(let commit) = freight.commit(of: update.repoURL, from: update.origin) else { return nil }
            return commit.tag ?? commit.id.hex
        }
        let answer = freight.chart(of: update.repoURL, named: update.chart, from: update.origin)
        guard case .found(let chart) = answer else { return nil }
        return chart.version
    }

    /// `image=image:tag`; `nil`: the freight does not have the image, and nothing is set.
    private static func image(_ wanted: ArgoCDSourceUpdate.Image, freight: FreightLookup) -> ConfigValue? {
        var entry: [String: ConfigValue] = ["repoURL": .string(wanted.image), "newName": .string(wanted.image)]
        switch freight.image(wanted.image, from: wanted.origin) {
        case .absent: return nil
        // The step reports that there are several candidates.
        case .ambiguous: if wanted.useDigest { entry["useDigest"] = .bool(true) }
        case .found(let image):
            entry[wanted.useDigest ? "digest" : "tag"] = .string(wanted.useDigest ? image.digest : image.tag)
        }
        return .map(entry)
    }

    private static func parameter(_ wanted: ArgoCDSourceUpdate.Parameter, freight: FreightLookup) -> ConfigValue? {
        if case .absent = freight.image(wanted.image, from: wanted.origin) { return nil }
        var entry: [String: ConfigValue] = [
            "key": .string(wanted.key), "value": .string(wanted.value), "repoURL": .string(wanted.image),
        ]
        if let origin = wanted.origin {
            entry["fromOrigin"] = .map(["kind": .string("Warehouse"), "name": .string(origin)])
        }
        return .map(entry)
    }
}
