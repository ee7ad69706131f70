package import HoistwayModel

/// The file of manifests that is made for one Application.
package enum ImageUpdaterFile {
    static func path(of application: ApplicationKey, in project: String) -> String {
        "\(project)/\(application.namespace)_\(application.name).yaml"
    }

    /// `nil`: the file is not that of an Application.
    package static func application(at path: String) -> ApplicationKey? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasSuffix(".yaml") else { return nil }
        // A Kubernetes name has no `_`.
        let names = parts[1].dropLast(".yaml".count).split(separator: "_", maxSplits: 1).map(String.init)
        return names.count == 2 ? ApplicationKey(namespace: names[0], name: names[1]) : nil
    }
}
