import HoistwayModel

extension ManifestReader {
    /// Old forms of a step's configuration, wherever in it they stand; whether the step runs is told elsewhere.
    func tellOldForms(of uses: String, in node: YamlNode) {
        switch node.content {
        case .scalar(let scalar):
            if Expressions.isTemplate(scalar.text), scalar.text.contains(".prNumber") {
                oldForm(
                    "the output prNumber",
                    of: "Kargo 0.9 to 1.6",
                    today: "the output pr.id",
                    place: node.place,
                    isHonoured: false
                )
            }
        case .list(let items): for item in items { tellOldForms(of: uses, in: item) }
        case .map(let entries):
            for entry in entries {
                if let form = OldForm.all.first(where: { $0.key == entry.key && $0.uses.contains(uses) }) {
                    oldForm(
                        "\(form.key) of \(uses)",
                        of: "Kargo \(form.versions)",
                        today: form.today,
                        place: entry.place,
                        isHonoured: schemas[uses] != nil
                    )
                }
                tellOldForms(of: uses, in: entry.value)
            }
            tellImageAlone(of: uses, in: node)
        }
    }

    /// `kustomize-set-image` with an image and nothing that says which version.
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

    /// Tells of a form that Kargo no longer has, and that is read as it was meant: once for each form and file.
    ///
    /// - Parameters:
    ///   - versions: which versions of Kargo had it.
    ///   - today: what says the same now.
    func oldForm(_ form: String, of versions: String, today: String, place: SourcePlace, isHonoured: Bool = true) {
        guard toldForms.insert("\(place.file) \(form)").inserted else { return }
        problems.warning(
            place,
            "\(form) is a form of \(versions), which today's Kargo ignores or refuses"
                + (isHonoured ? "; it is honoured here" : ""),
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
            uses: ["git-clone", "argocd-update"],
            versions: "0.9 to 1.2",
            today: "an expression with the warehouse, as in "
                + "`commit: '${{ commitFrom(\"URL\", warehouse(\"NAME\")).ID }}'`"
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

/// A text as a value of YAML that is read as that text, whatever it holds.
enum YamlQuoted {
    static func text(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
}
