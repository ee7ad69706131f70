package import HoistwayModel
import HoistwayPatterns

/// Turns what Image Updater was told into manifests.
package struct ImageUpdaterImport: Sendable {
    /// What a person should read beside the manifests.
    package struct Report: Sendable, Equatable {
        /// The manifests; empty: none.
        package var text = ""
        package var plans: [ImageUpdaterPlan] = []
        package var refusals: [TakeoverRefusal] = []
        /// Notes that are not of one Application.
        package var notes: [String] = []
        /// By Application, what is still at work.
        package var obstacles: [ApplicationKey: [String]] = [:]
    }

    private let policy: ImageUpdaterPolicy
    private let project: String?

    /// - Parameter project: all stages come into it; `nil`: one project for each AppProject.
    package init(policy: ImageUpdaterPolicy, project: String? = nil) {
        self.policy = policy
        self.project = project
    }

    /// - Parameter documents: Applications, `ImageUpdater` resources, the controller's Deployment and its ConfigMap.
    package func report(on documents: [ConfigValue]) -> Report {
        var report = Report()
        var applications: [ApplicationManifest] = []
        var resources: [ImageUpdaterResource] = []
        var controllers: [ImageUpdaterCutover.Controller] = []
        var message: (text: String, place: String)?
        for document in documents {
            do throws(TakeoverRefusal) {
                switch document["kind"]?.string {
                case "Application": applications.append(try ApplicationManifest(document))
                case "ImageUpdater": resources.append(try ImageUpdaterResource(document))
                case "Deployment":
                    if let controller = ImageUpdaterCutover.Controller(document) { controllers.append(controller) }
                case "ConfigMap":
                    if let text = document["data"]?["git.commit-message-template"]?.string, !text.isEmpty {
                        let name = document["metadata"]?["name"]?.string ?? ""
                        message = (text, "ConfigMap \(ShownText.bare(name)): data[git.commit-message-template]")
                    }
                default: continue
                }
            } catch {
                report.refusals.append(error)
            }
        }
        let patterns = Patterns()
        let reader: ImageUpdaterReader
        do throws(TakeoverRefusal) {
            reader = try ImageUpdaterReader(
                policy: policy,
                resources: resources,
                message: message,
                project: project,
                glob: { patterns.matches(glob: $0, $1) }
            )
        } catch {
            report.refusals.append(error)
            return report
        }
        for application in applications.sorted(by: { $0.application.key < $1.application.key }) {
            do throws(TakeoverRefusals) {
                guard let plan = try reader.plan(for: application) else { continue }
                report.plans.append(plan)
                let cutover = ImageUpdaterCutover(
                    controllers: controllers,
                    selecting: reader.active(for: application.application)
                )
                if !cutover.obstacles.isEmpty { report.obstacles[plan.application] = cutover.obstacles }
            } catch {
                report.refusals += error.all
            }
        }
        refuseSameNames(&report)
        if !report.plans.isEmpty, resources.isEmpty, controllers.isEmpty {
            report.notes.append(
                "whether Image Updater still runs is not known: give its objects too, as in "
                    + "`kubectl get applications,imageupdaters,deployments -A -o json`"
            )
        }
        report.text = text(report.plans)
        return report
    }

    /// Two Applications must not write each other's stage.
    private func refuseSameNames(_ report: inout Report) {
        let groups = Dictionary(grouping: report.plans) { [project(of: $0), $0.stage.name] }
        for (_, plans) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) where plans.count > 1 {
            for plan in plans {
                report.refusals.append(
                    TakeoverRefusal(
                        "Application \(plan.application)",
                        "several Applications would have the stage \(plan.stage.name) in \(project(of: plan))"
                    )
                )
            }
            report.plans.removeAll { plan in plans.contains { $0.application == plan.application } }
        }
    }

    private func project(of plan: ImageUpdaterPlan) -> String {
        project ?? ImageUpdaterPlan.project(of: plan.appProject)
    }

    private func text(_ plans: [ImageUpdaterPlan]) -> String {
        let groups = Dictionary(grouping: plans, by: project(of:))
        return groups.sorted { $0.key < $1.key }.map { project, plans in
            GeneratedManifests.text(
                of: GeneratedPipeline(
                    project: project,
                    promotesByItself: true,
                    warehouses: plans.map(\.warehouse),
                    stages: plans.map(\.stage)
                )
            )
        }.joined(separator: "---\n")
    }
}
