/// An `ImageUpdater` of Image Updater 1.x, as far as Hoistway can take it over.
///
/// Source: the CRD `argocd-image-updater.argoproj.io/v1alpha1`.
package struct ImageUpdaterResource: Sendable, Equatable {
    package var key: ApplicationKey
    /// An item of `spec.applicationRefs`.
    package struct Reference: Sendable, Equatable {
        package var namePattern: String
        package var selector: LabelSelector?
        package var usesAnnotations: Bool
    }

    package var references: [Reference]
    private let spec: ConfigValue

    package init(_ manifest: ConfigValue) throws(TakeoverRefusal) {
        guard let name = manifest["metadata"]?["name"]?.string else {
            throw TakeoverRefusal("an ImageUpdater", "it has no metadata.name")
        }
        key = ApplicationKey(namespace: manifest["metadata"]?["namespace"]?.string ?? "default", name: name)
        spec = manifest["spec"] ?? .null
        references = []
        for (index, reference) in (spec["applicationRefs"]?.list ?? []).enumerated() {
            references.append(try Reference(reference, place: "\(object): spec.applicationRefs[\(index)]"))
        }
    }

    package var object: String { "ImageUpdater \(key)" }

    /// The indexes of the items that select an Application.
    package func selecting(
        _ application: Application,
        glob: (_ pattern: String, _ text: String) -> Bool
    ) -> [Int] {
        guard application.key.namespace == key.namespace else { return [] }
        return references.indices.filter { index in
            let reference = references[index]
            return glob(reference.namePattern, application.key.name)
                && (reference.selector?.matches(application.labels) ?? true)
        }
    }

    /// The same items, for people.
    package func items(
        selecting application: Application,
        glob: (_ pattern: String, _ text: String) -> Bool
    ) -> [String] {
        selecting(application, glob: glob).map { "\(object): spec.applicationRefs[\($0)]" }
    }

    /// The request of an item for its Applications.
    ///
    /// - Parameter index: the index of an item without `useAnnotations`.
    func request(_ index: Int) throws(TakeoverRefusals) -> ImageUpdaterRequest {
        let reference = spec["applicationRefs"]?.list?[index] ?? .null
        let place = "\(object): spec.applicationRefs[\(index)]"
        var refusals = prohibitions(index)
        let images = reference["images"]?.list ?? []
        if images.isEmpty { refusals.append(TakeoverRefusal("\(place).images", "it is empty")) }
        for (number, image) in images.enumerated() {
            let own = "\(place).images[\(number)]"
            if image["imagesVerification"]?["enabled"]?.bool ?? (image["imagesVerification"]?.map != nil) {
                refusals.append(Self.verification("\(own).imagesVerification"))
            }
            if image["manifestTargets"]?["plugin"]?.map != nil {
                refusals.append(
                    TakeoverRefusal(
                        "\(own).manifestTargets.plugin",
                        "a plug-in's values are known to the plug-in alone",
                        hint: "write the stage by hand, with yaml-update"
                    )
                )
            }
        }
        guard refusals.isEmpty else { throw TakeoverRefusals(all: refusals) }
        let entries = images.enumerated().map { number, image in
            let name = image["imageName"]?.string ?? ""
            let alias = image["alias"]?.string.map { "\($0)=" } ?? ""
            return (alias + name, "\(place).images[\(number)]")
        }
        return try ImageUpdaterRequest(
            entries: entries,
            options: ImageUpdaterFields(spec: spec, index: index, object: object)
        )
    }

    /// Settings that prevent a takeover, whatever the annotations are.
    func prohibitions(_ index: Int) -> [TakeoverRefusal] {
        let reference = spec["applicationRefs"]?.list?[index] ?? .null
        let place = "\(object): spec.applicationRefs[\(index)]"
        var refusals: [TakeoverRefusal] = []
        for (value, place) in [(reference, place), (spec, "\(object): spec")] {
            if let verification = value["imagesVerification"], verification.map != nil,
                verification["enabled"]?.bool ?? true
            {
                refusals.append(Self.verification("\(place).imagesVerification"))
            }
            if value["writeBackConfig"]?["gitConfig"]?["pullRequest"]?.map != nil {
                refusals.append(
                    TakeoverRefusal(
                        "\(place).writeBackConfig.gitConfig.pullRequest",
                        "pull requests are not opened yet",
                        hint: "let the stage push the branch, or write the stage by hand"
                    )
                )
            }
        }
        return refusals
    }

    private static func verification(_ place: String) -> TakeoverRefusal {
        TakeoverRefusal(
            place,
            "signatures of images are not verified here, and to leave that out would take a protection away",
            hint: "verify where images are admitted to the cluster, then take imagesVerification out"
        )
    }
}

extension ImageUpdaterResource.Reference {
    fileprivate init(_ value: ConfigValue, place: String) throws(TakeoverRefusal) {
        namePattern = value["namePattern"]?.string ?? ""
        usesAnnotations = value["useAnnotations"]?.bool ?? false
        guard case .map(let entries)? = value["labelSelectors"] else { return }
        var selector = LabelSelector()
        selector.matchLabels = (entries["matchLabels"]?.map ?? [:]).compactMapValues(\.string)
        for (number, expression) in (entries["matchExpressions"]?.list ?? []).enumerated() {
            guard let key = expression["key"]?.string,
                let operation = expression["operator"]?.string.flatMap(LabelExpression.Operator.init)
            else {
                throw TakeoverRefusal(
                    "\(place).labelSelectors.matchExpressions[\(number)]",
                    "it is not a condition of labels"
                )
            }
            selector.matchExpressions.append(
                LabelExpression(
                    key: key,
                    operation: operation,
                    values: (expression["values"]?.list ?? []).compactMap(\.string)
                )
            )
        }
        self.selector = selector
    }
}

/// The fields of an `ImageUpdater`: those of an image have priority over its item, and those over `spec`.
private struct ImageUpdaterFields: ImageUpdaterOptions {
    let spec: ConfigValue
    let index: Int
    let object: String

    private static let settings = [
        "update-strategy": "updateStrategy", "allow-tags": "allowTags", "ignore-tags": "ignoreTags",
        "platforms": "platforms", "force-update": "forceUpdate", "pull-secret": "pullSecret",
    ]
    private static let targets = [
        "kustomize.image-name": ["kustomize", "name"], "helm.image-name": ["helm", "name"],
        "helm.image-tag": ["helm", "tag"], "helm.image-spec": ["helm", "spec"],
    ]

    private var reference: ConfigValue { spec["applicationRefs"]?.list?[index] ?? .null }
    private var place: String { "\(object): spec.applicationRefs[\(index)]" }

    private func image(_ number: Int) -> ConfigValue { reference["images"]?.list?[number] ?? .null }

    func option(_ name: String, of image: Int) -> ImageUpdaterOption? {
        guard let key = Self.settings[name] else { return nil }
        for (value, place) in [
            (self.image(image), "\(place).images[\(image)]"), (reference, place), (spec, "\(object): spec"),
        ] {
            if let text = Self.text(value["commonUpdateSettings"]?[key]) {
                return ImageUpdaterOption(value: text, place: "\(place).commonUpdateSettings.\(key)")
            }
        }
        return nil
    }

    func target(_ name: String, of image: Int) -> ImageUpdaterOption? {
        guard let path = Self.targets[name],
            let text = Self.text(self.image(image)["manifestTargets"]?[path[0]]?[path[1]])
        else { return nil }
        return ImageUpdaterOption(
            value: text,
            place: "\(place).images[\(image)].manifestTargets.\(path.joined(separator: "."))"
        )
    }

    func writeBack(_ name: String) -> ImageUpdaterOption? {
        for (value, place) in [(reference, place), (spec, "\(object): spec")] {
            guard let config = value["writeBackConfig"] else { continue }
            let (found, field): (ConfigValue?, String) =
                switch name {
                case "write-back-method": (config["method"], "method")
                case "write-back-target": (config["gitConfig"]?["writeBackTarget"], "gitConfig.writeBackTarget")
                case "git-branch": (config["gitConfig"]?["branch"], "gitConfig.branch")
                default: (config["gitConfig"]?["repository"], "gitConfig.repository")
                }
            if let text = Self.text(found) {
                return ImageUpdaterOption(value: text, place: "\(place).writeBackConfig.\(field)")
            }
        }
        return nil
    }

    func place(_ name: String, of image: Int) -> String {
        option(name, of: image)?.place ?? target(name, of: image)?.place ?? "\(place).images[\(image)]"
    }

    private static func text(_ value: ConfigValue?) -> String? {
        switch value {
        case .string(let text): text.trimmed()
        case .bool(let flag): flag ? "true" : "false"
        case .list(let items): items.compactMap(\.string).joined(separator: ",")
        default: nil
        }
    }
}
