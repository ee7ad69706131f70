import HoistwayModel
import HoistwayPorts

extension EngineOperator {
    /// Deliveries in the inbox that may still concern a stage: those that were not read yet, and those that wait for an
    /// answer; one line each.
    func undecided(before stage: Stage) async throws -> [String] {
        var lines: [String] = []
        let queue = try await core.ports.store.queue()
        if let line = queue.line(now: core.ports.clock.now()) { lines.append(line) }
        let names = Set(stage.requestedFreight.map(\.warehouse))
        let warehouses = pipelines.projects[stage.key.project]?.warehouses ?? [:]
        for name in names.sorted() {
            for subscription in warehouses[name]?.subscriptions ?? [] {
                lines += undecided(for: subscription, of: WarehouseKey(project: stage.key.project, name: name))
            }
        }
        return lines
    }

    /// How many deliveries a subscription has not decided.
    func count(undecided subscription: Subscription, _ key: SubscriptionKey) -> Int {
        behind(subscription) + core.asking.standing(of: key).waiting
    }

    /// How many undecided deliveries in the backlog may concern a subscription.
    private func behind(_ subscription: Subscription) -> Int {
        switch subscription {
        case .image(let image): core.backlog.count(of: image.key.text)
        case .git(let git): core.backlog.count(of: git.key.text)
        case .chart(let chart): chart.key.map { core.backlog.count(of: $0.text) } ?? 0
        }
    }

    /// The deliveries in the inbox that a subscription has not decided.
    func undecided(for subscription: Subscription, of warehouse: WarehouseKey) -> [String] {
        let key = SubscriptionKey(warehouse: warehouse, subscription: subscription.id)
        var lines: [String] = []
        let behind = behind(subscription)
        if behind > 0 { lines.append("\(key): \(DeliveryQueue.count(behind)) to be decided") }
        let standing = core.asking.standing(of: key)
        guard standing.waiting > 0 else { return lines }
        let now = core.ports.clock.now()
        let why = standing.trouble.map {
            " since \($0.since.rfc3339): \($0.reason); the next try is \(NextTry.text($0.nextTry, now: now))"
        }
        lines.append("\(key): \(DeliveryQueue.count(standing.waiting)) for an answer\(why ?? "")")
        return lines
    }
}
