import HoistwayModel
import HoistwaySettings
import HoistwaySteps

extension ReadConfiguration {
    /// As ``loaded(with:schemas:judge:)``, and each step is made once, as a promotion would make it: what it then refuses is
    /// told now.
    func judged(with versions: [ManifestVersion]) -> (LoadedSettings?, [Problem]) {
        loaded(with: versions, schemas: StepRegistry.schemas) { StepRegistry.problem(with: $0) }
    }
}
