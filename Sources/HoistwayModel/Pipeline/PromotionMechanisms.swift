/// The promotion mechanisms of Kargo 0.7 and 0.8, which came before steps.
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

/// A branch that a legacy stage writes.
package struct GitRepoUpdate: Sendable, Equatable, Codable {
    package struct KustomizeImage: Sendable, Equatable, Codable {
        package var image: String
        package var path: String
        package var useDigest: Bool
        /// The warehouse of the freight; `nil`: the update's own.
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
    /// The warehouse of the freight; `nil`: any, as long as only one has the repository or image.
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

/// An Argo CD Application that a legacy stage updates.
package struct ArgoCDAppUpdate: Sendable, Equatable, Codable {
    package var appName: String
    /// Empty: the namespace in the configuration.
    package var appNamespace: String
    /// `nil`: there are none, or an earlier version has stored it.
    package var sourceUpdates: [ArgoCDSourceUpdate]?
    package var place: SourcePlace

    package init(
        appName: String,
        appNamespace: String,
        sourceUpdates: [ArgoCDSourceUpdate] = [],
        place: SourcePlace
    ) {
        self.appName = appName
        self.appNamespace = appNamespace
        self.sourceUpdates = sourceUpdates.isEmpty ? nil : sourceUpdates
        self.place = place
    }
}

/// A source of an Application that a legacy stage updates.
package struct ArgoCDSourceUpdate: Sendable, Equatable, Codable {
    /// An image to set; its nearest origin is already resolved.
    package struct Image: Sendable, Equatable, Codable {
        package var image: String
        package var useDigest: Bool
        package var origin: String?

        package init(image: String, useDigest: Bool, origin: String? = nil) {
            self.image = image
            self.useDigest = useDigest
            self.origin = origin
        }
    }

    /// A Helm parameter.
    package struct Parameter: Sendable, Equatable, Codable {
        package var image: String
        package var key: String
        /// One of `ImageAndTag`, `Tag`, `ImageAndDigest` and `Digest`.
        package var value: String
        package var origin: String?

        package init(image: String, key: String, value: String, origin: String? = nil) {
            self.image = image
            self.key = key
            self.value = value
            self.origin = origin
        }
    }

    package var repoURL: String
    /// Empty: the source is a Git repository.
    package var chart: String
    package var images: [Image]
    package var parameters: [Parameter]
    /// The warehouse of the freight; `nil`: any, as long as only one has the repository or chart.
    package var origin: String?

    package init(
        repoURL: String,
        chart: String = "",
        images: [Image] = [],
        parameters: [Parameter] = [],
        origin: String? = nil
    ) {
        self.repoURL = repoURL
        self.chart = chart
        self.images = images
        self.parameters = parameters
        self.origin = origin
    }
}
