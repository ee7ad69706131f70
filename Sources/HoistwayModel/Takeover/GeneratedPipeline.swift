/// A pipeline made from the settings of another program: the content of manifests before they are written.
package struct GeneratedPipeline: Sendable, Equatable {
    package var project: String
    /// Whether its stages use automatic promotion.
    package var promotesByItself: Bool
    package var warehouses: [GeneratedWarehouse]
    package var stages: [GeneratedStage]

    package init(
        project: String,
        promotesByItself: Bool,
        warehouses: [GeneratedWarehouse] = [],
        stages: [GeneratedStage] = []
    ) {
        self.project = project
        self.promotesByItself = promotesByItself
        self.warehouses = warehouses
        self.stages = stages
    }
}

package struct GeneratedWarehouse: Sendable, Equatable {
    package var name: String
    package var images: [GeneratedSubscription]

    package init(name: String, images: [GeneratedSubscription]) {
        self.name = name
        self.images = images
    }
}

/// A subscription to an image.
package struct GeneratedSubscription: Sendable, Equatable {
    package var repoURL: String
    package var strategy: ImageSubscription.Strategy
    package var constraint: String?
    /// Whether `1.2` is not a version.
    package var strictSemvers: Bool
    package var allowTags: [String]
    package var ignoreTags: [String]
    package var platform: String?

    package init(
        repoURL: String,
        strategy: ImageSubscription.Strategy = .semVer,
        constraint: String? = nil,
        strictSemvers: Bool = true,
        allowTags: [String] = [],
        ignoreTags: [String] = [],
        platform: String? = nil
    ) {
        self.repoURL = repoURL
        self.strategy = strategy
        self.constraint = constraint
        self.strictSemvers = strictSemvers
        self.allowTags = allowTags
        self.ignoreTags = ignoreTags
        self.platform = platform
    }
}

package struct GeneratedStage: Sendable, Equatable {
    package var name: String
    package var warehouse: String
    /// The stages from which it takes freight; empty: it takes the warehouse's.
    package var after: [String]
    package var steps: [GeneratedStep]
    /// Its source, for people.
    package var origin: String

    package init(name: String, warehouse: String, after: [String] = [], steps: [GeneratedStep], origin: String) {
        self.name = name
        self.warehouse = warehouse
        self.after = after
        self.steps = steps
        self.origin = origin
    }
}

/// A step of a generated stage; texts may contain `${{ }}`.
package enum GeneratedStep: Sendable, Equatable {
    /// Checks out a branch at `./repo`.
    ///
    /// `branch`: `nil` for the default branch; `folder`: the only folder that is checked out, and so the only one that
    /// steps can write; empty for the whole repository.
    case clone(repoURL: String, branch: String?, folder: String)
    /// `folder`: below the repository's root; without images, all images of the freight are set, by tag and digest.
    case setKustomizeImages(folder: String, [KustomizeImage])
    case updateYAML(file: String, [Value])
    case writeFile(file: String, contents: String)
    /// `message`: `nil` for Hoistway's own message.
    case commit(message: String?)
    /// `targetBranch`: `nil` for the branch that is checked out.
    case push(targetBranch: String?)
    case updateArgoCD(ApplicationKey, [SourceUpdate])

    package struct KustomizeImage: Sendable, Equatable {
        package var image: String
        /// The entry's name if it differs from the image's.
        package var name: String?
        package var newName: String?
        /// An expression; `nil` where the digest is set.
        package var tag: String?
        package var digest: String?

        package init(
            image: String,
            name: String? = nil,
            newName: String? = nil,
            tag: String? = nil,
            digest: String? = nil
        ) {
            self.image = image
            self.name = name
            self.newName = newName
            self.tag = tag
            self.digest = digest
        }
    }

    package struct Value: Sendable, Equatable {
        package var key: String
        package var value: String

        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    /// The update of one source by `argocd-update`.
    package struct SourceUpdate: Sendable, Equatable {
        package var repoURL: String
        /// Empty: the source has no chart.
        package var chart: String
        /// An expression.
        package var desiredRevision: String?
        package var kustomizeImages: [ArgoCDImage]
        package var helmParameters: [Value]

        package init(
            repoURL: String,
            chart: String = "",
            desiredRevision: String? = nil,
            kustomizeImages: [ArgoCDImage] = [],
            helmParameters: [Value] = []
        ) {
            self.repoURL = repoURL
            self.chart = chart
            self.desiredRevision = desiredRevision
            self.kustomizeImages = kustomizeImages
            self.helmParameters = helmParameters
        }
    }

    /// A Kustomize image of an Application: a tag or a digest.
    package struct ArgoCDImage: Sendable, Equatable {
        /// The name in the manifests.
        package var name: String
        package var newName: String?
        package var tag: String?
        package var digest: String?

        package init(name: String, newName: String? = nil, tag: String? = nil, digest: String? = nil) {
            self.name = name
            self.newName = newName
            self.tag = tag
            self.digest = digest
        }
    }
}

/// The expressions in generated steps.
package enum GeneratedExpression {
    /// The tag of the freight's image, as a text.
    package static func tag(of image: String) -> String { "${{ quote(imageFrom('\(image)').Tag) }}" }
    package static func digest(of image: String) -> String { "${{ imageFrom('\(image)').Digest }}" }
    /// The tag inside a longer text.
    package static func bareTag(of image: String) -> String { "${{ imageFrom('\(image)').Tag }}" }

    /// Whether a text can be used inside an expression's quotes and in a template.
    package static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x21..<0x7f).contains($0) }
            && !text.contains { "'\"\\${}".contains($0) }
    }
}
