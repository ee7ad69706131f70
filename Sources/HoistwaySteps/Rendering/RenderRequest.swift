package import HoistwayModel
package import HoistwayPorts

/// What is made for a step apart from its lane, with all the values of the step's configuration.
package enum RenderRequest: Sendable, Equatable {
    case kustomize(KustomizeBuild)
    case helm(HelmTemplate)
    /// A file that is fetched, without a program.
    case download(StepHTTPRequest)
    /// A layer of an artifact.
    case layer(ArtifactSource, mediaType: String?)
    /// The dependencies of a chart; `versions`: the configured versions, as `REPOSITORY NAME VERSION`.
    ///
    /// No program runs for it.
    case dependencies(of: GitPath, versions: [String])

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
        case .download, .layer, .dependencies: preconditionFailure("no program has part in it")
        }
    }
}
