/// A place beside the lanes, for steps that take long.
///
/// There is a limited number of each kind. Steps that hang in places of one kind do not delay those of another.
package enum StepPlace: Hashable, Sendable {
    /// For programs, requests of the step `http`, and downloads.
    case general
    /// For steps that ask Argo CD in one cluster, given by its name.
    case cluster(String)
    /// For steps of one project that ask Git hosts about pull requests.
    case pullRequests(project: String)
}

extension StepContext {
    /// Whether a step that needs such a place may run now.
    func mayRun(at needed: StepPlace) -> Bool { isApart && (place ?? needed) == needed }
}
