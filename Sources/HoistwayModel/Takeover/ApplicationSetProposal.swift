/// A pipeline for the Applications of an ApplicationSet: a stage for each element of its generators.
package struct ApplicationSetProposal: Sendable, Equatable {
    package var pipeline: GeneratedPipeline
    /// The key of the ApplicationSet.
    package var key: ApplicationKey
    /// The annotation to add to `spec.template.metadata.annotations`; `nil`: it exists.
    package var annotation: (name: String, value: String)?
    /// Remarks that a person should check.
    package var notes: [String]

    package static func == (left: ApplicationSetProposal, right: ApplicationSetProposal) -> Bool {
        left.pipeline == right.pipeline && left.key == right.key && left.annotation?.name == right.annotation?.name
            && left.annotation?.value == right.annotation?.value && left.notes == right.notes
    }

    package static let annotationName = "kargo.akuity.io/authorized-stage"

    package struct Options: Sendable {
        /// `nil`: the project in the template's annotation, otherwise the ApplicationSet's name.
        package var project: String?
        /// The images of the warehouse; empty: those in the template or in the folder.
        package var images: [String]
        /// Whether each stage takes its freight from the one before; `nil`: only where a person wrote the elements'
        /// order.
        package var isChain: Bool?

        package init(project: String? = nil, images: [String] = [], isChain: Bool? = nil) {
            self.project = project
            self.images = images
            self.isChain = isChain
        }
    }
}

/// Makes proposals.
package struct ApplicationSetReader {
    private let options: ApplicationSetProposal.Options
    private let repository: (any RepositoryFolder)?
    private let matches: (_ glob: String, _ path: String) -> Bool
    /// Gives the images in the kustomization of a folder.
    private let kustomizationImages: (_ folder: String) throws(TakeoverRefusal) -> [String]

    package init(
        options: ApplicationSetProposal.Options,
        repository: (any RepositoryFolder)?,
        matches: @escaping (_ glob: String, _ path: String) -> Bool,
        kustomizationImages: @escaping (_ folder: String) throws(TakeoverRefusal) -> [String]
    ) {
        self.options = options
        self.repository = repository
        self.matches = matches
        self.kustomizationImages = kustomizationImages
    }

    package func proposal(for set: ConfigValue) throws(TakeoverRefusal) -> ApplicationSetProposal {
        guard set["kind"]?.string == "ApplicationSet", let name = set["metadata"]?["name"]?.string else {
            throw TakeoverRefusal("the file", "it holds no ApplicationSet")
        }
        let namespace = set["metadata"]?["namespace"]?.string ?? "argocd"
        let object = "ApplicationSet \(namespace)/\(ShownText.bare(name))"
        let spec = set["spec"] ?? .null
        if let patch = spec["templatePatch"]?.string, !patch.isEmpty {
            throw TakeoverRefusal("\(object): spec.templatePatch", "it may change every field, and is not evaluated")
        }
        let isGo = spec["goTemplate"]?.bool ?? false
        let (elements, areWritten) = try ApplicationSetElements(
            isGo: isGo,
            repository: repository,
            matches: matches,
            object: object
        ).all(spec["generators"]?.list ?? [])
        guard !elements.isEmpty else { throw TakeoverRefusal("\(object): spec.generators", "they give no element") }
        var reading = Reading(
            key: ApplicationKey(namespace: namespace, name: name),
            object: object,
            template: spec["template"] ?? .null,
            texts: ApplicationSetTemplate(isGo: isGo),
            options: options
        )
        for element in elements { try reading.add(element) }
        return try reading.proposal(isChain: options.isChain ?? areWritten, kustomizationImages)
    }

    /// The collected data of one ApplicationSet.
    private struct Reading {
        let key: ApplicationKey
        let object: String
        let template: ConfigValue
        let texts: ApplicationSetTemplate
        let options: ApplicationSetProposal.Options

        private struct Element {
            var application: String
            var stage: String
            var repoURL: String
            var branch: String?
            var folder: String
            var images: [String]
        }

        private var elements: [Element] = []
        private var project: String?

        init(
            key: ApplicationKey,
            object: String,
            template: ConfigValue,
            texts: ApplicationSetTemplate,
            options: ApplicationSetProposal.Options
        ) {
            self.key = key
            self.object = object
            self.template = template
            self.texts = texts
            self.options = options
        }

        private var written: String? {
            template["metadata"]?["annotations"]?[ApplicationSetProposal.annotationName]?.string
        }

        mutating func add(_ parameters: [String: String]) throws(TakeoverRefusal) {
            let (texts, object) = (texts, object)
            func render(_ value: ConfigValue?, _ field: String) throws(TakeoverRefusal) -> String {
                try texts.render(value?.string ?? "", parameters, place: "\(object): spec.template.\(field)")
            }
            let name = try render(template["metadata"]?["name"], "metadata.name")
            guard !name.isEmpty else {
                throw TakeoverRefusal("\(object): spec.template.metadata.name", "it gives no name")
            }
            let stage = try stage(name, render)
            let (source, field) = try source()
            let repoURL = try render(source["repoURL"], "\(field).repoURL")
            if let chart = source["chart"]?.string, !chart.isEmpty {
                throw TakeoverRefusal(
                    "\(object): spec.template.\(field).chart",
                    "a chart of a Helm repository has no branch that a stage could push",
                    hint: "let a stage update the Application itself, with argocd-update"
                )
            }
            if source["helm"]?.map?.isEmpty == false {
                throw TakeoverRefusal(
                    "\(object): spec.template.\(field).helm",
                    "it is not known which values of a chart hold the image",
                    hint: "write the stages with yaml-update by hand: see Promotion steps"
                )
            }
            let revision = try render(source["targetRevision"], "\(field).targetRevision")
            let folder = WorkspacePath(try render(source["path"], "\(field).path")).text
            var images: [String] = []
            for (index, image) in (source["kustomize"]?["images"]?.list ?? []).enumerated() {
                images.append(Self.name(of: try render(image, "\(field).kustomize.images[\(index)]")))
            }
            elements.append(
                Element(
                    application: name,
                    stage: stage,
                    repoURL: repoURL,
                    branch: revision.isEmpty || revision == "HEAD" ? nil : revision,
                    folder: folder,
                    images: images
                )
            )
        }

        /// The name in `name=new:tag`, `name:tag` or `name@digest`.
        private static func name(of image: String) -> String {
            let new = image.split(separator: "=", maxSplits: 1).last.map(String.init) ?? image
            let bare = new.split(separator: "@", maxSplits: 1).first.map(String.init) ?? new
            guard let colon = bare.lastIndex(of: ":"), !bare[colon...].contains("/") else { return bare }
            return String(bare[..<colon])
        }

        /// The stage in the template's annotation, otherwise the Application's name.
        private mutating func stage(
            _ name: String,
            _ render: (ConfigValue?, String) throws(TakeoverRefusal) -> String
        ) throws(TakeoverRefusal) -> String {
            guard let written else { return name }
            let field = "metadata.annotations[\(ApplicationSetProposal.annotationName)]"
            let parts = try render(.string(written), field).split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
                throw TakeoverRefusal("\(object): spec.template.\(field)", "it is not project:stage")
            }
            if let project, project != parts[0] {
                throw TakeoverRefusal("\(object): spec.template.\(field)", "its Applications name several projects")
            }
            project = String(parts[0])
            return String(parts[1])
        }

        private func source() throws(TakeoverRefusal) -> (ConfigValue, field: String) {
            let spec = template["spec"] ?? .null
            if let sources = spec["sources"]?.list, !sources.isEmpty {
                guard sources.count == 1 else {
                    throw TakeoverRefusal(
                        "\(object): spec.template.spec.sources",
                        "it is not known which of several sources the stage writes",
                        hint: "write the stages by hand: see Pipelines"
                    )
                }
                return (sources[0], "spec.sources[0]")
            }
            guard let source = spec["source"], source.map != nil else {
                throw TakeoverRefusal("\(object): spec.template.spec.source", "it is missing")
            }
            return (source, "spec.source")
        }

        func proposal(
            isChain: Bool,
            _ kustomizationImages: (_ folder: String) throws(TakeoverRefusal) -> [String]
        ) throws(TakeoverRefusal) -> ApplicationSetProposal {
            var seen: Set<String> = []
            for element in elements where !seen.insert(element.stage).inserted {
                throw TakeoverRefusal(
                    "\(object): spec.template.metadata",
                    "two elements give the stage \(ShownText.bare(element.stage))"
                )
            }
            let project = options.project ?? project ?? key.name
            if let named = self.project, named != project {
                throw TakeoverRefusal(
                    "\(object): spec.template.metadata.annotations[\(ApplicationSetProposal.annotationName)]",
                    "it names the project \(ShownText.bare(named)), and not \(ShownText.bare(project))",
                    hint: "leave --project out, or change the annotation first"
                )
            }
            let images = try images(kustomizationImages)
            let warehouse = GeneratedWarehouse(
                name: key.name,
                images: images.map { GeneratedSubscription(repoURL: $0) }
            )
            var pipeline = GeneratedPipeline(project: project, promotesByItself: false, warehouses: [warehouse])
            for (index, element) in elements.enumerated() {
                pipeline.stages.append(
                    GeneratedStage(
                        name: element.stage,
                        warehouse: warehouse.name,
                        after: isChain && index > 0 ? [elements[index - 1].stage] : [],
                        steps: steps(element),
                        origin: "the Application \(element.application) of the \(object)"
                    )
                )
            }
            var notes: [String] = []
            if options.images.isEmpty {
                notes.append(
                    "the images were read from \(elements[0].images.isEmpty ? "kustomizations" : "the template"): --image names others"
                )
            }
            notes.append(
                isChain
                    ? "each stage takes freight that was verified in the one before, in the order of the elements: this is a "
                        + "guess, --order direct makes them independent"
                    : "every stage takes freight from the warehouse at once: this is a guess, --order chain puts them one after "
                        + "another"
            )
            notes.append("no stage is promoted to by itself: a ProjectConfig with promotionPolicies changes that")
            return ApplicationSetProposal(
                pipeline: pipeline,
                key: key,
                annotation: written == nil
                    ? (
                        ApplicationSetProposal.annotationName,
                        "\(project):\(template["metadata"]?["name"]?.string ?? "")"
                    ) : nil,
                notes: notes
            )
        }

        private func images(
            _ kustomizationImages: (_ folder: String) throws(TakeoverRefusal) -> [String]
        ) throws(TakeoverRefusal) -> [String] {
            var images = options.images
            if images.isEmpty { images = elements.flatMap(\.images) }
            if images.isEmpty { for element in elements { images += try kustomizationImages(element.folder) } }
            var seen: Set<String> = []
            images = images.filter { seen.insert($0).inserted }
            guard !images.isEmpty else {
                throw TakeoverRefusal(
                    "\(object): spec.template",
                    "it is not known which images the stages promote",
                    hint: "name each with --image, or name a checkout of the repository with --repo"
                )
            }
            return images
        }

        private func steps(_ element: Element) -> [GeneratedStep] {
            [
                .clone(repoURL: element.repoURL, branch: element.branch, folder: ""),
                .setKustomizeImages(folder: element.folder, []),
                .commit(message: nil),
                .push(targetBranch: nil),
                .updateArgoCD(
                    ApplicationKey(namespace: key.namespace, name: element.application),
                    [.init(repoURL: element.repoURL, desiredRevision: "${{ outputs.push.commit }}")]
                ),
            ]
        }
    }
}
