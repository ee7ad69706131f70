import HoistwayCrypto
import HoistwayModel

/// What a reload has changed, by names only: no line has the value of a secret.
package enum ConfigurationChanges {
    /// How many names of one kind are listed.
    private static let maxNames = 20

    package static func lines(from old: LoadedSettings, to new: LoadedSettings) -> [String] {
        credentials(old.credentials, new.credentials) + webhooks(old, new) + notifications(old.settings, new.settings)
            + messageChannels(old.settings, new.settings)
            + hosts(old, new) + git(old.settings.git, new.settings.git) + http(old.settings, new.settings)
            + clusters(old, new) + argocd(old.settings, new.settings) + verification(old.settings, new.settings)
            + statuses(old.settings, new.settings)
            + pipelines(old.pipelines, new.pipelines)
    }

    /// Settings of `git` that belong to no host and need no restart.
    private static func git(_ old: GitSettings, _ new: GitSettings) -> [String] {
        var changed: [String] = []
        if old.author != new.author { changed.append("git.author") }
        if old.transport != new.transport { changed.append("git.transport") }
        if old.maxRefsPerPush != new.maxRefsPerPush { changed.append("git.maxRefsPerPush") }
        if old.allowInsecureHTTP != new.allowInsecureHTTP { changed.append("git.allowInsecureHTTP") }
        if old.allowFileURLs != new.allowFileURLs { changed.append("git.allowFileURLs") }
        if old.timeouts != new.timeouts { changed.append("git.timeouts") }
        return changed.map { "\($0) changed" }
    }

    private static func http(_ old: Settings, _ new: Settings) -> [String] {
        let names = Set(old.projects.keys).union(new.projects.keys).sorted()
        return (old.http == new.http ? [] : ["http changed"])
            + names.filter { old.projects[$0]?.http != new.projects[$0]?.http }.map {
                "project \($0): its http changed"
            }
    }

    private static func clusters(_ old: LoadedSettings, _ new: LoadedSettings) -> [String] {
        let lines = compare(
            byName(old.settings.clusters.map(\.withoutPlace), \.name),
            byName(new.settings.clusters.map(\.withoutPlace), \.name)
        ).map { "cluster \($0.name) \($0.how)" }
        let same = new.settings.clusters.filter { cluster in
            old.settings.clusters.contains { $0.withoutPlace == cluster.withoutPlace }
        }
        return lines
            + same.filter { $0.file.map { old.files[$0] != new.files[$0] } ?? false }
            .map { "cluster \($0.name): its kubeconfig changed" }
    }

    private static func argocd(_ old: Settings, _ new: Settings) -> [String] {
        let names = Set(old.projects.keys).union(new.projects.keys).sorted()
        return (old.argocd == new.argocd ? [] : ["argocd changed"])
            + (old.imageUpdater == new.imageUpdater ? [] : ["imageUpdater changed"])
            + names.filter { old.projects[$0]?.argocd != new.projects[$0]?.argocd }.map {
                "project \($0): its argocd changed"
            }
    }

    private static func verification(_ old: Settings, _ new: Settings) -> [String] {
        let names = Set(old.projects.keys).union(new.projects.keys).sorted()
        return (old.missingVerification == new.missingVerification ? [] : ["verification changed"])
            + names.filter { old.projects[$0]?.missingVerification != new.projects[$0]?.missingVerification }.map {
                "project \($0): its verification changed"
            }
    }

    private static func statuses(_ old: Settings, _ new: Settings) -> [String] {
        let names = Set(old.projects.keys).union(new.projects.keys).sorted()
        return (old.statuses == new.statuses ? [] : ["promotions.statuses changed"])
            + names.filter { old.projects[$0]?.statuses != new.projects[$0]?.statuses }.map {
                "project \($0): its promotions.statuses changed"
            }
    }

    private static func credentials(_ old: ManifestCredentials, _ new: ManifestCredentials) -> [String] {
        func byName(_ book: ManifestCredentials) -> [String: [CredentialEntry]] {
            Dictionary(grouping: book.entries) { "\($0.credential.name) (\($0.credential.kind.rawValue))" }
        }
        return compare(byName(old), byName(new)).map { "credential \($0.name) \($0.how)" }
    }

    private static func webhooks(_ old: LoadedSettings, _ new: LoadedSettings) -> [String] {
        let (before, after) = (old.settings.webhooks, new.settings.webhooks)
        let receivers = compare(
            byName(before.receivers.map(\.withoutPlace), \.name),
            byName(after.receivers.map(\.withoutPlace), \.name)
        )
        var lines =
            receivers
            .map { change -> String in
                let isSecret =
                    byName(before.receivers, \.name)[change.name]?.secrets
                    != byName(after.receivers, \.name)[change.name]?.secrets
                return change.how == "changed" && isSecret
                    ? "receiver \(change.name): its secrets changed" : "receiver \(change.name) \(change.how)"
            }
        if let tls = after.tls, before.tls == tls,
            [tls.certificate, tls.key].contains(where: { old.files[$0] != new.files[$0] })
        {
            lines.append("webhooks.tls: the certificate changed")
        }
        return lines
    }

    private static func notifications(_ old: Settings, _ new: Settings) -> [String] {
        compare(
            byName(old.notifications.map(\.withoutPlace), \.name),
            byName(new.notifications.map(\.withoutPlace), \.name)
        ).map { "notification \($0.name) \($0.how)" }
    }

    private static func messageChannels(_ old: Settings, _ new: Settings) -> [String] {
        func byName(_ channels: [MessageChannelSettings]) -> [String: MessageChannelSettings] {
            self.byName(channels.map(\.withoutPlace), \.name)
        }
        let names = Set(old.projects.keys).union(new.projects.keys).sorted()
        return compare(byName(old.messageChannels), byName(new.messageChannels))
            .map { "message channel \($0.name) \($0.how)" }
            + names.flatMap { project in
                compare(
                    byName(old.projects[project]?.messageChannels ?? []),
                    byName(new.projects[project]?.messageChannels ?? [])
                ).map { "project \(project): its message channel \($0.name) \($0.how)" }
            }
    }

    /// How hosts are reached, and the files with trusted certificates and host keys.
    private static func hosts(_ old: LoadedSettings, _ new: LoadedSettings) -> [String] {
        func isChanged(_ path: String?) -> Bool { path.map { old.files[$0] != new.files[$0] } ?? false }
        var lines = compare(byName(old.settings.git.hosts, \.host), byName(new.settings.git.hosts, \.host))
            .map { "git host \($0.name) \($0.how)" }
        for host in new.settings.git.hosts where old.settings.git.hosts.contains(host) && isChanged(host.caFile) {
            lines.append("git host \(host.host): its caFile changed")
        }
        if old.settings.git.knownHosts != new.settings.git.knownHosts || isChanged(new.settings.git.knownHosts) {
            lines.append("git.knownHosts changed")
        }
        lines += compare(byName(old.settings.registries, \.host), byName(new.settings.registries, \.host))
            .map { "registry \($0.name) \($0.how)" }
        for registry in new.settings.registries
        where old.settings.registries.contains(registry) && isChanged(registry.caFile) {
            lines.append("registry \(registry.host): its caFile changed")
        }
        return lines
    }

    private static func pipelines(_ old: Pipelines, _ new: Pipelines) -> [String] {
        let client = old.gitClient == new.gitClient ? [] : ["the gitClient of the ClusterConfig changed"]
        var lines =
            client
            + compare(old.projects.mapValues { _ in true }, new.projects.mapValues { _ in true })
            .map { "project \($0.name) \($0.how)" }
        for (name, project) in new.projects.sorted(by: { $0.key < $1.key }) {
            guard let earlier = old.projects[name] else { continue }
            if earlier.promotionPolicies.map(\.withoutPlace) != project.promotionPolicies.map(\.withoutPlace) {
                lines.append("project \(name): its promotion policies changed")
            }
            if earlier.commitTemplate != project.commitTemplate {
                lines.append("project \(name): its commitMessage changed")
            }
        }
        let before = old.projects.values.flatMap(\.stages.values).map(\.withoutPlaces)
        let after = new.projects.values.flatMap(\.stages.values).map(\.withoutPlaces)
        lines += compare(byName(before, \.key.description), byName(after, \.key.description))
            .map { "stage \($0.name) \($0.how)" }
        let first = old.projects.values.flatMap(\.warehouses.values).map(\.withoutPlaces)
        let second = new.projects.values.flatMap(\.warehouses.values).map(\.withoutPlaces)
        lines += compare(byName(first, \.key.description), byName(second, \.key.description))
            .map { "warehouse \($0.name) \($0.how)" }
        guard lines.count > maxNames else { return lines }
        return lines.prefix(maxNames) + [
            "and \(lines.count - maxNames) more changes of projects, stages and warehouses"
        ]
    }

    private static func byName<Value>(_ values: some Sequence<Value>, _ name: (Value) -> String) -> [String: Value] {
        Dictionary(values.map { (name($0), $0) }) { first, _ in first }
    }

    private static func compare<Value: Equatable>(
        _ old: [String: Value],
        _ new: [String: Value]
    ) -> [(name: String, how: String)] {
        Set(old.keys).union(new.keys).sorted().compactMap { name in
            switch (old[name], new[name]) {
            case (nil, _?): (name, "was added")
            case (_?, nil): (name, "was removed")
            case (let before?, let after?): before == after ? nil : (name, "changed")
            case (nil, nil): nil
            }
        }
    }
}

/// Replaces the place: a line that was inserted above a stage does not change the stage.
private let nowhere = SourcePlace(file: "", line: 0)

extension ReceiverSettings {
    fileprivate var withoutPlace: ReceiverSettings {
        var receiver = self
        receiver.place = nowhere
        return receiver
    }
}

extension NotificationSettings {
    fileprivate var withoutPlace: NotificationSettings {
        var notification = self
        notification.place = nowhere
        return notification
    }
}

extension MessageChannelSettings {
    fileprivate var withoutPlace: MessageChannelSettings {
        var channel = self
        channel.place = nowhere
        return channel
    }
}

extension ClusterSettings {
    fileprivate var withoutPlace: ClusterSettings {
        var cluster = self
        cluster.place = nowhere
        return cluster
    }
}

extension PromotionPolicy {
    fileprivate var withoutPlace: PromotionPolicy {
        var policy = self
        policy.place = nowhere
        return policy
    }
}

extension Stage {
    fileprivate var withoutPlaces: Stage {
        var stage = self
        stage.place = nowhere
        switch promotion {
        case .controlFlow: break
        case .steps(var steps):
            for index in steps.indices { steps[index].place = nowhere }
            stage.promotion = .steps(steps)
        case .mechanisms(var mechanisms):
            mechanisms.place = nowhere
            for index in mechanisms.gitRepoUpdates.indices { mechanisms.gitRepoUpdates[index].place = nowhere }
            for index in mechanisms.argoCDAppUpdates.indices { mechanisms.argoCDAppUpdates[index].place = nowhere }
            stage.promotion = .mechanisms(mechanisms)
        }
        return stage
    }
}

extension Warehouse {
    fileprivate var withoutPlaces: Warehouse {
        var warehouse = self
        warehouse.place = nowhere
        warehouse.subscriptions = subscriptions.map { subscription in
            switch subscription {
            case .git(var git):
                git.place = nowhere
                return .git(git)
            case .image(var image):
                image.place = nowhere
                return .image(image)
            case .chart(var chart):
                chart.place = nowhere
                return .chart(chart)
            }
        }
        return warehouse
    }
}
