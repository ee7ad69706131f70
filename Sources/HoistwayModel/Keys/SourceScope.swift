/// All names that a receiver may send events for.
package struct SourceScope: Sendable, Equatable {
    package var patterns: [SourcePattern]

    package init(_ patterns: [SourcePattern]) {
        self.patterns = patterns
    }

    package func covers(_ key: RepositoryKey) -> Bool { patterns.contains { $0.matches(key) } }
    package func covers(_ key: ImageKey) -> Bool { patterns.contains { $0.matches(key) } }

    /// The event as far as it is in scope; `nil` where no part of it is.
    ///
    /// Each key out of scope is removed: a payload with its own and another repository must not reach the subscriptions
    /// of the other one. An event without names (an organisation's ping) passes.
    package func limiting(_ event: Event) -> Event? {
        switch event {
        case .push(var push):
            push.repoKeys = push.repoKeys.filter(covers)
            return push.repoKeys.isEmpty ? nil : .push(push)
        case .tag(var tag):
            tag.repoKeys = tag.repoKeys.filter(covers)
            return tag.repoKeys.isEmpty ? nil : .tag(tag)
        case .pullRequest(var request):
            request.repoKeys = request.repoKeys.filter(covers)
            return request.repoKeys.isEmpty ? nil : .pullRequest(request)
        case .image(let image): return covers(image.image) ? event : nil
        case .chart(let chart): return covers(chart.repository) ? event : nil
        case .ping, .ignored: return event
        }
    }
}
