import HoistwayModel

extension ManifestReader {
    func readProject(_ manifest: Manifest) {
        let options = settings.projects[manifest.name]
        var project = Project(name: manifest.name, mode: options?.mode, commitTemplate: options?.commitTemplate)
        if let spec = manifest.fields.fields("spec") {
            // Kargo 1.4 and before had the policies here.
            project.promotionPolicies = spec.each("promotionPolicies").compactMap(policy(_:))
            if !project.promotionPolicies.isEmpty { oldPolicies[manifest.name] = spec.place(of: "promotionPolicies") }
            spec.finish()
        }
        manifest.fields.finish()
        if !manifest.isLeftOut { add(project) }
    }

    func readProjectConfig(_ manifest: Manifest) {
        if manifest.name != manifest.namespace, !manifest.namespace.isEmpty {
            problems.error(
                manifest.namePlace,
                "a ProjectConfig bears its project's name: \(manifest.namespace), not \(manifest.name)"
            )
        }
        if let spec = manifest.fields.fields("spec") {
            let policies = spec.each("promotionPolicies").compactMap(policy(_:))
            spec.note(
                "webhookReceivers",
                .warning,
                "webhookReceivers are known, but not executed",
                hint: "receivers are configured in the configuration file, under webhooks.receivers"
            )
            spec.note(
                "promotionWindows",
                .error,
                "promotion windows are not supported yet: they would not stop any promotion"
            )
            spec.accept("freightLinks", "stageLinks")
            spec.finish()
            // Where a ProjectConfig exists, only its policies apply, as in today's Kargo.
            update(by: manifest) { $0.promotionPolicies = policies }
            if let place = oldPolicies.removeValue(forKey: manifest.namespace) {
                problems.warning(
                    place,
                    "promotionPolicies of the Project \(manifest.namespace) have no effect beside its ProjectConfig",
                    hint: "write them all in the ProjectConfig, in \(spec.place.file), and take these out"
                )
            }
        }
        manifest.fields.finish()
    }

    /// Reports policies in Projects that no ProjectConfig overrides.
    func tellOldPolicies() {
        for (name, place) in oldPolicies {
            oldForm(
                "promotionPolicies of a Project",
                of: "Kargo 1.6 and before",
                today: "a ProjectConfig in the namespace \(name), with the same below its spec",
                place: place
            )
        }
    }

    private func policy(_ fields: Fields) -> PromotionPolicy? {
        let stage = fields.string("stage")
        let selector = fields.fields("stageSelector").map(selector(_:))
        fields.note("autoRollback", .warning, "autoRollback is known, but not executed")
        let enabled = fields.bool("autoPromotionEnabled") ?? false
        fields.finish()
        guard !fields.hasReportedProblem("stage") else { return nil }
        switch (stage, selector) {
        case (let stage?, nil):
            return PromotionPolicy(
                selector: StageSelector(name: .exact(stage)),
                autoPromotionEnabled: enabled,
                place: fields.place
            )
        case (nil, let selector?):
            return PromotionPolicy(selector: selector, autoPromotionEnabled: enabled, place: fields.place)
        default:
            problems.error(
                fields.place,
                "a policy selects stages either with stage or with stageSelector",
                hint: "write `stageSelector: {name: test}`, or `stageSelector: {}` for every stage"
            )
            return nil
        }
    }

    private func selector(_ fields: Fields) -> StageSelector {
        let name = fields.string("name").map { patterns.name($0, place: fields.place(of: "name")) }
        let selector = StageSelector(
            name: name,
            matchLabels: fields.stringMap("matchLabels"),
            matchExpressions: fields.each("matchExpressions").compactMap(expression(_:))
        )
        fields.finish()
        return selector
    }

    private func expression(_ fields: Fields) -> LabelExpression? {
        let key = fields.requiredString("key")
        let operation = fields.choice("operator", LabelExpression.Operator.self)
        if !fields.has("operator") { fields.missing("operator") }
        let values = fields.strings("values")
        fields.finish()
        guard let key, let operation else { return nil }
        let takesValues = operation == .isIn || operation == .notIn
        if takesValues == values.isEmpty {
            problems.error(
                fields.place,
                takesValues ? "\(operation.rawValue) needs values" : "\(operation.rawValue) takes no values"
            )
        }
        return LabelExpression(key: key, operation: operation, values: values)
    }
}
