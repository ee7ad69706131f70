import HoistwayModel
import HoistwayPorts

/// A step for Argo CD, with the cluster that it reads.
struct ClusterLook: LookingStep {
    let step: any ClusterStep
    /// Without expressions.
    let template: StepTemplate
    let access: ArgoCDAccess

    func pass(in context: StepContext, mayWrite: Bool) async throws(StepFailure) -> LookingPass {
        try await step.run(ClusterPass(context, access, mayWrite: mayWrite))
    }

    func traces(in context: StepContext) async throws(StepFailure) -> StepTrace {
        StepTrace(try await step.traces(ClusterPass(context, access, mayWrite: false)))
    }

    /// Where the cluster cannot be asked now, the preview is made from the configuration alone.
    func preview(in context: StepContext) async throws(StepFailure) -> String {
        let verb = template.uses == ArgoCDWaitStep.schema.name ? "would wait for" : "would synchronise"
        let entries = StepConfiguration(passed: template.config).items("apps").map { ApplicationChoice($0).text }
        let all = "\(verb) \(Listing.text(entries, limit: 10))"
        guard access.cluster != nil else { return "\(all) (the cluster \(access.name) was not asked)" }
        do throws(StepFailure) {
            return try await step.preview(ClusterPass(context, access, mayWrite: false))
        } catch .argocd(let failure) {
            return "\(all) (not checked: \(failure.message))"
        }
    }
}
