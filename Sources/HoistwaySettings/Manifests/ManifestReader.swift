import HoistwayModel
import HoistwayThreads

/// Reads all manifests of a configuration into pipelines and credentials.
///
/// Two passes: objects are sorted by kind first, since a stage may come before its project.
final class ManifestReader {
    let settings: Settings
    let problems: ProblemList
    let patterns: PatternChecks
    let gitChecks: GitChecks
    let expressions: ExpressionReader
    /// Those of the executed steps, by name.
    let schemas: [String: StepSchema]
    private let variables: ManifestVariables
    private var manifests: [ManifestGroup: [Manifest]] = [:]

    var pipelines = Pipelines()
    private(set) var credentials: [CredentialEntry] = []
    private(set) var secrets = ManifestSecrets()
    private(set) var references: [StageReference] = []
    /// Every file was read to its end; else there may be objects that are not known.
    private(set) var isComplete = true
    /// Names of objects that have no effect, which is reported: references to them are not errors.
    private(set) var unplaced: Set<String> = []
    /// Sources for which no version was given.
    private(set) var missing: [FollowedManifests] = []

    init(
        settings: Settings,
        environment: [String: String],
        schemas: [String: StepSchema],
        problems: ProblemList
    ) {
        self.schemas = schemas
        self.settings = settings
        self.problems = problems
        patterns = PatternChecks(problems: problems)
        gitChecks = GitChecks(problems: problems)
        expressions = ExpressionReader(problems: problems)
        variables = ManifestVariables(
            variables: settings.manifestVariables,
            environment: environment,
            problems: problems
        )
    }

    /// A reader for some of the stages, with its own list of problems.
    ///
    /// - Parameter whole: it has read everything else, and must not change before ``add(_:)``.
    init(partOf whole: ManifestReader) {
        schemas = whole.schemas
        settings = whole.settings
        problems = ProblemList()
        patterns = PatternChecks(problems: problems)
        gitChecks = GitChecks(problems: problems)
        expressions = ExpressionReader(partOf: whole.expressions, problems: problems)
        variables = whole.variables
        pipelines = whole.pipelines
        isComplete = whole.isComplete
        unplaced = whole.unplaced
        partlyRead = whole.partlyRead
        reportedForms = whole.reportedForms
        tasks = whole.tasks
        stepsLeft = whole.stepsLeft
    }

    /// Adds what a part has found, except its stages.
    func add(_ part: ManifestReader) {
        problems.add(part.problems.all)
        references += part.references
        calledTasks.formUnion(part.calledTasks)
        reportedForms.formUnion(part.reportedForms)
        unresolved.merge(part.unresolved) { _, later in later }
        pipelines.projectsFromGit.formUnion(part.pipelines.projectsFromGit)
        expressions.add(part.expressions)
    }

    /// - Parameters:
    ///   - texts: the files on this machine.
    ///   - versions: of sources in Git, at most one for each.
    func read(_ texts: [ReadConfiguration.Text], versions: [ManifestVersion]) {
        for file in read(texts) {
            guard let file else {
                isComplete = false
                continue
            }
            problems.add(file.problems)
            if !file.isComplete { isComplete = false }
            for document in file.documents { sort(document.node, of: nil, written: document.written) }
        }
        for followed in settings.manifestSources {
            guard let version = versions.first(where: { $0.source.place == followed.source.place }) else {
                isComplete = false
                missing.append(followed)
                continue
            }
            var left = YamlDocuments.maxNodesOfSource
            for file in version.files {
                // The projects that it may define follow from the present configuration, not from that at the time of
                // the fetch.
                read(file.text, shownAs: "\(version.title):\(file.path)", of: followed.source, left: &left)
            }
        }
        nameNamespaces()
        refuseDoubles()
        for manifest in manifests[.project] ?? [] { readProject(manifest) }
        for group in [ManifestGroup.projectConfig, .promotionTask, .warehouse, .stage] {
            manifests[group] = (manifests[group] ?? []).map(placed(_:))
        }
        for manifest in manifests[.projectConfig] ?? [] { readProjectConfig(manifest) }
        for manifest in manifests[.clusterConfig] ?? [] {
            pipelines.gitClient = gitClient(of: manifest) ?? pipelines.gitClient
        }
        tellOldPolicies()
        for manifest in manifests[.warehouse] ?? [] { readWarehouse(manifest) }
        for manifest in manifests[.promotionTask] ?? [] { readTask(manifest, isClusterWide: false) }
        for manifest in manifests[.clusterPromotionTask] ?? [] { readTask(manifest, isClusterWide: true) }
        readStages(manifests[.stage] ?? [])
        checkUncalledTasks()
        for manifest in manifests[.secret] ?? [] { readSecret(manifest) }
        for manifest in manifests[.configMap] ?? [] { readConfigMap(manifest) }
        checkReadObjects()
        resolveUpstreams()
    }

    /// Warehouses with an error in a subscription: their subscriptions are not all known.
    var partlyRead: Set<WarehouseKey> = []

    /// Old forms that were reported, each with its file.
    var reportedForms: Set<String> = []

    /// By folder.
    private(set) var folders: [String: FolderNamespaces] = [:]

    /// Where a Project has promotion policies itself, by its name.
    var oldPolicies: [String: SourcePlace] = [:]

    /// By project and name; the project is empty for cluster-wide tasks.
    var tasks: [TaskKey: WrittenTask] = [:]
    var calledTasks: Set<TaskKey> = []
    /// How many more steps stages may have.
    var stepsLeft = maxStepsOfAll

    struct TaskKey: Hashable {
        var project: String
        var name: String
    }

    /// Stages in the old form, whose warehouse is found through their upstream stages.
    var unresolved: [StageKey: [String]] = [:]

    private struct ReadFile: Sendable {
        var documents: [(node: YamlNode, written: Written?)]
        var isComplete: Bool
        var problems: [Problem]
    }

    /// The content of a manifest after variables are replaced.
    private enum Written: Sendable {
        case node(YamlNode)
        /// The whole document is a Helm template, which is reported.
        case template
    }

    /// Reads the files of this machine, which share no limit, on all processors.
    ///
    /// `nil` for one without text.
    private func read(_ texts: [ReadConfiguration.Text]) -> [ReadFile?] {
        let (doubled, environment) = (doubled, variables.environment)
        let listed = variables.variables
        return Parallel.map(texts.count) { number -> ReadFile? in
            guard let text = texts[number].text else { return nil }
            let problems = ProblemList()
            var left = YamlDocuments.maxNodes
            let reading = YamlDocuments.read(
                text,
                file: texts[number].file,
                problems: problems,
                doubled: doubled,
                left: &left
            )
            let variables = ManifestVariables(variables: listed, environment: environment, problems: problems)
            let documents = reading.documents.map { node in
                (node, Self.group(of: node).map { Self.written(node, $0, variables) })
            }
            return ReadFile(documents: documents, isComplete: reading.isComplete, problems: problems.all)
        }
    }

    /// `nil` for a kind that is not read, or for a list.
    private static func group(of node: YamlNode) -> ManifestGroup? {
        guard let apiVersion = node["apiVersion"]?.scalar?.text, let kind = node["kind"]?.scalar?.text,
            case .read(let group) = ManifestKind(apiVersion: apiVersion, kind: kind)
        else { return nil }
        return group
    }

    private func read(_ text: String, shownAs shown: String, of source: ManifestSource?, left: inout Int) {
        sort(YamlDocuments.read(text, file: shown, problems: problems, doubled: doubled, left: &left), of: source)
    }

    private func sort(_ reading: YamlDocuments.Reading, of source: ManifestSource?) {
        if !reading.isComplete { isComplete = false }
        for document in reading.documents { sort(document, of: source) }
    }

    /// Adds one document to its group, or reports why it is left out.
    ///
    /// - Parameter written: its content after replacement, where that is known already.
    private func sort(_ document: YamlNode, of source: ManifestSource?, written: Written? = nil) {
        guard let header = Fields(document, problems: problems, dialect: dialect) else { return }
        let apiVersion = header.requiredString("apiVersion")
        let kind = header.requiredString("kind")
        for key in ["apiVersion", "kind"] where header.value(key)?.scalar.map({ HelmTemplate.isIn($0.text) }) ?? false {
            isComplete = false
            let place = header.place(of: key)
            problems.error(
                SourcePlace(file: place.file, line: place.line),
                TemplateText.helm,
                hint: TemplateText.helmHint
            )
            return
        }
        guard let apiVersion, let kind else {
            allowReferences(to: document)
            return
        }
        if apiVersion == "v1", kind == "List" {
            for item in header.items("items") { sort(item, of: source) }
            return
        }
        let place = SourcePlace(file: document.place.file, line: header.place(of: "kind").line, path: "kind")
        switch ManifestKind(apiVersion: apiVersion, kind: kind) {
        case .read(let group):
            keep(document, group, apiVersion: apiVersion, kind: kind, source: source, written: written)
        case .notExecuted(let reason):
            if kind == "Kustomization", let namespace = header.string("namespace") {
                folders[Self.folder(of: document.place.file), default: FolderNamespaces()].kustomization = namespace
            }
            problems.warning(place, "\(kind) is known, but not executed: \(reason)")
            if apiVersion == ManifestKind.kargoVersion { checkKeys(of: document, kind: kind) }
        case .unknownVersion:
            allowReferences(to: document)
            problems.error(
                place,
                "\(kind) has the version \(ShownText.text(apiVersion)), which is not known",
                hint: "this program knows \(ManifestKind.kargoVersion)"
            )
        case .unknown:
            let missed = ManifestKind.missed(apiVersion: apiVersion, kind: kind)
            if missed != nil { allowReferences(to: document) }
            problems.add(
                settings.strict || missed != nil ? .error : .warning,
                place,
                "unknown kind \(ShownText.text(kind)) of \(ShownText.text(apiVersion)): it is not read",
                hint: missed.map { "did you mean \($0)?" } ?? Spelling.hint(for: kind, among: ManifestKind.names)
            )
        }
    }

    /// Checks the keys of a kind that is not executed: misspellings are reported there too.
    private func checkKeys(of document: YamlNode, kind: String) {
        guard let keys = KargoVocabulary.specKeys[kind],
            let fields = Fields(document, problems: problems, dialect: dialect)
        else { return }
        fields.accept("apiVersion", "kind", "status")
        checkMetadata(fields.fields("metadata"))
        if let spec = fields.fields("spec") {
            spec.accept(keys)
            if keys.contains("steps"), kind != "Promotion", spec.items("steps").isEmpty {
                problems.error(spec.place(of: "steps"), "a \(kind) has one step at least")
            }
            spec.finish()
        } else if keys.contains("steps"), !fields.has("spec") {
            fields.missing("spec")
        }
        fields.finish()
    }

    private func checkMetadata(_ metadata: Fields?) {
        metadata?.accept(CoreVocabulary.metadataKeys)
        metadata?.finish()
    }

    private func keep(
        _ document: YamlNode,
        _ group: ManifestGroup,
        apiVersion: String,
        kind: String,
        source: ManifestSource?,
        written known: Written?
    ) {
        if let source, group == .secret {
            problems.error(
                document.place,
                "a Secret lies in \(source.place): secrets do not belong in Git",
                hint: "take it out there, change what it held, and name a file on this machine under manifests"
            )
            return
        }
        guard case .node(let written) = known ?? Self.written(document, group, variables.within(source)) else {
            isComplete = false
            return
        }
        guard let fields = Fields(written, problems: problems, dialect: dialect) else { return }
        fields.accept("apiVersion", "kind", "status")
        guard let metadata = fields.fields("metadata") else {
            if !fields.has("metadata") { fields.missing("metadata") }
            isComplete = false
            return
        }
        guard let name = metadata.requiredString("name") else {
            // Its name is missing, so references to it cannot be checked.
            isComplete = false
            return
        }
        if !Name.isSubdomain(name) {
            problems.error(
                metadata.place(of: "name"),
                "\(ShownText.text(name)) is not a name that Kubernetes takes",
                hint: "lower-case letters, digits, hyphens and dots"
            )
        }
        let namespace = metadata.string("namespace") ?? ""
        checkMetadata(metadata)
        let manifest = Manifest(
            apiVersion: apiVersion,
            kind: kind,
            name: name,
            // A project is in no namespace, whatever the manifest says: two of one name are one project.
            namespace: group.isClusterWide ? "" : namespace,
            labels: metadata.stringMap("labels"),
            annotations: metadata.stringMap("annotations"),
            fields: fields,
            namePlace: metadata.place(of: "name"),
            namespacePlace: metadata.place(of: "namespace"),
            isLeftOut: metadata.hasReportedProblem("namespace"),
            isFromGit: source != nil
        )
        checkAnnotations(manifest)
        if let source {
            guard isAllowed(manifest, group, in: source) else { return }
            // For a cluster-wide task, this is done for each project that calls it.
            if group != .clusterPromotionTask, group != .clusterConfig {
                pipelines.projectsFromGit.insert(group == .project ? manifest.name : manifest.namespace)
            }
        }
        manifests[group, default: []].append(manifest)
    }

    private static func written(
        _ document: YamlNode,
        _ group: ManifestGroup,
        _ variables: ManifestVariables
    ) -> Written {
        let own = document.withoutForeignText()
        // Templates in a ConfigMap belong to other programs: its contents stay unchanged.
        guard group != .configMap else { return .node(own) }
        let text = TemplateText(problems: variables.problems)
        guard let written = text.judged(own, isSecretManifest: group == .secret) else { return .template }
        return .node(variables.replaced(in: written, isSecretManifest: group == .secret))
    }

    /// A repository must not define objects of a project that it is not allowed to: they would be another team's
    /// pipelines.
    private func isAllowed(_ manifest: Manifest, _ group: ManifestGroup, in source: ManifestSource) -> Bool {
        if group == .clusterPromotionTask || group == .clusterConfig {
            guard let projects = source.projects else { return true }
            problems.error(
                manifest.place,
                "\(manifest.kind) \(manifest.name) would be seen by every project, and \(source.place) may define "
                    + "\(projects.joined(separator: ", ")) only",
                hint: group == .clusterConfig
                    ? "see projects under manifests"
                    : "make it a PromotionTask of one project, or see projects under manifests"
            )
            return false
        }
        let project = group == .project ? manifest.name : manifest.namespace
        // Without a namespace it is refused for another reason.
        guard !project.isEmpty, !source.allows(project: project) else { return true }
        problems.error(
            manifest.place,
            "\(manifest.kind) \(manifest.name) is of the project \(project), which \(source.place) may not define",
            hint: "it may define \((source.projects ?? []).joined(separator: ", ")): see projects under manifests"
        )
        return false
    }

    private var doubled: YamlDocuments.Doubled { dialect == .kargo ? .lastCounts : .refused }

    var dialect: Dialect { settings.strict ? .strict : .kargo }

    /// For what decides which freight there is, and where it may go.
    var selecting: Dialect { settings.strict ? .strict : .selecting }

    /// Sets missing namespaces before two objects are compared by their names.
    private func nameNamespaces() {
        for manifest in manifests[.project] ?? [] {
            folders[Self.folder(of: manifest.fields.place.file), default: FolderNamespaces()]
                .projects.insert(manifest.name)
        }
        for group in [ManifestGroup.projectConfig, .promotionTask, .warehouse, .stage] {
            manifests[group] = (manifests[group] ?? []).map(named(_:))
        }
    }

    /// Refuses the same object twice: otherwise the order would decide which one applies.
    private func refuseDoubles() {
        for (group, all) in manifests {
            var seen: [String: SourcePlace] = [:]
            manifests[group] = all.map { manifest in
                let key = "\(manifest.namespace)/\(manifest.name)"
                guard let first = seen[key] else {
                    seen[key] = manifest.place
                    return manifest
                }
                problems.error(
                    manifest.place,
                    "\(manifest.kind) \(manifest.name) is given twice: first at \(first.file):\(first.line)",
                    hint: "keep one of them"
                )
                var second = manifest
                second.isLeftOut = true
                return second
            }
        }
    }

    /// Marks the manifest as left out where it is in no project, and remembers its name.
    private func placed(_ manifest: Manifest) -> Manifest {
        guard !isInProject(manifest) else { return manifest }
        unplaced.insert(manifest.name)
        var manifest = manifest
        manifest.isLeftOut = true
        return manifest
    }

    /// For an object with an error in it: references to it are not errors.
    func leaveOut(_ manifest: Manifest) { unplaced.insert(manifest.name) }

    /// For an object that is not read: references to its name are not errors.
    private func allowReferences(to document: YamlNode) {
        guard let name = document["metadata"]?["name"]?.scalar?.text else {
            isComplete = false
            return
        }
        unplaced.insert(name)
    }

    func isInProject(_ manifest: Manifest) -> Bool {
        guard !manifest.isLeftOut else { return false }
        guard !manifest.namespace.isEmpty else {
            problems.error(
                manifest.namespacePlace,
                "\(manifest.kind) \(manifest.name) names no namespace",
                hint: "the namespace is the project's name"
            )
            return false
        }
        guard pipelines.projects[manifest.namespace] == nil else { return true }
        // The project may be in a file that could not be read.
        guard isComplete else { return false }
        guard !unplaced.contains(manifest.namespace) else { return false }
        problems.error(
            manifest.namespacePlace,
            "\(manifest.kind) \(manifest.name) is in \(ShownText.text(manifest.namespace)), and there is no such Project",
            hint: Spelling.hint(for: manifest.namespace, among: pipelines.projects.keys.sorted())
                ?? "add a Project of that name"
        )
        return false
    }

    /// - Parameter manifest: the manifest whose content is added.
    func update(by manifest: Manifest, _ change: (inout Project) -> Void) {
        guard !manifest.isLeftOut else { return }
        update(project: manifest.namespace, change)
    }

    func update(project name: String, _ change: (inout Project) -> Void) {
        // Changes it in place: a copy would copy all stages of the project each time.
        guard let index = pipelines.projects.index(forKey: name) else { return }
        change(&pipelines.projects.values[index])
    }

    func add(_ project: Project) { pipelines.projects[project.name] = project }

    func refer(_ stage: StageKey, to target: StageReference.Target, _ place: SourcePlace) {
        references.append(StageReference(stage: stage, target: target, place: place))
    }

    func add(_ credential: CredentialEntry) { credentials.append(credential) }

    /// - Parameter project: `nil` for a Secret that all projects share.
    func addSecret(_ name: String, project: String?, _ data: SecretData) {
        secrets.add(name, project: project, data.secrets)
    }

    func addShared(_ name: String, _ configMap: [String: String]) { pipelines.sharedConfigMaps[name] = configMap }
}
