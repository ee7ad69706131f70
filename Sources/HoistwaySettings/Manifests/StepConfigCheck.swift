import HoistwayModel

/// Checks the configuration of a step that runs.
///
/// An unknown key is an error, as it is for Kargo: what a step does ends on a branch.
struct StepConfigCheck {
    let reader: ManifestReader

    private var problems: ProblemList { reader.problems }

    func check(_ uses: String, _ node: YamlNode) {
        guard let fields = Fields(node, problems: problems, dialect: .strict) else { return }
        switch uses {
        case "git-clone": gitClone(fields)
        case "git-clear": path("path", fields)
        case "copy": copy(fields)
        case "kustomize-set-image": kustomizeSetImage(fields)
        case "git-commit": gitCommit(fields)
        case "git-push": gitPush(fields)
        default: return
        }
        fields.finish()
    }

    private func gitClone(_ fields: Fields) {
        if let url = fields.requiredString("repoURL") {
            _ = reader.gitChecks.repositoryKey(url, place: fields.place(of: "repoURL"))
        }
        let checkouts = fields.each("checkout")
        if checkouts.isEmpty { problems.error(fields.place(of: "checkout"), "git-clone needs a checkout at least") }
        var names: [String: Int] = [:]
        for checkout in checkouts {
            self.checkout(checkout)
            guard let name = checkout.string("as"), !name.isEmpty else { continue }
            if let line = names[name] {
                problems.error(checkout.place(of: "as"), "\(Quoted.text(name)) is used in line \(line) already")
            }
            names[name] = checkout.place.line
        }
        author(fields)
        if fields.bool("recurseSubmodules") ?? false {
            fields.note("recurseSubmodules", .error, "submodules are not supported yet")
        }
        // Objects are fetched as they are needed in any case.
        _ = fields.bool("blobless")
        _ = fields.bool("insecureSkipTLSVerify")
    }

    private func checkout(_ fields: Fields) {
        path("path", fields)
        let refs = ["branch", "commit", "tag"].filter { fields.string($0).map { !$0.isEmpty } ?? false }
        if refs.count > 1 {
            problems.error(
                fields.place,
                "a checkout has one of branch, commit and tag, not \(refs.joined(separator: " and "))"
            )
        }
        for key in ["branch", "tag"] {
            if let name = fields.string(key), !name.isEmpty {
                reader.gitChecks.branch(name, place: fields.place(of: key))
            }
        }
        if let id = fields.string("commit"), !id.isEmpty, ObjectID(id) == nil {
            problems.error(fields.place(of: "commit"), "\(Quoted.text(id)) is not a commit's id of 40 digits")
        }
        fromFreight(fields, refs: refs)
        if fields.bool("create") ?? false, refs != ["branch"] {
            problems.error(fields.place(of: "create"), "create needs a branch to make")
        }
        fields.note("sparse", .error, "sparse is not supported: a file outside it would be lost from the new tree")
        fields.accept("as")
        fields.finish()
    }

    /// The form of Kargo 0.9 to 1.2 for the commit that the freight carries.
    private func fromFreight(_ fields: Fields, refs: [String]) {
        let isFromFreight = fields.bool("fromFreight") ?? false
        if isFromFreight, let ref = refs.first {
            problems.error(fields.place(of: "fromFreight"), "a checkout has fromFreight or \(ref), not both")
        }
        let hasOrigin = fields.has("fromOrigin")
        origin(fields)
        if hasOrigin, !isFromFreight {
            problems.error(fields.place(of: "fromOrigin"), "fromOrigin needs fromFreight: true")
        }
    }

    /// The warehouse whose freight is meant.
    private func origin(_ fields: Fields) {
        guard let origin = fields.fields("fromOrigin") else { return }
        if let kind = origin.string("kind"), kind != "Warehouse" {
            problems.error(origin.place(of: "kind"), "\(Quoted.text(kind)) is not Warehouse")
        }
        if let name = origin.requiredString("name"), name.isEmpty { origin.missing("name") }
        origin.finish()
    }

    private func author(_ fields: Fields) {
        guard let author = fields.fields("author") else { return }
        _ = author.requiredString("name")
        if let email = author.requiredString("email"), !email.contains("@") {
            problems.error(author.place(of: "email"), "\(Quoted.text(email)) is not an e-mail address")
        }
        author.note("signingKey", .error, "signing commits is not supported yet")
        author.finish()
    }

    private func copy(_ fields: Fields) {
        path("inPath", fields)
        path("outPath", fields)
        _ = fields.string("ignore")
    }

    private func gitCommit(_ fields: Fields) {
        path("path", fields)
        // Kargo wants one; without it, the message says which image went from which version to which.
        let message = fields.string("message")
        if !fields.strings("messageFromSteps").isEmpty, message != nil {
            problems.error(
                fields.place(of: "messageFromSteps"),
                "git-commit has message or messageFromSteps, not both"
            )
        }
        author(fields)
    }

    private func gitPush(_ fields: Fields) {
        path("path", fields)
        if let branch = fields.string("targetBranch"), !branch.isEmpty {
            reader.gitChecks.branch(branch, place: fields.place(of: "targetBranch"))
        }
        if fields.bool("generateTargetBranch") ?? false {
            fields.note("generateTargetBranch", .error, "generated branches are not supported yet")
        }
        fields.note("tag", .error, "pushing tags is not supported yet")
        if fields.bool("force") ?? false {
            fields.note("force", .error, "nothing is ever pushed by force", hint: "take force out")
        }
        _ = fields.integer("maxAttempts", in: 1...Int(Int32.max))
        _ = fields.choice("provider", GitProvider.self)
    }

    private func kustomizeSetImage(_ fields: Fields) {
        path("path", fields)
        for image in fields.each("images") {
            _ = image.requiredString("image")
            _ = image.string("name")
            _ = image.string("newName")
            let given = ["tag", "digest"].filter { image.string($0).map { !$0.isEmpty } ?? false }
            // Without either, tag and digest are the freight's.
            if given.count > 1 {
                problems.error(
                    image.place,
                    "an image has a tag or a digest, not both",
                    hint: "without either, tag and digest of the freight's image are set"
                )
            }
            let hasOrigin = image.has("fromOrigin")
            origin(image)
            if hasOrigin, !given.isEmpty {
                problems.error(
                    image.place(of: "fromOrigin"),
                    "fromOrigin has no meaning beside a \(given[0]): the version is not looked up in the freight"
                )
            }
            if image.bool("useDigest") ?? false, !given.isEmpty {
                problems.error(image.place(of: "useDigest"), "useDigest has no meaning beside a \(given[0])")
            }
            image.finish()
        }
    }

    /// A path inside the promotion's workspace.
    private func path(_ key: String, _ fields: Fields) {
        guard let text = fields.requiredString(key), PathText.tidy(text) == nil else { return }
        problems.error(fields.place(of: key), "\(Quoted.text(text)) leads out of the promotion's workspace")
    }

    private enum GitProvider: String, CaseIterable {
        case azure, bitbucket, gitea, github, gitlab
    }
}
