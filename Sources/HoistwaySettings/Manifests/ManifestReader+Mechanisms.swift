import HoistwayModel

extension ManifestReader {
    /// Kargo 0.7's and 0.8's `promotionMechanisms`.
    func mechanisms(_ fields: Fields) -> PromotionMechanisms {
        let origin = origin(of: fields)
        let updates = fields.each("gitRepoUpdates").compactMap { gitRepoUpdate($0, inherited: origin) }
        let applications = fields.each("argoCDAppUpdates").compactMap { argoCDAppUpdate($0, inherited: origin) }
        if !fields.has("gitRepoUpdates"), !fields.has("argoCDAppUpdates") {
            problems.error(fields.place, "promotionMechanisms have gitRepoUpdates or argoCDAppUpdates")
        }
        fields.finish()
        return PromotionMechanisms(gitRepoUpdates: updates, argoCDAppUpdates: applications, place: fields.place)
    }

    /// The warehouse whose freight is meant; the innermost `origin` applies.
    private func origin(of fields: Fields) -> String? {
        guard let origin = fields.fields("origin") else { return nil }
        if let kind = origin.string("kind"), kind != "Warehouse" {
            problems.error(origin.place(of: "kind"), "\(ShownText.text(kind)) is not Warehouse")
        }
        let name = origin.requiredString("name")
        origin.finish()
        return name
    }

    private func gitRepoUpdate(_ fields: Fields, inherited: String?) -> GitRepoUpdate? {
        let origin = origin(of: fields) ?? inherited
        let url = fields.requiredString("repoURL")
        if let url { _ = gitChecks.repositoryKey(url, place: fields.place(of: "repoURL")) }
        let write = fields.requiredString("writeBranch")
        let read = fields.string("readBranch").flatMap { $0.isEmpty ? nil : $0 }
        if let write { gitChecks.branch(write, place: fields.place(of: "writeBranch")) }
        if let read { gitChecks.branch(read, place: fields.place(of: "readBranch")) }
        let insecure = fields.bool("insecureSkipTLSVerify") ?? false
        fields.note("pullRequest", .error, "pull requests are not supported yet: the branch would be pushed at once")
        fields.note("render", .error, "render used a tool of its own, which Kargo has dropped")
        fields.note("helm", .error, "helm updates are not supported yet: the stage would get none")
        let images = fields.fields("kustomize").map(kustomizeImages(_:)) ?? []
        fields.finish()
        guard let url, let write else { return nil }
        return GitRepoUpdate(
            repoURL: url,
            insecureSkipTLSVerify: insecure,
            readBranch: read,
            writeBranch: write,
            images: images,
            origin: origin,
            place: fields.place
        )
    }

    private func kustomizeImages(_ fields: Fields) -> [GitRepoUpdate.KustomizeImage] {
        let common = origin(of: fields)
        let images = fields.each("images").compactMap { image -> GitRepoUpdate.KustomizeImage? in
            let origin = origin(of: image) ?? common
            let name = image.requiredString("image")
            let path = image.requiredString("path")
            let useDigest = image.bool("useDigest") ?? false
            image.finish()
            if let path, PathText.tidy(path) == nil {
                problems.error(image.place(of: "path"), "\(ShownText.text(path)) leads out of the repository")
            }
            if let name, ImageKey(name) == nil {
                problems.error(image.place(of: "image"), "\(ShownText.text(name)) is not an image's name")
            }
            guard let name, let path else { return nil }
            return GitRepoUpdate.KustomizeImage(image: name, path: path, useDigest: useDigest, origin: origin)
        }
        if images.isEmpty { problems.error(fields.place, "kustomize has one image at least") }
        fields.finish()
        return images
    }

    private func argoCDAppUpdate(_ fields: Fields, inherited: String?) -> ArgoCDAppUpdate? {
        let origin = origin(of: fields) ?? inherited
        let name = fields.requiredString("appName")
        let namespace = fields.string("appNamespace") ?? ""
        let sources = fields.each("sourceUpdates").compactMap { sourceUpdate($0, inherited: origin) }
        fields.finish()
        guard let name else { return nil }
        return ArgoCDAppUpdate(appName: name, appNamespace: namespace, sourceUpdates: sources, place: fields.place)
    }

    private func sourceUpdate(_ fields: Fields, inherited: String?) -> ArgoCDSourceUpdate? {
        let origin = origin(of: fields) ?? inherited
        let url = fields.requiredString("repoURL")
        let chart = fields.string("chart") ?? ""
        // Accepted, and never read.
        fields.accept("updateTargetRevision")
        var images: [ArgoCDSourceUpdate.Image] = []
        if let kustomize = fields.fields("kustomize") {
            let common = self.origin(of: kustomize) ?? origin
            images = kustomize.each("images").compactMap { image in
                let own = self.origin(of: image) ?? common
                let name = image.requiredString("image")
                let useDigest = image.bool("useDigest") ?? false
                image.finish()
                return name.map { ArgoCDSourceUpdate.Image(image: $0, useDigest: useDigest, origin: own) }
            }
            if images.isEmpty { problems.error(kustomize.place, "kustomize has one image at least") }
            kustomize.finish()
        }
        let parameters = fields.fields("helm").map { helmParameters($0, inherited: origin) } ?? []
        fields.finish()
        guard let url else { return nil }
        return ArgoCDSourceUpdate(repoURL: url, chart: chart, images: images, parameters: parameters, origin: origin)
    }

    private func helmParameters(_ fields: Fields, inherited: String?) -> [ArgoCDSourceUpdate.Parameter] {
        let common = origin(of: fields) ?? inherited
        let words = ["ImageAndTag", "Tag", "ImageAndDigest", "Digest"]
        let parameters = fields.each("images").compactMap { image -> ArgoCDSourceUpdate.Parameter? in
            let own = origin(of: image) ?? common
            let (name, key) = (image.requiredString("image"), image.requiredString("key"))
            let value = image.requiredString("value")
            if let value, !words.contains(value) {
                problems.error(
                    image.place(of: "value"),
                    "\(ShownText.text(value)) is none of \(Listing.text(words, limit: 4))"
                )
            }
            image.finish()
            guard let name, let key, let value else { return nil }
            return ArgoCDSourceUpdate.Parameter(image: name, key: key, value: value, origin: own)
        }
        if parameters.isEmpty { problems.error(fields.place, "helm has one image at least") }
        fields.finish()
        return parameters
    }
}
