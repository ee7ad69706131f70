import HoistwayModel
import HoistwayPorts

/// `argocd-update` and `argocd-wait` of a project for which no cluster is configured.
///
/// They fail, unless the operator has chosen to skip them: work that was not done must not count as done.
struct MissingClusterStep: Sendable {
    private let uses: String
    private let applications: [String]
    /// `nil`: the promotion was stored by a version that always skipped such steps.
    private let rule: MissingArgoCD?

    init(_ template: StepTemplate) {
        uses = template.uses
        applications = (template.config["apps"]?.list ?? []).compactMap { $0["name"]?.string }
        rule = template.missingArgoCD
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        switch rule {
        case .fail: throw failure
        case .skip:
            return StepOutcome(.skipped("no cluster is configured, and argocd.whenMissing is skip\(left)"))
        case nil: return StepOutcome(.skipped("no cluster is configured\(left)"))
        }
    }

    var failure: StepFailure {
        .cannotAct(
            "\(uses) cannot act: no cluster is configured\(left)",
            hint:
                "where Argo CD follows the branch by itself, write `argocd: {whenMissing: skip}` in the configuration, "
                + "at the top or below the project, reload, and promote again"
        )
    }

    private var left: String {
        guard !applications.isEmpty else { return "" }
        let verb = uses == "argocd-wait" ? "waited for" : "updated"
        guard applications.count > 1 else { return "; the Application \(applications[0]) was not \(verb)" }
        return "; the Applications \(Listing.text(applications)) were not \(verb)"
    }
}
