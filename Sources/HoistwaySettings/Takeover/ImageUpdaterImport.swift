package import HoistwayModel
import HoistwayPatterns

/// Turns the configuration of Image Updater into manifests.
package struct ImageUpdaterImport: Sendable {
    /// Text for a person, besides the manifests.
    package struct Report: Sendable {
        /// The manifests of each project, in the order of their names.
        package var texts: [(project: String, text: String)] = []
        /// The same as files, sorted by path: one for each project, and one for each Application, so that a broken one
        /// can be left out; empty where a person reads the manifests.
        package var files: [ManifestVersion.File] = []
        package var plans: [ImageUpdaterPlan] = []
        package var refusals: [TakeoverRefusal] = []
        /// Image Updater's own objects that cannot be read: the Applications that they select are not known.
        package var unreadable: [TakeoverRefusal] = []
        /// Notes that belong to no single Application.
        package var notes: [String] = []
        /// By Application, the parts of Image Updater that still update it.
        package var obstacles: [ApplicationKey: [String]] = [:]

        /// All manifests; empty: none.
        package var text: String { texts.map(\.text).joined(separator: "---\n") }
    }

    private let policy: ImageUpdaterPolicy
    private let project: String?

    /// - Parameter project: all stages belong to it; `nil`: one project for each AppProject.
    package init(policy: ImageUpdaterPolicy, project: String? = nil) {
        self.policy = policy
        self.project = project
    }

    /// For a person who takes an Application over.
    ///
    /// - Parameter documents: Applications, `ImageUpdater` resources, the controller's Deployment and its ConfigMap.
    package func report(on documents: [ConfigValue]) -> Report {
        var report = Report()
        var applications: [ApplicationManifest] = []
        var others = Others()
        for document in documents {
            do throws(TakeoverRefusal) {
                if document["kind"]?.string == "Application" {
                    applications.append(try ApplicationManifest(document))
                } else {
                    try others.add(document)
                }
            } catch {
                report.refusals.append(error)
            }
        }
        plan(applications, others, resources: others.resources, &report)
        let byKey = Dictionary(applications.map { ($0.application.key, $0.application) }) { first, _ in first }
        for (index, plan) in report.plans.enumerated() {
            guard let application = byKey[plan.application],
                let refusal = ImageUpdaterAdmission.refusal(of: application, namespace: policy.namespace)
            else { continue }
            report.plans[index].notes.append("\(refusal); look yourself: live it would be refused")
        }
        if !report.plans.isEmpty, others.resources.isEmpty, others.controllers.isEmpty {
            report.notes.append(
                "whether Image Updater still runs is not known: give its objects too, as in "
                    + "`kubectl get applications,imageupdaters,deployments -A -o json`"
            )
        }
        report.texts = texts(report.plans)
        return report
    }

    /// Plans for Applications as they are now, without those that Image Updater still updates or Argo CD refuses.
    ///
    /// The AppProjects have opted in, so annotations apply whether or not an `ImageUpdater` selects the Application.
    ///
    /// - Parameter objects: `ImageUpdater` resources and Deployments. Where one cannot be read, nothing is planned.
    package func report(on applications: [ApplicationManifest], besides objects: [ConfigValue]) -> Report {
        var report = Report()
        var others = Others()
        for object in objects {
            do throws(TakeoverRefusal) {
                try others.add(object)
            } catch {
                report.unreadable.append(error)
            }
        }
        guard report.unreadable.isEmpty else { return report }
        let opted = applications.filter { policy.projects?.contains($0.application.project) ?? true }
        var admitted: [ApplicationManifest] = []
        for manifest in opted.sorted(by: { $0.application.key < $1.application.key }) {
            guard ImageUpdaterReader.isAnnotated(manifest.application) else { continue }
            if let refusal = ImageUpdaterAdmission.refusal(of: manifest.application, namespace: policy.namespace) {
                report.refusals.append(refusal)
            } else {
                admitted.append(manifest)
            }
        }
        plan(admitted, others, resources: [], &report)
        report.plans.removeAll { report.obstacles[$0.application] != nil }
        report.texts = texts(report.plans)
        report.files = files(report.plans)
        return report
    }

    /// Image Updater's own objects.
    private struct Others {
        var resources: [ImageUpdaterResource] = []
        var controllers: [ImageUpdaterCutover.Controller] = []
        var message: (text: String, place: String)?

        mutating func add(_ document: ConfigValue) throws(TakeoverRefusal) {
            switch document["kind"]?.string {
            case "ImageUpdater": resources.append(try ImageUpdaterResource(document))
            case "Deployment":
                if let controller = ImageUpdaterCutover.Controller(document) { controllers.append(controller) }
            case "ConfigMap":
                guard let text = document["data"]?["git.commit-message-template"]?.string, !text.isEmpty else { return }
                let name = document["metadata"]?["name"]?.string ?? ""
                message = (text, "ConfigMap \(ShownText.bare(name)): data[git.commit-message-template]")
            default: return
            }
        }
    }

    /// - Parameter resources: the `ImageUpdater` resources that select the Applications whose annotations apply.
    private func plan(
        _ applications: [ApplicationManifest],
        _ others: Others,
        resources: [ImageUpdaterResource],
        _ report: inout Report
    ) {
        let patterns = Patterns()
        func glob(_ pattern: String, _ text: String) -> Bool { patterns.matches(glob: pattern, text) }
        let reader: ImageUpdaterReader
        do throws(TakeoverRefusal) {
            reader = try ImageUpdaterReader(
                policy: policy,
                resources: resources,
                message: others.message,
                project: project,
                glob: glob
            )
        } catch {
            report.refusals.append(error)
            return
        }
        for application in applications.sorted(by: { $0.application.key < $1.application.key }) {
            do throws(TakeoverRefusals) {
                guard let plan = try reader.plan(for: application) else { continue }
                report.plans.append(plan)
                let selecting = others.resources.flatMap { $0.items(selecting: application.application, glob: glob) }
                let cutover = ImageUpdaterCutover(controllers: others.controllers, selecting: selecting)
                if !cutover.obstacles.isEmpty { report.obstacles[plan.application] = cutover.obstacles }
            } catch {
                report.refusals += error.all
            }
        }
        refuseSameNames(&report)
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

    private func files(_ plans: [ImageUpdaterPlan]) -> [ManifestVersion.File] {
        let projects = Set(plans.map(project(of:))).map { project in
            ManifestVersion.File(path: "\(project).yaml", text: GeneratedManifests.text(of: pipeline(project, [])))
        }
        let applications = plans.map { plan in
            let project = project(of: plan)
            return ManifestVersion.File(
                path: ImageUpdaterFile.path(of: plan.application, in: project),
                text: GeneratedManifests.text(of: pipeline(project, [plan]), skipsProject: true)
            )
        }
        return (projects + applications).sorted { $0.path < $1.path }
    }

    private func pipeline(_ project: String, _ plans: [ImageUpdaterPlan]) -> GeneratedPipeline {
        GeneratedPipeline(
            project: project,
            promotesByItself: true,
            warehouses: plans.map(\.warehouse),
            stages: plans.map(\.stage)
        )
    }

    private func texts(_ plans: [ImageUpdaterPlan]) -> [(project: String, text: String)] {
        let groups = Dictionary(grouping: plans, by: project(of:))
        return groups.sorted { $0.key < $1.key }.map { project, plans in
            (project, GeneratedManifests.text(of: pipeline(project, plans)))
        }
    }
}
