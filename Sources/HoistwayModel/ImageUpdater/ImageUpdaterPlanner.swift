/// Turns one request into a warehouse and a stage.
struct ImageUpdaterPlanner {
    let manifest: ApplicationManifest
    let request: ImageUpdaterRequest
    let policy: ImageUpdaterPolicy
    let message: GoMessageTemplate?
    let project: String
    let glob: (_ pattern: String, _ text: String) -> Bool

    private enum Kind { case kustomize, helm }

    private var application: Application { manifest.application }
    private var object: String { manifest.object }
    private var images: [ImageUpdaterImage] { request.images }

    func plan() throws(TakeoverRefusal) -> ImageUpdaterPlan {
        let (source, field) = try source()
        for (text, name) in [
            (source.repoURL, "repoURL"), (source.path, "path"), (source.targetRevision, "targetRevision"),
            (source.chart, "chart"),
        ] { try TakeoverText.check(text, place: "\(object): \(field).\(name)") }
        try refuseTwins()
        let kind = try kind(of: source, field)
        var subscriptions: [GeneratedSubscription] = []
        for image in images {
            subscriptions.append(try image.subscription { option in "\(object): \(image.label): \(option)" })
        }
        let name = ImageUpdaterPlan.name(of: application.key, namespace: policy.namespace)
        var notes = request.notes
        let steps: [GeneratedStep]
        let summary: String
        switch request.method {
        case .argocd: (steps, summary) = (try argocd(source, field, kind), "sets images of the Application itself")
        case .git: (steps, summary) = try git(source, field, kind, &notes)
        }
        let writesApplication = request.method == .argocd
        return ImageUpdaterPlan(
            application: application.key,
            appProject: application.project,
            warehouse: GeneratedWarehouse(name: name, images: subscriptions),
            stage: GeneratedStage(
                name: name,
                warehouse: name,
                steps: steps,
                origin: "the \(object), as configured for Argo CD Image Updater"
            ),
            annotation: writesApplication
                ? (ApplicationSetProposal.annotationName, "\(project):\(name)") : nil,
            notes: notes,
            summary: "\(Listing.text(images.map(\.name), limit: 5)): \(summary)"
        )
    }

    /// Refuses two entries for one image, since freight has only one.
    private func refuseTwins() throws(TakeoverRefusal) {
        var seen: Set<ImageKey> = []
        for image in images {
            guard let key = ImageKey(image.name), !seen.insert(key).inserted else { continue }
            throw TakeoverRefusal(
                "\(object): \(image.label)",
                "\(image.name) is listed twice: a warehouse subscribes to an image once",
                hint: "leave one entry; several keys of values for one image need a stage by hand"
            )
        }
    }

    /// The only source that is written.
    private func source() throws(TakeoverRefusal) -> (ApplicationSource, field: String) {
        guard !application.hasHydrator else {
            throw TakeoverRefusal(
                "\(object): spec.sourceHydrator",
                "an Application with a source hydrator is not supported"
            )
        }
        let real = application.sources.enumerated().filter { $0.element.ref.isEmpty || !$0.element.path.isEmpty }
        guard real.count == 1, let (index, source) = real.first.map({ ($0.offset, $0.element) }),
            !source.repoURL.isEmpty
        else {
            throw TakeoverRefusal(
                "\(object): spec.\(application.isMultiSource ? "sources" : "source")",
                real.count > 1 ? "it is not known which of several sources is written" : "it has no source",
                hint: "write the stage by hand: see Pipelines"
            )
        }
        return (source, application.isMultiSource ? "spec.sources[\(index)]" : "spec.source")
    }

    private func kind(of source: ApplicationSource, _ field: String) throws(TakeoverRefusal) -> Kind {
        let place = request.places["write-back-target"] ?? "\(object): \(field)"
        let hasHelm = images.contains(where: \.target.isHelm)
        let hasKustomize = images.contains { $0.target.kustomizeName != nil }
        guard !hasHelm || !hasKustomize else {
            throw TakeoverRefusal(place, "targets of Kustomize and of Helm stand side by side")
        }
        let target = request.target ?? ""
        let wanted: Kind? =
            request.method == .git && target.hasPrefix("kustomization")
            ? .kustomize
            : request.method == .git && target.hasPrefix("helmvalues") || !source.chart.isEmpty
                ? .helm : hasHelm ? .helm : hasKustomize ? .kustomize : nil
        if let wanted {
            guard !(wanted == .kustomize && hasHelm), !(wanted == .helm && hasKustomize) else {
                throw TakeoverRefusal(place, "the target and the images' own targets are of different kinds")
            }
            return wanted
        }
        switch (source.hasKustomize, source.hasHelm, manifest.sourceType) {
        case (true, false, _), (false, false, "Kustomize"?): return .kustomize
        case (false, true, _), (false, false, "Helm"?): return .helm
        default:
            throw TakeoverRefusal(
                "\(object): \(field)",
                "it is not known whether Kustomize or Helm renders it",
                hint: "set kustomize.image-name, or helm.image-name and helm.image-tag, for its images"
            )
        }
    }

    // MARK: Into the Application

    private func argocd(
        _ source: ApplicationSource,
        _ field: String,
        _ kind: Kind
    ) throws(TakeoverRefusal) -> [GeneratedStep] {
        var update = GeneratedStep.SourceUpdate(repoURL: source.repoURL, chart: source.chart)
        switch kind {
        case .kustomize:
            let names = Set(images.map { $0.target.kustomizeName ?? $0.name })
            let others = (source.kustomizeImages ?? []).map(Self.overridden).filter { !names.contains($0) }
            guard others.isEmpty else {
                throw TakeoverRefusal(
                    "\(object): \(field).kustomize.images",
                    "the update would take \(Listing.text(others)) away: argocd-update sets the whole list",
                    hint: "move them to the kustomization in Git, or use write-back-method: git"
                )
            }
            update.kustomizeImages = images.map { image in
                let name = image.target.kustomizeName ?? image.name
                let isDigest = image.strategy == .digest
                return GeneratedStep.ArgoCDImage(
                    name: name,
                    newName: name == image.name ? nil : image.name,
                    tag: isDigest ? nil : GeneratedExpression.tag(of: image.name),
                    digest: isDigest ? GeneratedExpression.digest(of: image.name) : nil
                )
            }
        case .helm: update.helmParameters = images.flatMap { $0.helmValues(withDefaults: true) ?? [] }
        }
        return [.updateArgoCD(application.key, [update])]
    }

    /// The name that an entry `name=new:tag`, `name:tag` or `name@digest` overrides.
    private static func overridden(_ entry: String) -> String {
        if let equals = entry.firstIndex(of: "=") { return String(entry[..<equals]) }
        let bare = entry.split(separator: "@", maxSplits: 1).first.map(String.init) ?? entry
        guard let colon = bare.lastIndex(of: ":"), !bare[colon...].contains("/") else { return bare }
        return String(bare[..<colon])
    }

    // MARK: Into Git

    private func git(
        _ source: ApplicationSource,
        _ field: String,
        _ kind: Kind,
        _ notes: inout [String]
    ) throws(TakeoverRefusal) -> ([GeneratedStep], String) {
        guard source.chart.isEmpty else {
            throw TakeoverRefusal(
                "\(object): \(field).chart",
                "a chart of a Helm repository is in no branch",
                hint: "use write-back-method: argocd"
            )
        }
        guard let own = RepositoryKey(url: source.repoURL) else {
            throw TakeoverRefusal("\(object): \(field).repoURL", "it is not the URL of a Git repository")
        }
        if let other = request.repository, RepositoryKey(url: other) != own {
            throw TakeoverRefusal(
                request.places["git-repository"] ?? object,
                "\(ShownText.quoted(URLText.withoutUser(other))) is not the Application's own repository",
                hint: "other files are not written for an Application: write the stage by hand"
            )
        }
        let folder = try folder(of: source, field)
        let branchPlace = request.places["git-branch"] ?? "\(object): git-branch"
        let branches = try ImageUpdaterBranches(
            request.branch,
            place: branchPlace,
            revision: source.targetRevision,
            revisionPlace: "\(object): \(field).targetRevision",
            application: application.key
        )
        let pushed = branches.target ?? branches.base ?? "HEAD"
        if let allowed = policy.allowedBranches, !allowed.contains(where: { $0 == pushed || glob($0, pushed) }) {
            throw TakeoverRefusal(
                request.branch == nil ? "\(object): \(field).targetRevision" : branchPlace,
                pushed == "HEAD"
                    ? "the repository's default branch may not be pushed"
                    : "\(ShownText.bare(pushed)) may not be pushed",
                hint: "add \(ShownText.bare(pushed)) to imageUpdater.allowedBranches"
            )
        }
        let target = try ImageUpdaterTarget(
            request.target,
            place: request.places["write-back-target"] ?? "\(object): write-back-target",
            folder: folder,
            application: application.key,
            namespace: policy.namespace
        )
        let (step, file) = try write(target, kind, &notes)
        let text = message?.text(application: application.key.name, images: images)
        return (
            [
                .clone(repoURL: URLText.withoutUser(source.repoURL), branch: branches.base, folder: folder), step,
                .commit(message: text?.isEmpty == true ? nil : text), .push(targetBranch: branches.target),
            ], "writes \(file) on \(pushed)"
        )
    }

    private func folder(of source: ApplicationSource, _ field: String) throws(TakeoverRefusal) -> String {
        let names = source.path.unicodeScalars.split(separator: "/").map { String($0) }.filter { $0 != "." }
        guard !names.contains(where: { $0 == ".." || $0.lowercased() == ".git" }) else {
            throw TakeoverRefusal("\(object): \(field).path", "it leads out of the repository")
        }
        return names.joined(separator: "/")
    }

    private func write(
        _ target: ImageUpdaterTarget,
        _ kind: Kind,
        _ notes: inout [String]
    ) throws(TakeoverRefusal) -> (GeneratedStep, file: String) {
        switch target {
        case .kustomization(let folder):
            let entries = images.map { image in
                let name = image.target.kustomizeName
                return GeneratedStep.KustomizeImage(
                    image: image.name,
                    name: name,
                    newName: name == nil || name == image.name ? nil : image.name,
                    tag: image.strategy == .digest ? nil : GeneratedExpression.tag(of: image.name),
                    digest: image.strategy == .digest ? GeneratedExpression.digest(of: image.name) : nil
                )
            }
            return (
                .setKustomizeImages(folder: folder, entries),
                "the kustomization in \(folder.isEmpty ? "the root" : folder)"
            )
        case .values(let file):
            var values: [GeneratedStep.Value] = []
            for image in images {
                guard let own = image.helmValues(withDefaults: false) else {
                    throw TakeoverRefusal(
                        "\(object): \(image.label)",
                        "the keys of the image in \(ShownText.bare(file)) are not configured",
                        hint: "set helm.image-name and helm.image-tag, or helm.image-spec"
                    )
                }
                for value in own { values.append(.init(try key(value.key, image), value.value)) }
            }
            notes.append("\(object): the keys must be in \(file): yaml-update adds none")
            return (.updateYAML(file: file, values), file)
        case .parameters(let file):
            notes.append(
                "\(object): the whole \(file) is written: changes by others are lost, and whether a version becomes "
                    + "older is not checked there; write-back-target kustomization or helmvalues is better"
            )
            return (.writeFile(file: file, contents: parameters(kind)), file)
        }
    }

    /// `a.list[0].tag` as a key of `yaml-update`.
    private func key(_ text: String, _ image: ImageUpdaterImage) throws(TakeoverRefusal) -> String {
        let dotted = text.replacing("[", with: ".").replacing("]", with: "")
        guard !dotted.hasPrefix("."), !dotted.hasSuffix("."), !dotted.contains("..") else {
            throw TakeoverRefusal("\(object): \(image.label)", "\(ShownText.quoted(text)) is not a key of values")
        }
        return dotted
    }

    /// The file that Argo CD merges into the source.
    private func parameters(_ kind: Kind) -> String {
        switch kind {
        case .kustomize:
            let lines = images.map { image in
                let name = image.target.kustomizeName.map { "\($0)=" } ?? ""
                return "  - \"\(name)\(image.name):\(image.tagInText)\"\n"
            }
            return "kustomize:\n  images:\n" + lines.joined()
        case .helm:
            let lines = images.flatMap { image -> [String] in
                let tag = image.target.helmTag ?? "image.tag"
                return (image.helmValues(withDefaults: true) ?? []).map { value in
                    let text = value.key == tag && image.target.helmSpec == nil ? image.tagInText : value.value
                    return "  - name: \"\(value.key)\"\n    value: \"\(text)\"\n    forcestring: true\n"
                }
            }
            return "helm:\n  parameters:\n" + lines.joined()
        }
    }
}
