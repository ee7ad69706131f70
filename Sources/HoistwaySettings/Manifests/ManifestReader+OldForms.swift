import HoistwayModel

extension ManifestReader {
    /// Reports old forms in a step's configuration, at any depth; another check reports steps that do not run.
    func tellOldForms(of uses: String, in node: YamlNode) {
        if uses == "argocd-update" { tellOldApplications(in: node) }
        tellOldKeys(of: uses, in: node)
    }

    private func tellOldKeys(of uses: String, in node: YamlNode) {
        switch node.content {
        case .scalar(let scalar):
            if Expressions.isTemplate(scalar.text), scalar.text.hasBytes(".prNumber") {
                oldForm(
                    "the output prNumber",
                    of: "Kargo 0.9 to 1.6",
                    today: "the output pr.id",
                    place: node.place,
                    works: false
                )
            }
        case .list(let items): for item in items { tellOldKeys(of: uses, in: item) }
        case .map(let entries):
            for entry in entries {
                if let form = OldForm.all.first(where: { $0.key == entry.key && $0.uses.contains(uses) }) {
                    oldForm(
                        "\(form.key) of \(uses)",
                        of: "Kargo \(form.versions)",
                        today: form.today,
                        place: entry.place,
                        works: schemas[uses] != nil
                    )
                }
                tellOldKeys(of: uses, in: entry.value)
            }
            tellImageAlone(of: uses, in: node)
            tellChartAlone(of: uses, in: node)
        }
    }

    /// Reports forms of `argocd-update` that are recognised by a key that is absent.
    private func tellOldApplications(in config: YamlNode) {
        let sources = (config["apps"]?.items ?? []).flatMap { $0["sources"]?.items ?? [] }
        for source in sources {
            if let entry = source.entries?.first(where: { $0.key == "updateTargetRevision" }),
                entry.value.scalar?.bool == true, source["desiredRevision"] == nil,
                source["desiredCommitFromStep"] == nil
            {
                oldForm(
                    "updateTargetRevision of argocd-update without desiredRevision",
                    of: "Kargo 0.9 and 1.0",
                    today: "`desiredRevision: '${{ commitFrom(\"URL\").ID }}'` beside it",
                    place: entry.place
                )
            }
            for image in source["kustomize"]?["images"]?.items ?? []
            where ["tag", "digest", "useDigest"].allSatisfy({ image[$0] == nil }) {
                oldForm(
                    "an image of argocd-update without tag and digest",
                    of: "Kargo 0.9 to 1.2",
                    today: "`tag: '${{ quote(imageFrom(\"IMAGE\").Tag) }}'`",
                    place: image.place
                )
            }
            for image in source["helm"]?["images"]?.items ?? [] {
                guard let entry = image.entries?.first(where: { $0.key == "repoURL" }) else { continue }
                oldForm(
                    "repoURL of an image for Helm of argocd-update",
                    of: "Kargo 0.9 to 1.2",
                    today: "`key` and `value` alone, as in `value: '${{ quote(imageFrom(\"IMAGE\").Tag) }}'`",
                    place: entry.place
                )
            }
        }
    }

    /// Reports an `argocd-update` without a revision, beside steps in a form of the same old versions.
    ///
    /// Kargo 0.9 and 1.0 used the freight's commit or chart version; from 1.1 on, the step waits for no revision.
    func tellUnnamedRevisions(among steps: [(uses: String, config: YamlNode?, place: SourcePlace)]) {
        let hasOldForm = steps.contains { step in step.config.map { Self.holdsOldForm(step.uses, $0) } ?? false }
        guard hasOldForm else { return }
        for step in steps where step.uses == "argocd-update" {
            guard let config = step.config,
                !Self.holdsKey(in: config, where: { ["desiredRevision", "desiredCommitFromStep"].contains($0) }),
                reportedForms.insert("\(step.place.file) argocd-update without a revision").inserted
            else { continue }
            problems.warning(
                step.place,
                "argocd-update names no desiredRevision: Kargo 0.9 and 1.0, of which other steps here have forms, took "
                    + "the freight's commit or chart version, and today's Kargo awaits none",
                hint: "write `desiredRevision: '${{ commitFrom(\"URL\").ID }}'` if that is meant"
            )
        }
    }

    private static func holdsOldForm(_ uses: String, _ config: YamlNode) -> Bool {
        let keys = OldForm.all.filter { $0.uses.contains(uses) && $0.versions.hasPrefix("0.9") }.map(\.key)
        if holdsKey(in: config, where: keys.contains) { return true }
        guard uses == "kustomize-set-image" else { return false }
        return (config["images"]?.items ?? []).contains { $0["tag"] == nil && $0["digest"] == nil }
    }

    private static func holdsKey(in node: YamlNode, where matches: (String) -> Bool) -> Bool {
        if let items = node.items { return items.contains { holdsKey(in: $0, where: matches) } }
        return (node.entries ?? []).contains { matches($0.key) || holdsKey(in: $0.value, where: matches) }
    }

    /// Reports an item of `helm-update-chart` whose version comes from the freight.
    private func tellChartAlone(of uses: String, in node: YamlNode) {
        guard uses == "helm-update-chart", let repository = node["repository"]?.scalar?.text,
            let name = node["name"]?.scalar?.text, node["version"] == nil
        else { return }
        let arguments =
            repository.hasPrefix("oci://")
            ? Expressions.quoted("\(repository)/\(name)")
            : "\(Expressions.quoted(repository)), \(Expressions.quoted(name))"
        oldForm(
            "a chart without version",
            of: "Kargo 0.9 to 1.2",
            today: "`version: \(YamlQuoted.text("${{ chartFrom(\(arguments)).Version }}"))`",
            place: node.place
        )
    }

    /// Reports a `kustomize-set-image` with an image and no version.
    private func tellImageAlone(of uses: String, in node: YamlNode) {
        guard uses == "kustomize-set-image", let image = node["image"]?.scalar?.text, node["tag"] == nil,
            node["digest"] == nil, node["useDigest"] == nil
        else { return }
        let tag = YamlQuoted.text("${{ quote(imageFrom(\(Expressions.quoted(image))).Tag) }}")
        oldForm(
            "an image without tag and digest",
            of: "Kargo 0.9 to 1.2",
            today: "`tag: \(tag)`, or no `images` at all",
            place: node.place
        )
    }

    /// Reports a form that Kargo no longer has, and that still works here: once for each form and file.
    ///
    /// - Parameters:
    ///   - versions: the versions of Kargo that had it.
    ///   - today: the same in today's form.
    func oldForm(_ form: String, of versions: String, today: String, place: SourcePlace, works: Bool = true) {
        guard reportedForms.insert("\(place.file) \(form)").inserted else { return }
        problems.warning(
            place,
            "\(form) is a form of \(versions), which today's Kargo ignores or refuses"
                + (works ? "; it works here" : ""),
            hint: "today: \(today)"
        )
    }
}

/// A key of a step's configuration that Kargo no longer has.
private struct OldForm {
    var key: String
    var uses: [String]
    var versions: String
    var today: String

    static let all = [
        OldForm(
            key: "messageFromSteps",
            uses: ["git-commit"],
            versions: "0.9 to 1.4",
            today: "`message: '${{ outputs.NAME.commitMessage }}'`"
        ),
        OldForm(
            key: "fromFreight",
            uses: ["git-clone"],
            versions: "0.9 to 1.2",
            today: "`commit: '${{ commitFrom(\"URL\").ID }}'`"
        ),
        OldForm(
            key: "useDigest",
            uses: ["kustomize-set-image", "argocd-update"],
            versions: "0.9 to 1.2",
            today: "`digest: '${{ imageFrom(\"IMAGE\").Digest }}'`"
        ),
        OldForm(
            key: "fromOrigin",
            uses: ["git-clone"],
            versions: "0.9 to 1.2",
            today: "an expression with the warehouse, as in "
                + "`commit: '${{ commitFrom(\"URL\", warehouse(\"NAME\")).ID }}'`"
        ),
        OldForm(
            key: "fromOrigin",
            uses: ["argocd-update"],
            versions: "0.9 to 1.2",
            today: "an expression with the warehouse, as in "
                + "`desiredRevision: '${{ commitFrom(\"URL\", warehouse(\"NAME\")).ID }}'`"
        ),
        OldForm(
            key: "fromOrigin",
            uses: ["kustomize-set-image", "helm-update-image"],
            versions: "0.9 to 1.2",
            today: "an expression with the warehouse, as in "
                + "`tag: '${{ quote(imageFrom(\"IMAGE\", warehouse(\"NAME\")).Tag) }}'`"
        ),
        OldForm(
            key: "fromOrigin",
            uses: ["helm-update-chart"],
            versions: "0.9 to 1.2",
            today: "an expression with the warehouse, as in "
                + "`version: '${{ chartFrom(\"URL\", \"NAME\", warehouse(\"NAME\")).Version }}'`"
        ),
        OldForm(
            key: "desiredCommitFromStep",
            uses: ["argocd-update"],
            versions: "0.9 to 1.2",
            today: "`desiredRevision: '${{ outputs.NAME.commit }}'`"
        ),
        OldForm(
            key: "sourceBranchFromStep",
            uses: ["git-open-pr"],
            versions: "0.9 to 1.2",
            today: "`sourceBranch: '${{ outputs.NAME.branch }}'`"
        ),
        OldForm(
            key: "createTargetBranch",
            uses: ["git-open-pr"],
            versions: "0.9 to 1.9",
            today: "a target branch that exists"
        ),
        OldForm(
            key: "prNumberFromStep",
            uses: ["git-wait-for-pr"],
            versions: "0.9 to 1.2",
            today: "`prNumber: '${{ outputs.NAME.pr.id }}'`"
        ),
    ]
}

/// A text as a YAML value that is read as exactly that text.
enum YamlQuoted {
    static func text(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
}
