extension Intake {
    /// The effect of a push on manifests that are followed in Git.
    func following(_ push: PushEvent, matcher: some PatternMatcher) -> Decision {
        var decision = Decision()
        for source in pipelines.sources {
            switch source.news(of: push, matcher: matcher) {
            case .changed:
                decision.isMatched = true
                decision.manifests.append(source)
                decision.general.append("the manifests of \(source.place) are read again: \(push.ref) was pushed")
            case .untouched(let reason):
                decision.general.append("the manifests of \(source.place) are not read again: \(reason)")
            case nil: continue
            }
        }
        return decision
    }
}
