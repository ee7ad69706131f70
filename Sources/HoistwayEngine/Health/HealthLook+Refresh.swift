import HoistwayModel
import HoistwayPorts
import Logging

extension HealthLook {
    /// Why the stage may not ask Argo CD to compare an Application; `nil` if it may.
    ///
    /// A request is a write. So it has the conditions of a promotion: promote mode and an Application that authorises
    /// the stage.
    func refusal(of key: StageKey, _ address: ApplicationAddress, _ reading: ApplicationReading) -> String? {
        let configuration = core.configuration
        guard let stage = configuration.pipelines.stage(key),
            configuration.pipelines.mode(of: stage, program: configuration.mode) == .promote
        else { return "\(key.name) is in observe mode" }
        let options = configuration.argocd(key.project)
        // If the project has changed its cluster since the promotion, the former cluster is only read.
        guard options.cluster == address.cluster else {
            return "promotions of \(key.project) no longer write to the cluster \(address.cluster)"
        }
        guard case .found(let application) = reading else { return "the Application was not read" }
        guard !application.skipsReconciling else {
            return "it passes over the Application: argocd.argoproj.io/skip-reconcile is true"
        }
        let authorization = ApplicationAuthorization.of(application, for: key, options)
        guard case .refused(let reason, let hint) = authorization else { return nil }
        return "the Application does not authorise the stage: \(reason); \(hint)"
    }

    /// Asks Argo CD to compare an Application again, if it has missed a change.
    func refresh(
        _ address: ApplicationAddress,
        _ reading: ApplicationReading,
        _ judgement: inout ApplicationJudgement,
        _ previous: ApplicationHealth?,
        of stage: StageKey
    ) async {
        if let refusal = refusal(of: stage, address, reading) { return judgement.withhold(refusal) }
        let now = core.ports.clock.now()
        var failure: String?
        do throws(ArgoCDFailure) {
            guard let cluster = core.ports.argocd?.cluster(address.cluster) else { return }
            try await cluster.refresh(address.key, isHard: true, hydrates: false, at: now)
        } catch {
            failure = error.message
        }
        var fields: [LogKey: String] = [
            .stage: stage.description, .application: address.description, .reason: judgement.health.reason,
        ]
        judgement.refreshed(at: now, failure: failure, previous: previous)
        fields[.attempts] = judgement.health.refresh.map { String($0.attempts) }
        if let failure {
            fields[.error] = failure
            core.log.warning("Argo CD could not be asked to look at an Application again", metadata: .of(fields))
        } else {
            core.log.notice("Argo CD was asked to look at an Application again", metadata: .of(fields))
        }
    }
}

extension ApplicationJudgement {
    /// Records that Argo CD is not asked, and why.
    mutating func withhold(_ reason: String) {
        needsRefresh = false
        health.reason += "; Argo CD is not asked to look again: \(reason)"
    }
}
