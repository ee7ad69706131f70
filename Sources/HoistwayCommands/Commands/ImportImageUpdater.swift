import ArgumentParser
import HoistwayModel
import HoistwaySettings

/// `hoistway import image-updater`: a warehouse and a stage for each Application of Argo CD Image Updater.
struct ImportImageUpdater: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image-updater",
        abstract: "Write a warehouse and a stage for each Application that Argo CD Image Updater updates.",
        discussion: """
            Reads Applications with their annotations, ImageUpdater resources, and, where they are given, the \
            controller's Deployment and its ConfigMap with the template of commit messages:

                kubectl get applications,imageupdaters,deployments,configmaps -A -o json | hoistway import image-updater -
            """
    )

    @Option(help: "The project of all stages. Without it, one for each AppProject: image-updater-<appproject>.")
    var project: String?

    @Option(help: "An AppProject whose Applications are taken; may be given several times. Without it, all.")
    var appProject: [String] = []

    @Option(help: "A branch that may be pushed, or a pattern; may be given several times. Without it, all.")
    var allowedBranch: [String] = []

    @Option(help: "The namespace of Argo CD.")
    var namespace = "argocd"

    @Argument(help: "Files of YAML or JSON, or - for standard input.")
    var files: [String]

    func run() throws {
        let policy = ImageUpdaterPolicy(
            projects: appProject.isEmpty ? nil : appProject,
            allowedBranches: allowedBranch.isEmpty ? nil : allowedBranch,
            namespace: namespace
        )
        let report = ImageUpdaterImport(policy: policy, project: project).report(on: try Import.documents(files))
        if !report.text.isEmpty { Terminal.print(report.text) }
        for line in Self.lines(of: report) { Terminal.printError(SafeText.line(line)) }
        for refusal in report.refusals { Import.tell(refusal) }
        guard report.refusals.isEmpty else { throw ExitStatus.failed }
        guard !report.plans.isEmpty else {
            throw CommandFailure.nothingToDo("no Application is one of Image Updater's")
        }
    }

    /// What the import made of each Application, and what prevented more.
    static func lines(of report: ImageUpdaterImport.Report) -> [String] {
        var lines: [String] = []
        for plan in report.plans {
            lines.append("taken: Application \(plan.application): \(plan.summary)")
            if let annotation = plan.annotation {
                lines.append("    it needs the annotation `\(annotation.name): \(annotation.value)`")
            }
            lines += plan.notes.map { "    note: \($0)" }
            lines += (report.obstacles[plan.application] ?? []).map { "    before the cut-over: \($0)" }
        }
        lines += report.notes.map { "note: \($0)" }
        let blocked = report.obstacles.count
        if blocked > 0 {
            lines.append(
                "the cut-over of \(Listing.count(blocked, "Application")) is blocked: two programs must not write the same"
            )
        }
        return lines
    }
}
