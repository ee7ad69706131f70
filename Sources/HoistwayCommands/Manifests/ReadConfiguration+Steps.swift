import HoistwayModel
import HoistwaySettings
import HoistwaySteps

extension ReadConfiguration {
    /// As ``loaded(with:more:schemas:judge:)``, and each step is made once, as a promotion would make it.
    ///
    /// A step that a promotion would refuse is a problem now.
    func judged(with versions: [ManifestVersion], more: [Problem] = []) -> (LoadedSettings?, [Problem]) {
        loaded(with: versions, more: more, schemas: StepRegistry.schemas) { StepRegistry.problem(with: $0) }
    }
}
