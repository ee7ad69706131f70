import HoistwayEvents
import HoistwayModel

extension Checks {
    /// Two listeners cannot have one address.
    func checkListeners() {
        let listeners = [
            ("webhooks", settings.webhooks.listen), ("console", settings.console.listen),
            ("health", settings.health.listen),
        ]
        for (index, (name, address)) in listeners.enumerated() {
            for (other, taken) in listeners[..<index] where address.collides(with: taken) {
                problems.error(
                    place("\(name).listen"),
                    "\(name) and \(other) both listen on \(address)",
                    hint: "give each listener a port of its own"
                )
            }
        }
    }
}

extension Checks {
    /// Receivers differ in name, path and secret, and name projects that exist.
    func checkReceivers() {
        let receivers = settings.webhooks.receivers
        for (index, receiver) in receivers.enumerated() {
            for other in receivers[..<index] { compare(receiver, with: other) }
            checkProjects(of: receiver)
            checkTrust(of: receiver)
            if receiver.secrets.enumerated().contains(where: { receiver.secrets[..<$0.offset].contains($0.element) }) {
                problems.warning(place("secrets", of: receiver), "the receiver \(receiver.name) has one secret twice")
            }
            if receiver.maxBodyBytes > settings.webhooks.bodiesInFlightBytes {
                problems.error(
                    place("maxBodyBytes", of: receiver),
                    "maxBodyBytes of \(receiver.name) is above webhooks.bodiesInFlightBytes: such a body is never read"
                )
            }
        }
    }

    private func compare(_ receiver: ReceiverSettings, with other: ReceiverSettings) {
        let line = other.place.line
        if receiver.name == other.name, !receiver.name.isEmpty {
            problems.error(
                place("name", of: receiver),
                "two receivers are called \(receiver.name): the first is in line \(line)"
            )
        }
        if receiver.path == other.path {
            problems.error(
                place("path", of: receiver),
                "the receivers \(other.name) (line \(line)) and \(receiver.name) have one path: \(receiver.path)",
                hint: "give one of them another path"
            )
        }
        if receiver.secrets.contains(where: other.secrets.contains) {
            problems.error(
                place("secrets", of: receiver),
                "the receivers \(other.name) (line \(line)) and \(receiver.name) have one secret: "
                    + "what is signed for one would be taken by the other",
                hint: "give each its own"
            )
        }
    }

    private func checkProjects(of receiver: ReceiverSettings) {
        guard isComplete else { return }
        for name in receiver.projects ?? [] where pipelines.projects[name] == nil && !unplaced.contains(name) {
            problems.error(
                place("projects", of: receiver),
                "the receiver \(receiver.name) serves the project \(ShownText.text(name)), which is not there",
                hint: Spelling.hint(for: name, among: pipelines.projects.keys.sorted())
            )
        }
    }

    /// Unsigned bodies are trusted only where nobody on the network path can change them.
    private func checkTrust(of receiver: ReceiverSettings) {
        guard receiver.trust == .evidence else { return }
        let place = place("trust", of: receiver)
        guard settings.webhooks.tls != nil || settings.webhooks.listen.isLoopback else {
            problems.error(
                place,
                "trust: evidence needs TLS (webhooks.tls) or a listener on loopback",
                hint: "without it, anybody on the way can name any image"
            )
            return
        }
        problems.warning(
            place,
            "what the receiver \(receiver.name) says is trusted without a check: whoever has its secret can name any image"
        )
    }

    private func place(_ key: String, of receiver: ReceiverSettings) -> SourcePlace {
        place("\(receiver.place.path).\(key)")
    }

    /// Warns of warehouses that no event can reach: they run discovery only at their interval.
    func checkReach() {
        for project in projects {
            for warehouse in project.warehouses.values.sorted(by: { $0.key.name < $1.key.name }) {
                for subscription in warehouse.subscriptions where !isReached(subscription, in: project) {
                    problems.warning(
                        subscription.place,
                        "no receiver handles events of \(subscription.id): the warehouse \(warehouse.key.name) checks "
                            + "it only at its interval",
                        hint: "add it to the sources of a receiver that serves the project \(project.name)"
                    )
                }
            }
        }
    }

    private func isReached(_ subscription: Subscription, in project: Project) -> Bool {
        // For repositories with an index.yaml only Gitea and Forgejo send events: most have the interval alone.
        if case .chart(let chart) = subscription, !chart.isOCI { return true }
        return settings.webhooks.receivers.contains { receiver in
            guard receiver.serves(project: project.name) else { return false }
            switch subscription {
            case .git(let git): return receiver.sender.tellsOfGit && receiver.sources.covers(git.key)
            case .image(let image):
                let isItsHost = receiver.imageHost.map { $0 == image.key.host } ?? true
                return receiver.sender.tellsOfImages && isItsHost && receiver.sources.covers(image.key)
            case .chart(let chart):
                guard let key = chart.key else { return true }
                let isItsHost = receiver.imageHost.map { $0 == key.host } ?? true
                return receiver.sender.tellsOfImages && isItsHost && receiver.sources.covers(key)
            }
        }
    }
}
