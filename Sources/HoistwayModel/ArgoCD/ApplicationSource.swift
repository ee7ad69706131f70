/// One source of an Application.
package struct ApplicationSource: Sendable, Equatable {
    package var repoURL: String
    /// Empty: the root, or a chart.
    package var path: String
    /// As it is written; empty means the default branch.
    package var targetRevision: String
    /// Only tags with this prefix count, and it is removed before a version is read; empty: there is none.
    package var tagPrefix = ""
    /// The chart of a Helm repository; empty: there is none.
    package var chart: String
    /// The name by which value files of other sources use this one; empty: it has no name.
    package var ref: String
    /// `kustomize.images` as they are written; `nil`: there is no `kustomize` block, or no list in it.
    package var kustomizeImages: [String]?
    package var hasKustomize: Bool
    /// `helm.parameters`; `nil`: there is no `helm` block, or no list in it.
    package var helmParameters: [HelmParameter]?
    package var hasHelm: Bool
    /// `helm.valueFiles`.
    package var valueFiles: [String]

    package struct HelmParameter: Sendable, Equatable {
        package var name: String
        package var value: String
        package var forceString: Bool

        package init(name: String, value: String, forceString: Bool = false) {
            self.name = name
            self.value = value
            self.forceString = forceString
        }
    }

    package init(
        repoURL: String,
        path: String = "",
        targetRevision: String = "",
        chart: String = "",
        ref: String = "",
        kustomizeImages: [String]? = nil,
        hasKustomize: Bool = false,
        helmParameters: [HelmParameter]? = nil,
        hasHelm: Bool = false,
        valueFiles: [String] = []
    ) {
        self.repoURL = repoURL
        self.path = path
        self.targetRevision = targetRevision
        self.chart = chart
        self.ref = ref
        self.kustomizeImages = kustomizeImages
        self.hasKustomize = hasKustomize || kustomizeImages != nil
        self.helmParameters = helmParameters
        self.hasHelm = hasHelm || helmParameters != nil
        self.valueFiles = valueFiles
    }
}
