/// What Kargo 0.7 and 0.8 had in place of steps.
package struct PromotionMechanisms: Sendable, Equatable, Codable {
    package var gitRepoUpdates: [GitRepoUpdate]
    package var argoCDAppUpdates: [ArgoCDAppUpdate]
    package var place: SourcePlace

    package init(gitRepoUpdates: [GitRepoUpdate], argoCDAppUpdates: [ArgoCDAppUpdate], place: SourcePlace) {
        self.gitRepoUpdates = gitRepoUpdates
        self.argoCDAppUpdates = argoCDAppUpdates
        self.place = place
    }
}

/// One branch that a legacy stage writes.
package struct GitRepoUpdate: Sendable, Equatable, Codable {
    package struct KustomizeImage: Sendable, Equatable, Codable {
        package var image: String
        package var path: String
        package var useDigest: Bool
        /// The warehouse whose freight is meant; `nil`: that of the update.
        package var origin: String?

        package init(image: String, path: String, useDigest: Bool, origin: String? = nil) {
            self.image = image
            self.path = path
            self.useDigest = useDigest
            self.origin = origin
        }
    }

    package var repoURL: String
    package var insecureSkipTLSVerify: Bool
    /// Empty or `nil`: the remote's default branch, unless the freight has a commit of this repository.
    package var readBranch: String?
    package var writeBranch: String
    package var images: [KustomizeImage]
    /// The warehouse whose freight is meant; `nil`: any, as long as only one carries the repository or image.
    package var origin: String?
    package var place: SourcePlace

    package init(
        repoURL: String,
        insecureSkipTLSVerify: Bool = false,
        readBranch: String? = nil,
        writeBranch: String,
        images: [KustomizeImage],
        origin: String? = nil,
        place: SourcePlace
    ) {
        self.repoURL = repoURL
        self.insecureSkipTLSVerify = insecureSkipTLSVerify
        self.readBranch = readBranch
        self.writeBranch = writeBranch
        self.images = images
        self.origin = origin
        self.place = place
    }
}

/// One Argo CD Application that a legacy stage updates.
///
/// Carried; executed once a cluster can be configured.
package struct ArgoCDAppUpdate: Sendable, Equatable, Codable {
    package var appName: String
    package var appNamespace: String
    package var place: SourcePlace

    package init(appName: String, appNamespace: String, place: SourcePlace) {
        self.appName = appName
        self.appNamespace = appNamespace
        self.place = place
    }
}
