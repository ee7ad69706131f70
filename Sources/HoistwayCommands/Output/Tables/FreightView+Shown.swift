import HoistwayModel
import HoistwayPorts

extension FreightView: ThingView {
    static var kind: ThingKind { .freight }
    var handle: String { "\(project)/\(alias)" }
    var projectName: String? { project }

    static func sheet(_ freight: [FreightView], _ look: Look) -> Sheet {
        var table = Table(
            "ALIAS",
            Table.Column("ID", isWide: true),
            Table.Column("WAREHOUSE", least: 20),
            Table.Column("VERSION", least: 7),
            Table.Column("ARTIFACTS", isWide: true),
            Table.Column("IN", least: 11),
            Table.Column("VERIFIED IN", least: 11),
            "AGE",
            Table.Column("DISCOVERED", isWide: true)
        )
        for one in freight {
            table.add(
                one.alias,
                String(one.id.prefix(7)),
                look.name(one.project, one.warehouse),
                one.contents.isEmpty
                    ? one.artifacts.map(shortened).joined(separator: ", ")
                    : ShortVersion.text(one.contents.map { ($0.name, $0.version) }),
                one.artifacts.map(shortened).joined(separator: ", "),
                one.currentlyIn.joined(separator: ","),
                (one.verifiedIn + (one.failedIn ?? [:]).keys.sorted().map { "\($0):failed" }).joined(separator: ","),
                one.discoveredAt.age(at: look.now),
                Timestamp(seconds: one.discoveredAt.seconds).rfc3339
            )
        }
        return Sheet(table: table, empty: "no freight")
    }

    /// Twelve digits of a digest or commit are enough for people; `-o json` has them all.
    private static func shortened(_ artifact: String) -> String {
        guard let mark = artifact.lastIndex(of: "@") else { return artifact }
        let id = artifact[artifact.index(after: mark)...]
        let digits = id.split(separator: ":").last ?? id
        guard digits.count > 12, digits.allSatisfy(\.isHexDigit) else { return artifact }
        return String(artifact[...mark] + id.dropLast(digits.count - 12))
    }

    var detail: PrintedText {
        var lines = DetailLines("freight \(alias) (\(id.prefix(7))) of warehouse \(project)/\(warehouse)")
        lines.add("id", id)
        for one in artifacts { lines.add("artifact", one) }
        lines.add("found", "\(discoveredAt.shown): \(cause)")
        for entry in trail {
            var parts: [String] = []
            if entry.isPresent { parts.append("is there" + (entry.since.map { " since \($0.shown)" } ?? "")) }
            if let verified = entry.verifiedAt {
                parts.append("verified \(verified.shown)" + (entry.verifiedBy.map { " by \($0)" } ?? ""))
            }
            if let failure = entry.verificationFailure { parts.append("does not work: \(failure.reason)") }
            if entry.approvedAt != nil { parts.append("approved by \(entry.approvedBy ?? "somebody")") }
            if let promotion = entry.promotion {
                parts.append("promotion \(promotion) \(entry.phase?.rawValue ?? "")")
            }
            lines.add("stage", "\(entry.stage): \(parts.joined(separator: ", "))")
        }
        return lines.text
    }
}
