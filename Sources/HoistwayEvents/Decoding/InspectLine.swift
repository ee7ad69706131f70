package import HoistwayModel

/// An event as `hoistway inspect` prints it: one JSON object on one line, its keys always in the same order.
package enum InspectLine {
    package static func json(_ event: Event) -> String {
        let members = members(of: event).compactMap { member in
            member.value.map { "\(JSONString.encode(member.key)):\($0)" }
        }
        return "{\(members.joined(separator: ","))}"
    }

    /// `nil` values are left out.
    private typealias Member = (key: String, value: String?)

    private static func members(of event: Event) -> [Member] {
        switch event {
        case .push(let push): members(of: push)
        case .tag(let tag): members(of: tag)
        case .pullRequest(let request): members(of: request)
        case .image(let image):
            [
                ("kind", text("ImageEvent")), ("image", text(image.image.text)), ("tags", list(image.tags)),
                ("digest", text(image.digest)),
            ]
        case .chart(let chart):
            [
                ("kind", text("ChartEvent")), ("image", text(chart.repository.text)), ("digest", text(chart.digest)),
                ("chart", text(chart.chart)), ("version", text(chart.version)),
            ]
        case .ping(let keys):
            [("kind", text("Ping")), ("repoKeys", list(keys.map(\.text)))]
        case .ignored(let keys, let reason):
            [
                ("kind", text("Ignored")), ("repoKeys", keys.isEmpty ? nil : list(keys.map(\.text))),
                ("reason", text(reason)),
            ]
        }
    }

    private static func members(of push: PushEvent) -> [Member] {
        [
            ("kind", text("PushEvent")), ("repoKeys", list(push.repoKeys.map(\.text))), ("ref", text(push.ref)),
            ("before", text(push.before)), ("commit", text(push.commit)), ("created", "\(push.created)"),
            ("deleted", "\(push.deleted)"), ("forced", push.forced.map { "\($0)" }),
            ("changedFiles", push.changedFiles.map(list)), ("commitsTruncated", "\(push.commitsTruncated)"),
        ]
    }

    private static func members(of tag: TagEvent) -> [Member] {
        [
            ("kind", text("TagEvent")), ("repoKeys", list(tag.repoKeys.map(\.text))), ("ref", text(tag.ref)),
            ("before", text(tag.before)), ("commit", text(tag.commit)), ("created", "\(tag.created)"),
            ("deleted", "\(tag.deleted)"), ("forced", tag.forced.map { "\($0)" }),
            ("changedFiles", tag.changedFiles.map(list)), ("commitsTruncated", "\(tag.commitsTruncated)"),
        ]
    }

    private static func members(of request: PullRequestEvent) -> [Member] {
        [
            ("kind", text("PullRequestEvent")), ("repoKeys", list(request.repoKeys.map(\.text))),
            ("number", "\(request.number)"), ("action", text(request.action.rawValue)),
            ("sourceBranch", text(request.sourceBranch)), ("targetBranch", text(request.targetBranch)),
            ("headSHA", text(request.headSHA)), ("mergeSHA", text(request.mergeSHA)),
        ]
    }

    private static func text(_ value: String?) -> String? { value.map(JSONString.encode) }

    private static func list(_ values: [String]) -> String {
        "[\(values.map(JSONString.encode).joined(separator: ","))]"
    }
}
