import HoistwayCrypto
import HoistwayModel
import HoistwayPorts

/// The entity tag of a view: made of everything that it rests on, before it is read.
///
/// It is made of the feed's numbers, not of the answer: finding out that nothing has changed costs next to nothing, and
/// a change between the tag and the reading gives the newer content an older tag, which the next request then replaces.
struct EntityTag: Equatable, Sendable {
    /// With its quotation marks.
    let text: String

    /// `nil`: the view has none.
    init?(_ call: Call, feed: ChangeFeed, now: Int64) throws {
        guard case .pipelines(let minute, let deliveries) = call.operation.tag else { return nil }
        let caller = try call.caller
        let project = try call.path["project"] ?? call.project
        let parts = [
            "\(feed.epoch)", "\(feed.newest(.configuration))", caller.role.rawValue, caller.project ?? "*",
            "\(feed.newest(project.map { .project($0) } ?? .allProjects))",
            minute ? "\(now / 60)" : "", deliveries ? "\(feed.newest(.deliveries))" : "",
        ]
        text = "\"\(Hex.encode(Array(SHA256.hash(parts.joined(separator: "\n")).prefix(16))))\""
    }

    /// Whether `If-None-Match` names it.
    func isNamed(by header: String?) -> Bool {
        guard let header else { return false }
        return header.split(separator: ",").contains { part in
            let tag = String(part).trimmed()
            return tag == text || tag == "W/\(text)"
        }
    }

    /// Whether `If-None-Match` is true only of what is not there: then it has to be looked for first.
    static func isAny(_ header: String?) -> Bool { header?.trimmed() == "*" }
}
