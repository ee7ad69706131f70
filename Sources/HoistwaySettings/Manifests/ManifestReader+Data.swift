import HoistwayExpressions
import HoistwayModel

extension ManifestReader {
    /// A ConfigMap of a project, or of the namespace that all projects share; others are not used here.
    func readConfigMap(_ manifest: Manifest) {
        let fields = manifest.fields
        fields.accept("immutable", "binaryData")
        let isShared = manifest.namespace == settings.sharedNamespace
        guard isShared || (!manifest.isLeftOut && pipelines.projects[manifest.namespace] != nil) else {
            problems.warning(
                manifest.place,
                "nothing reads this ConfigMap: its namespace is neither a project nor sharedResources.namespace"
            )
            return
        }
        let data = fields.stringMap("data")
        fields.finish()
        guard !manifest.isLeftOut else { return }
        if isShared {
            addShared(manifest.name, data)
        } else {
            update(by: manifest) { $0.configMaps[manifest.name] = data }
        }
    }

    /// Reports missing objects that expressions read: in their place Kargo reads empty texts, and so does a promotion
    /// here.
    func checkReadObjects() {
        guard isComplete else { return }
        for read in expressions.objects {
            guard let keys = keys(of: read) else {
                problems.warning(
                    read.place,
                    "\(read.function)(\(ShownText.text(read.name))) reads \(kind(of: read)) that is not there: each of its "
                        + "values is an empty text",
                    hint: "add its manifest to the files under manifests"
                )
                continue
            }
            guard let key = read.key, !keys.contains(key) else { continue }
            problems.warning(
                read.place,
                "\(kind(of: read)) \(ShownText.text(read.name)) has no key \(ShownText.text(key)): it is an empty text",
                hint: Spelling.hint(for: key, among: keys.sorted())
            )
        }
    }

    private func kind(of read: ReadObject) -> String {
        switch read.function {
        case "configMap": "a ConfigMap of the project"
        case "sharedConfigMap": "a ConfigMap of the namespace \(settings.sharedNamespace)"
        case "secret": "a Secret of the project"
        default: "a Secret of the namespace \(settings.sharedNamespace) with the label cred-type: generic"
        }
    }

    private func keys(of read: ReadObject) -> Set<String>? {
        switch read.function {
        case "configMap": (pipelines.projects[read.project]?.configMaps[read.name]).map { Set($0.keys) }
        case "sharedConfigMap": pipelines.sharedConfigMaps[read.name].map { Set($0.keys) }
        case "secret": secrets.secret(read.name, project: read.project).map { Set($0.keys) }
        default: secrets.sharedSecret(read.name).map { Set($0.keys) }
        }
    }
}

/// A ConfigMap or Secret that an expression reads by its name.
struct ReadObject: Hashable {
    static let functions: Set<String> = ["configMap", "sharedConfigMap", "secret", "sharedSecret"]

    var function: String
    var name: String
    /// `nil`: it is not known which key is read.
    var key: String?
    var project: String
    var place: SourcePlace
}
