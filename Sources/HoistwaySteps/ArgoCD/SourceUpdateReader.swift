import HoistwayModel

/// Reads the entries of `apps[].sources`, with the forms of Kargo 0.9 to 1.2 that take versions from the freight.
struct SourceUpdateReader: Sendable {
    private let context: StepContext
    private let isLenient: Bool
    /// The step's own `fromOrigin`.
    private let outermost: String?

    init(_ context: StepContext, isLenient: Bool, outermost: String?) {
        self.context = context
        self.isLenient = isLenient
        self.outermost = outermost
    }

    /// - Parameter entry: one of `apps`.
    func updates(of entry: StepConfiguration) throws(StepFailure) -> [SourceUpdate] {
        var updates: [SourceUpdate] = []
        for source in entry.items("sources") {
            updates.append(try update(source, origin: source.origin ?? entry.origin ?? outermost))
        }
        return updates
    }

    private func update(_ source: StepConfiguration, origin: String?) throws(StepFailure) -> SourceUpdate {
        var update = SourceUpdate(
            repoURL: source.requiredText("repoURL"),
            chart: source.text("chart") ?? "",
            desiredRevision: source.text("desiredRevision"),
            mayMiss: isLenient
        )
        if update.desiredRevision == nil, let alias = source.text("desiredCommitFromStep") {
            update.desiredRevision = try commit(ofStep: alias)
        }
        if source.flag("updateTargetRevision") {
            // Without a revision, it is the form of Kargo 0.9 and 1.0: the freight's revision.
            let revision =
                if let given = update.desiredRevision { given } else { try revision(of: update, from: origin) }
            update.desiredRevision = revision
            update.targetRevision = revision
        }
        if let kustomize = source.mapping("kustomize") {
            var images: [KustomizeImageChoice] = []
            for image in kustomize.items("images") {
                images.append(try choice(image, from: image.origin ?? kustomize.origin ?? origin))
            }
            update.kustomizeImages = images
        }
        if let helm = source.mapping("helm") {
            var parameters: [ApplicationSource.HelmParameter] = []
            for image in helm.items("images") {
                parameters.append(try parameter(image, from: image.origin ?? helm.origin ?? origin))
            }
            update.helmParameters = parameters
        }
        return update
    }

    private func commit(ofStep alias: String) throws(StepFailure) -> String {
        let task = context.alias.firstRange(of: "::").map { String(context.alias[..<$0.lowerBound]) }
        let names = [alias] + (task.map { ["\($0)::\(alias)"] } ?? [])
        for name in names {
            if let commit = context.outputs[name]?["commit"]?.string, !commit.isEmpty { return commit }
        }
        throw .unmet(
            "desiredCommitFromStep: the step \(ShownText.quoted(alias)) has given no output `commit`",
            hint: "today: `desiredRevision: '${{ outputs.NAME.commit }}'`"
        )
    }

    /// The freight's commit, or the version of its chart.
    private func revision(of update: SourceUpdate, from warehouse: String?) throws(StepFailure) -> String {
        let several: [String]
        if update.chart.isEmpty, !update.repoURL.hasPrefix("oci://") {
            switch context.lookup.commit(of: update.repoURL, from: warehouse) {
            case .found(let commit): return commit.id.hex
            case .ambiguous(let warehouses): several = warehouses
            case .absent: several = []
            }
        } else {
            switch context.lookup.chart(of: update.repoURL, named: update.chart, from: warehouse) {
            case .found(let chart): return chart.version
            case .ambiguous(let warehouses): several = warehouses
            case .absent: several = []
            }
        }
        let problem =
            several.isEmpty
            ? "the freight carries no version of \(update.name)"
            : "several warehouses carry a version of \(update.name): \(Listing.text(several))"
        throw .unmet(
            "\(problem), and the step names no desiredRevision",
            hint: "write `desiredRevision` beside updateTargetRevision"
        )
    }

    private func choice(_ image: StepConfiguration, from warehouse: String?) throws(StepFailure) -> KustomizeImageChoice
    {
        let name = image.requiredText("repoURL")
        let version: KustomizeImageChoice.Version
        if let tag = image.text("tag") {
            version = .tag(tag)
        } else if let digest = image.text("digest") {
            version = .digest(digest)
        } else {
            let found = try context.lookup.image(named: name, from: warehouse)
            version = image.flag("useDigest") ? .digest(found.digest) : .tag(found.tag)
        }
        return KustomizeImageChoice(name: name, newName: image.text("newName"), version: version)
    }

    private func parameter(
        _ image: StepConfiguration,
        from warehouse: String?
    ) throws(StepFailure) -> ApplicationSource.HelmParameter {
        let value = image.text("value") ?? ""
        let name = image.requiredText("key")
        guard let repository = image.text("repoURL"),
            ["ImageAndTag", "Tag", "ImageAndDigest", "Digest"].contains(value)
        else { return ApplicationSource.HelmParameter(name: name, value: value) }
        let found = try context.lookup.image(named: repository, from: warehouse)
        let text =
            switch value {
            case "ImageAndTag": "\(repository):\(found.tag)"
            case "Tag": found.tag
            case "ImageAndDigest": "\(repository)@\(found.digest)"
            default: found.digest
            }
        return ApplicationSource.HelmParameter(name: name, value: text)
    }
}
