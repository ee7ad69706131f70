/// The warehouse and the stage for an Application of Image Updater, with remarks for people.
package struct ImageUpdaterPlan: Sendable, Equatable {
    package var application: ApplicationKey
    /// The AppProject.
    package var appProject: String
    package var warehouse: GeneratedWarehouse
    package var stage: GeneratedStage
    /// The annotation that the Application needs, so that the stage may update it; `nil`: it needs no annotation.
    package var annotation: (name: String, value: String)?
    package var notes: [String]
    /// For people: the images and, for Git, the file and the branch.
    package var summary: String

    package static func == (left: ImageUpdaterPlan, right: ImageUpdaterPlan) -> Bool {
        left.application == right.application && left.appProject == right.appProject
            && left.warehouse == right.warehouse && left.stage == right.stage
            && left.annotation?.value == right.annotation?.value && left.notes == right.notes
            && left.summary == right.summary
    }

    /// The project of the Applications of an AppProject.
    package static func project(of appProject: String) -> String { "image-updater-\(appProject)" }

    /// The name of the warehouse and the stage; outside of Argo CD's namespace it begins with the Application's
    /// namespace.
    package static func name(of application: ApplicationKey, namespace: String) -> String {
        application.namespace == namespace ? application.name : "\(application.namespace)-\(application.name)"
    }
}

/// Makes plans of Applications.
package struct ImageUpdaterReader {
    private let policy: ImageUpdaterPolicy
    private let resources: [ImageUpdaterResource]
    private let message: GoMessageTemplate?
    private let glob: (_ pattern: String, _ text: String) -> Bool
    /// `nil`: one project for each AppProject.
    private let project: String?

    /// - Parameters:
    ///   - resources: all `ImageUpdater` resources; without any, annotations alone are enough.
    ///   - message: the template of commit messages, with its place.
    package init(
        policy: ImageUpdaterPolicy,
        resources: [ImageUpdaterResource],
        message: (text: String, place: String)? = nil,
        project: String? = nil,
        glob: @escaping (_ pattern: String, _ text: String) -> Bool
    ) throws(TakeoverRefusal) {
        self.policy = policy
        self.resources = resources
        if let message {
            self.message = try GoMessageTemplate(message.text, place: message.place)
        } else {
            self.message = nil
        }
        self.project = project
        self.glob = glob
    }

    /// Whether the Application's own annotations list images.
    package static func isAnnotated(_ application: Application) -> Bool {
        let list = ImageUpdaterAnnotations.prefix + "image-list"
        return application.annotations[list] != nil || application.oversizedAnnotations[list] != nil
    }

    /// Whether there are any settings of Image Updater for the Application.
    package func concerns(_ manifest: ApplicationManifest) -> Bool {
        Self.isAnnotated(manifest.application)
            || resources.contains { resource in
                resource.selecting(manifest.application, glob: glob).contains {
                    !resource.references[$0].usesAnnotations
                }
            }
    }

    /// - Returns: `nil` where Image Updater ignores the Application.
    package func plan(for manifest: ApplicationManifest) throws(TakeoverRefusals) -> ImageUpdaterPlan? {
        guard concerns(manifest) else { return nil }
        let object = manifest.object
        if let projects = policy.projects, !projects.contains(manifest.application.project) {
            throw TakeoverRefusals(all: [
                TakeoverRefusal(
                    "\(object): spec.project",
                    "the AppProject \(ShownText.bare(manifest.application.project)) is not opted in",
                    hint: "add it to imageUpdater.projects"
                )
            ])
        }
        guard let request = try request(for: manifest) else { return nil }
        do throws(TakeoverRefusal) {
            return try ImageUpdaterPlanner(
                manifest: manifest,
                request: request,
                policy: policy,
                message: message,
                project: project ?? ImageUpdaterPlan.project(of: manifest.application.project),
                glob: glob
            ).plan()
        } catch {
            throw TakeoverRefusals(all: [error])
        }
    }

    private func request(for manifest: ApplicationManifest) throws(TakeoverRefusals) -> ImageUpdaterRequest? {
        let found = resources.flatMap { resource in
            resource.selecting(manifest.application, glob: glob).map { (resource, $0) }
        }
        guard found.count <= 1 else {
            throw TakeoverRefusals(all: [
                TakeoverRefusal(
                    manifest.object,
                    "several items select it: "
                        + Listing.text(found.map { "\($0.0.object): spec.applicationRefs[\($0.1)]" }, limit: 5),
                    hint: "let one of them select it"
                )
            ])
        }
        guard let (resource, index) = found.first else {
            guard resources.isEmpty else {
                throw TakeoverRefusals(all: [
                    TakeoverRefusal(
                        "\(manifest.object): metadata.annotations[\(ImageUpdaterAnnotations.prefix)image-list]",
                        "no ImageUpdater selects it, so that its annotations have no effect since Image Updater 1.0",
                        hint: "take the annotations out, or select it with useAnnotations: true"
                    )
                ])
            }
            return try annotated(manifest)
        }
        guard resource.references[index].usesAnnotations else { return try resource.request(index) }
        let refusals = resource.prohibitions(index)
        guard refusals.isEmpty else { throw TakeoverRefusals(all: refusals) }
        return try annotated(manifest)
    }

    private func annotated(_ manifest: ApplicationManifest) throws(TakeoverRefusals) -> ImageUpdaterRequest? {
        let oversized = ImageUpdaterAnnotations.oversized(manifest)
        guard oversized.isEmpty else { throw TakeoverRefusals(all: oversized) }
        let annotations = manifest.application.annotations
        guard let list = annotations[ImageUpdaterAnnotations.prefix + "image-list"] else { return nil }
        let texts = list.split(separator: ",").map { $0.trimmed() }.filter { !$0.isEmpty }
        let place = "\(manifest.object): metadata.annotations[\(ImageUpdaterAnnotations.prefix)image-list]"
        guard !texts.isEmpty else { throw TakeoverRefusals(all: [TakeoverRefusal(place, "it is empty")]) }
        guard texts.count <= 50 else {
            throw TakeoverRefusals(all: [TakeoverRefusal(place, "it has more than 50 images")])
        }
        var aliases: [String] = []
        for text in texts {
            do throws(TakeoverRefusal) {
                aliases.append(try ImageUpdaterImage(entry: text, place: place).alias ?? "")
            } catch {
                throw TakeoverRefusals(all: [error])
            }
        }
        if let twice = aliases.first(where: { alias in !alias.isEmpty && aliases.count(where: { $0 == alias }) > 1 }) {
            throw TakeoverRefusals(all: [TakeoverRefusal(place, "the alias \(ShownText.bare(twice)) stands twice")])
        }
        return try ImageUpdaterRequest(
            entries: texts.map { ($0, place) },
            options: ImageUpdaterAnnotations(aliases: aliases, annotations: annotations, object: manifest.object)
        )
    }
}
