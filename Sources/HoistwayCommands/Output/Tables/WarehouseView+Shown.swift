import HoistwayModel
import HoistwayPorts

extension WarehouseView: ThingView {
    static var kind: ThingKind { .warehouse }
    var handle: String { "\(project)/\(name)" }
    var projectName: String? { project }

    static func sheet(_ warehouses: [WarehouseView], _ look: Look) -> Sheet {
        var table = Table(
            "WAREHOUSE",
            Table.Column("SUBSCRIPTION", least: 16),
            Table.Column("NEWEST", least: 7),
            "LOOKED",
            Table.Column("LOOKED AT", isWide: true),
            Table.Column("OUTCOME", isPainted: true),
            "NEXT"
        )
        for one in warehouses {
            for place in one.subscriptions.indices {
                let source = one.sources.count == one.subscriptions.count ? one.sources[place] : nil
                table.add(
                    look.name(one.project, one.name),
                    // Where nothing was found, the whole line says why.
                    source?.newest == nil
                        ? one.subscriptions[place] : source?.shownName ?? one.subscriptions[place],
                    source?.newest?.version ?? "",
                    one.lastLook?.age(at: look.now) ?? "",
                    one.lastLook.map { Timestamp(seconds: $0.seconds).rfc3339 } ?? "",
                    one.outcome.rawValue,
                    one.nextLook?.wait(at: look.now) ?? ""
                )
            }
        }
        return Sheet(table: table, empty: "no warehouses", notes: warehouses.flatMap(\.notes))
    }

    private var notes: [String] {
        let failures = failures.map { "failed: \($0)" }
        let shownSkips = skipped.prefix(10).map { "skipped: \($0)" }
        let more = skipped.count > 10 ? ["\(skipped.count - 10) more tags are skipped"] : []
        let all = [description].compactMap(\.self) + (undecided ?? []) + failures + held + shownSkips + more
        return all.map { "\(handle): \($0)" }
    }

    var detail: PrintedText {
        var lines = DetailLines("warehouse \(handle): \(outcome.rawValue)")
        for one in subscriptions { lines.add("watches", one) }
        if let lastLook { lines.add("last look", lastLook.shown) }
        if let nextLook { lines.add("next look", nextLook.shownAhead) }
        if freightCreation == .manual { lines.add("freight", "is made only when a person asks for it") }
        for one in failures { lines.add("failed", one) }
        for one in undecided ?? [] { lines.add("waits", one) }
        for one in held { lines.add("held", one) }
        for one in skipped { lines.add("skipped", one) }
        if let description { lines.add("about", description) }
        return lines.text
    }
}

extension SubscriptionView {
    /// `image ghcr.io/acme/app`.
    fileprivate var shownName: String {
        let kind = self.kind == .commit ? "git" : self.kind.rawValue
        return "\(kind) \(repository)" + (chart.map { " \($0)" } ?? "")
    }
}
