extension Event {
    /// The repositories that the event names; empty for events of registries.
    package var repoKeys: [RepositoryKey] {
        switch self {
        case .push(let push): push.repoKeys
        case .tag(let tag): tag.repoKeys
        case .pullRequest(let request): request.repoKeys
        case .ping(let keys), .ignored(let keys, _): keys
        case .image, .chart: []
        }
    }

    /// The image repository that the event names; `nil` for events of Git hosts.
    package var imageKey: ImageKey? {
        switch self {
        case .image(let image): image.image
        case .chart(let chart): chart.repository
        default: nil
        }
    }

    /// All keys as text, for messages and lists.
    package var keys: [String] {
        repoKeys.map(\.text) + (imageKey.map { [$0.text] } ?? [])
    }
}
