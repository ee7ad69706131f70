import HoistwayCrypto
import HoistwayModel

extension SettingsReader {
    func variables(_ fields: Fields) -> [ManifestVariable] {
        var variables: [ManifestVariable] = []
        for item in fields.items("manifestVariables") {
            guard let variable = variable(item) else { continue }
            guard Name.isVariable(variable.name) else {
                problems.error(variable.place, "\(ShownText.text(variable.name)) is not the name of a variable")
                continue
            }
            if variables.contains(where: { $0.name == variable.name }) {
                problems.error(variable.place, "\(variable.name) is listed twice")
            }
            variables.append(variable)
        }
        return variables
    }

    private func variable(_ item: YamlNode) -> ManifestVariable? {
        if let scalar = item.scalar, case .text(let name) = scalar.value {
            return ManifestVariable(name: name, isSecret: false, place: item.place)
        }
        guard let fields = Fields(item, problems: problems, dialect: .ours) else { return nil }
        let name = fields.requiredString("name")
        let isSecret = fields.bool("secret") ?? false
        let source = variableSource(fields)
        fields.finish()
        return name.map { ManifestVariable(name: $0, isSecret: isSecret, source: source, place: item.place) }
    }

    private func variableSource(_ fields: Fields) -> ManifestVariable.Source {
        let text: Secret?
        let key: String
        switch (fields.string("file"), fields.string("credential")) {
        case (nil, nil): return .environment
        case (let file?, nil):
            key = "file"
            text = secretFile(file, place: fields.place(of: key))
        case (nil, let name?):
            key = "credential"
            text = credential(name, place: fields.place(of: key))
        default:
            problems.error(fields.place, "a variable comes from a file or a credential, not from both")
            return .file(nil)
        }
        // It is put into a manifest's text, where other bytes would be replaced silently.
        if let text, String(validating: text.reveal(), as: UTF8.self) == nil {
            problems.error(fields.place(of: key), "the value of this variable is not UTF-8 text")
            return .file(nil)
        }
        return .file(text)
    }

    /// Our own options, by project.
    func projects(_ fields: Fields, clusters: [ClusterSettings]) -> [String: ProjectOptions] {
        byName("projects", of: fields) { project in
            var options = ProjectOptions(
                mode: project.choice("mode", PromotionMode.self),
                stages: byName("stages", of: project, read: stage(_:)),
                warehouses: byName("warehouses", of: project, read: warehouse(_:)),
                commitTemplate: commitTemplate(project),
                argocd: projectArgoCD(project, clusters: clusters),
                place: project.place
            )
            options.http = http(project)
            options.messageChannels = messageChannels(project)
            options.missingVerification = missingVerification(project)
            options.statuses = statuses(project)
            project.finish()
            return options
        }
    }

    /// `verification: {whenMissing: …}`, of the whole program or of one project.
    func missingVerification(_ fields: Fields) -> MissingVerification? {
        guard let verification = fields.fields("verification") else { return nil }
        let rule = verification.choice("whenMissing", MissingVerification.self)
        verification.finish()
        return rule
    }

    /// `promotions: {statuses: …}`, of the whole program or of one project.
    func statuses(_ fields: Fields) -> Bool? {
        guard let promotions = fields.fields("promotions") else { return nil }
        let statuses = promotions.bool("statuses")
        promotions.finish()
        return statuses
    }

    private func commitTemplate(_ project: Fields) -> CommitTemplate? {
        guard let text = project.string("commitMessage") else { return nil }
        if let problem = CommitTemplate.problem(with: text) {
            problems.error(project.place(of: "commitMessage"), "the template cannot be used: \(problem)")
        }
        return CommitTemplate(text)
    }

    private func stage(_ fields: Fields) -> StageOptions {
        let limits = fields.fields("limits")
        let options = StageOptions(
            mode: fields.choice("mode", PromotionMode.self),
            foreignCommits: fields.choice("foreignCommits", Stage.ForeignCommits.self),
            deletedFiles: limits?.integer("deletedFiles", in: 0...1_000_000),
            changedFiles: limits?.integer("changedFiles", in: 0...1_000_000),
            carriesImages: fields.bool("carryImages"),
            supersedes: fields.bool("supersede"),
            place: fields.place
        )
        limits?.finish()
        fields.finish()
        return options
    }

    private func warehouse(_ fields: Fields) -> WarehouseOptions {
        let options = WarehouseOptions(
            onTagMoved: fields.choice("onTagMoved", ImageSubscription.MovedTagRule.self),
            place: fields.place
        )
        fields.finish()
        return options
    }

    /// A mapping whose keys are names: every one of them is read by `read`.
    func byName<Value>(_ key: String, of fields: Fields, read: (Fields) -> Value) -> [String: Value] {
        guard let node = fields.value(key) else { return [:] }
        guard let entries = node.entries else {
            problems.error(fields.place(of: key), "expected a mapping by name, found \(node.kind)")
            return [:]
        }
        var values: [String: Value] = [:]
        for entry in entries {
            var value = entry.value
            // The line of the name is clearer than that of the keys below it.
            value.place = entry.place
            if let named = Fields(value, problems: problems, dialect: .ours) { values[entry.key] = read(named) }
        }
        return values
    }
}
