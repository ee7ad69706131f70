import HoistwayModel
import HoistwaySettings
import HoistwaySteps

extension ReadConfiguration {
    /// As ``loaded(with:)``, and each step is made once, as a promotion would make it: what it then refuses is told now.
    func judged(with versions: [ManifestVersion]) -> (LoadedSettings?, [Problem]) {
        var (loaded, problems) = loaded(with: versions)
        for stage in loaded?.pipelines.stagesInOrder ?? [] {
            guard case .steps(let steps) = stage.promotion else { continue }
            for step in steps {
                guard let failure = StepRegistry.problem(with: step) else { continue }
                let problem = Problem(
                    severity: .error,
                    place: step.place,
                    message: failure.message,
                    hint: failure.hint
                )
                problems.append(problem)
                loaded = nil
            }
        }
        return (loaded, problems)
    }
}
