package import HoistwayPorts

/// What a program is to make, with everything that its step's configuration says.
package enum RenderRequest: Sendable, Equatable {
    case kustomize(KustomizeBuild)
    case helm(HelmTemplate)

    func perform(
        with renderer: any ManifestRenderer,
        from files: any SourceFiles
    ) async throws(RenderFailure) -> RenderedManifests {
        switch self {
        case .kustomize(var build):
            build.limits = renderer.limits
            return try await renderer.build(build, from: files)
        case .helm(var template):
            template.limits = renderer.limits
            return try await renderer.template(template, from: files)
        }
    }
}
