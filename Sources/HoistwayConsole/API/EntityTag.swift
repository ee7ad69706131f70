import HoistwayCrypto
import HoistwayModel
import HoistwayPorts

/// The entity tag of a view: made from everything that the view depends on, before it is read.
///
/// It is made from the feed's numbers, not from the answer, so finding no change costs almost nothing. After a change
/// between the tag and the reading, the newer content has an older tag, and the next request replaces it.
struct EntityTag: Equatable, Sendable {
    /// With its quotation marks.
    let text: String

    /// `nil`: the view has no tag.
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

    /// Whether `If-None-Match` has it.
    func isNamed(by header: String?) -> Bool {
        guard let header else { return false }
        return header.split(separator: ",").contains { part in
            let tag = String(part).trimmed()
            return tag == text || tag == "W/\(text)"
        }
    }

    /// Whether `If-None-Match` is `*`: then the resource must be read first, to know if it exists.
    static func isAny(_ header: String?) -> Bool { header?.trimmed() == "*" }
}
