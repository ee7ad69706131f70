extension Intake {
    /// What a push means for manifests that are followed in Git.
    func following(_ push: PushEvent, matcher: some PatternMatcher) -> Result {
        var result = Result()
        for source in pipelines.sources {
            switch source.news(of: push, matcher: matcher) {
            case .changed:
                result.isMatched = true
                result.manifests.append(source)
                result.trace.append("the manifests of \(source.place) are read again: \(push.ref) was pushed")
            case .untouched(let reason):
                result.trace.append("the manifests of \(source.place) are not read again: \(reason)")
            case nil: continue
            }
        }
        return result
    }
}
