extension Event {
    /// The repositories of the event; empty for events of registries.
    package var repoKeys: [RepositoryKey] {
        switch self {
        case .push(let push): push.repoKeys
        case .tag(let tag): tag.repoKeys
        case .pullRequest(let request): request.repoKeys
        case .ping(let keys), .ignored(let keys, _): keys
        case .image, .chart: []
        }
    }

    /// The image repository of the event; `nil` for events of Git hosts.
    package var imageKey: ImageKey? {
        switch self {
        case .image(let image): image.image
        case .chart(let chart): chart.repository
        default: nil
        }
    }

    /// The subject of the event, in one line for people.
    package var subject: String {
        let keys = keys.joined(separator: ", ")
        return switch self {
        case .push(let push): "\(push.ref) of \(keys)"
        case .tag(let tag): "\(tag.ref) of \(keys)"
        case .pullRequest(let request): "pull request \(request.number) of \(keys)"
        case .image(let image):
            image.tags.isEmpty ? "\(keys)@\(image.digest ?? "?")" : "\(keys):\(image.tags.joined(separator: ", "))"
        case .chart(let chart): "chart \(chart.chart) \(chart.version)"
        case .ping: "ping"
        case .ignored: keys
        }
    }

    /// One event for each tag, so that each is decided separately: the first must not wait for the second.
    package var singles: [Event] {
        guard case .image(let image) = self, image.tags.count > 1 else { return [self] }
        return image.tags.map { tag in
            var single = image
            single.tags = [tag]
            return .image(single)
        }
    }

    /// All keys as text, for messages and lists.
    package var keys: [String] {
        repoKeys.map(\.text) + (imageKey.map { [$0.text] } ?? [])
    }
}
