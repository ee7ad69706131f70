/// A place beside the lanes, where steps run that take their time.
///
/// There is a limited number of each kind. What hangs in the places of one kind holds up nobody in those of another.
package enum StepPlace: Hashable, Sendable {
    /// For programs, for requests of the step `http`, and for downloads.
    case general
    /// For steps that ask Argo CD in one cluster; its name.
    case cluster(String)
    /// For steps of one project that ask Git hosts about pull requests.
    case pullRequests(project: String)
}

extension StepContext {
    /// Whether a step that needs such a place may run now.
    func mayRun(at needed: StepPlace) -> Bool { isApart && (place ?? needed) == needed }
}
