import HoistwayModel
import HoistwayPorts

extension StageView: ThingView {
    static var kind: ThingKind { .stage }
    var handle: String { "\(project)/\(name)" }
    var projectName: String? { project }

    static func sheet(_ stages: [StageView], _ look: Look) -> Sheet {
        var table = Table(
            "STAGE",
            Table.Column("MODE", usual: "promote"),
            Table.Column("AUTO", isWide: true),
            Table.Column("VERSION", least: 7),
            Table.Column("FREIGHT", isWide: true),
            Table.Column("PHASE", isPainted: true),
            Table.Column("HEALTH", usual: "-", isPainted: true),
            Table.Column("WAITING", usual: "0"),
            "AGE",
            Table.Column("SINCE", isWide: true),
            Table.Column("LABELS", isWide: true),
            Table.Column("WHY", least: 12)
        )
        for one in stages {
            table.add(
                look.name(one.project, one.name),
                one.mode.rawValue,
                one.autoPromotion ? "on" : "off",
                one.shownVersion,
                one.contents.map(\.alias).joined(separator: ", "),
                one.phase,
                one.health?.status?.rawValue ?? "",
                String(one.waiting),
                one.since?.age(at: look.now) ?? "",
                one.since.map { Timestamp(seconds: $0.seconds).rfc3339 } ?? "",
                one.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ","),
                one.why(at: look.now)
            )
        }
        let notes =
            stages.compactMap { one -> String? in
                let parts = [one.description, one.color].compactMap(\.self)
                return parts.isEmpty ? nil : "\(one.handle): \(parts.joined(separator: "; "))"
            } + stages.compactMap(\.illness)
        return Sheet(table: table, empty: "no stages", notes: notes)
    }

    /// Since when its promotion is open, else since when its freight is there.
    private var since: Timestamp? { openPromotion?.createdAt ?? contents.map(\.since).max() }

    private var shownVersion: String {
        let artifacts = contents.flatMap(\.artifacts)
        return artifacts.isEmpty
            ? current.joined(separator: ", ") : ShortVersion.text(artifacts.map { ($0.name, $0.version) })
    }

    private func why(at now: Timestamp) -> String {
        guard let nextTry else { return reason }
        let next = nextTry <= now ? "now" : "in \(nextTry.wait(at: now))"
        return "\(reason); \(isWaiting == true ? "looks again" : "next try") \(next)"
    }

    /// Why a stage with Applications is not healthy.
    private var illness: String? {
        guard let health, let status = health.status, status != .healthy, !health.applications.isEmpty else {
            return nil
        }
        let since = health.since.map { " since \($0.shown)" } ?? ""
        return "\(handle): \(status.rawValue)\(since): \(health.reason)"
    }

    var detail: PrintedText {
        var lines = DetailLines("stage \(handle): \(phase)")
        lines.add("state", state.rawValue)
        lines.add("why", why(at: SystemClock().now()))
        if mode == .observe { lines.add("mode", "observe: nothing is pushed") }
        lines.add("auto", autoPromotion ? "on" : autoPromotionReason ?? "off")
        for one in contents {
            let artifacts = one.artifacts.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
            let verified = one.isVerified ? "verified" : "not verified"
            let missing = one.missing.map { "; \($0)" } ?? ""
            lines.add(
                "freight",
                "\(one.alias) (\(one.freight.prefix(7))): \(artifacts), since \(one.since.shown), \(verified)\(missing)"
            )
        }
        for one in upstream {
            let sources = (one.direct ? ["warehouse \(one.warehouse)"] : []) + one.stages.map { "stage \($0)" }
            lines.add("takes", "freight of \(one.warehouse) from \(Listing.text(sources, limit: 20))")
        }
        for branch in branches {
            let head = branch.head.map { " at \($0.prefix(12))" } ?? ""
            lines.add("branch", "\(branch.name)\(head) of \(branch.repository)")
        }
        for one in drift { lines.add("drift", one) }
        if let lost { lines.add("lost", lost) }
        for pause in pauses {
            let since = pause.since.map { " (since \($0.shown))" } ?? ""
            lines.add("paused", pause.reason + since)
            if let command = pause.endedBy { lines.add("", "end it with: \(command)") }
        }
        if let status = health?.status {
            let reason = health.map { $0.reason.isEmpty ? "" : ": \($0.reason)" } ?? ""
            lines.add("health", status.rawValue + reason)
        }
        for one in health?.applications ?? [] {
            lines.add("", "\(one.namespace)/\(one.name) of \(one.cluster): \(one.status.rawValue)")
        }
        for (title, promotion) in [("now", openPromotion), ("last", lastPromotion)] {
            guard let promotion else { continue }
            let step = promotion.step.map { ", step \($0) of \(promotion.steps)" } ?? ""
            let at = (promotion.finishedAt ?? promotion.createdAt).shown
            lines.add(title, "\(promotion.id): \(promotion.phase.rawValue)\(step), \(at)")
            if !promotion.message.isEmpty { lines.add("", promotion.message) }
        }
        if waiting > 0 { lines.add("waiting", "\(Listing.count(waiting, "promotion")) behind it") }
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) { lines.add("label", "\(key)=\(value)") }
        if let description { lines.add("about", description) }
        return lines.text
    }
}
