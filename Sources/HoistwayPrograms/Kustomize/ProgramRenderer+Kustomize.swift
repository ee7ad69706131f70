import HoistwayModel
package import HoistwayPorts

extension ProgramRenderer {
    package func build(
        _ build: KustomizeBuild,
        from files: any SourceFiles
    ) async throws(RenderFailure) -> RenderedManifests {
        let program: FoundProgram
        do throws(ProgramFailure) {
            program = try await tools.kustomize()
        } catch {
            throw .program(error)
        }
        let sources = try await KustomizeSources.gather(build.folder, from: files, limits: build.limits)
        var run = ProgramRun(program.location, Self.arguments(build, program))
        var description = program.description
        if sources.helm != nil {
            let helm = try await helm()
            run.companions = [helm.location]
            run.arguments += Self.helmArguments(build, helm)
            description += ", \(helm.description)"
        }
        run.files = sources.gathered.sorted
        run.workingFolder = build.folder
        run.limits = build.limits
        let output: ProgramOutput
        do throws(RenderFailure) {
            output = try await perform(run)
        } catch {
            guard case .program(.exited(let name, let status, let words)) = error else { throw error }
            throw .program(.exited(name: name, status: status, words: KubectlWords.plain(words)))
        }
        return RenderedManifests(
            files: try Self.files(output.standardOutput, build),
            program: description,
            inputs: run.files.map(\.path),
            words: output.words
        )
    }

    /// Paths start at the folder of the kustomization, where the program starts: a path as an argument could be read as
    /// an address.
    private static func arguments(_ build: KustomizeBuild, _ program: FoundProgram) -> [String] {
        [program.kind == .kubectl ? "kustomize" : "build", ".", "--load-restrictor=LoadRestrictionsNone"]
    }

    private static func helmArguments(_ build: KustomizeBuild, _ helm: FoundProgram) -> [String] {
        var arguments = ["--enable-helm", "--helm-command=\(helm.location.path)"]
        arguments += build.helmAPIVersions.map { "--helm-api-versions=\($0)" }
        if let version = build.helmKubeVersion { arguments.append("--helm-kube-version=\(version)") }
        return arguments
    }

    private static func files(_ stream: [UInt8], _ build: KustomizeBuild) throws(RenderFailure) -> [ProgramFile] {
        if isFile(build.outPath) { return [ProgramFile(build.outPath, stream)] }
        let documents = try documents(stream)
        let severalNamespaces = ManifestFileNames.namespaces(of: documents).count > 1
        return try files(documents, in: build.outPath) { document in
            switch build.fileNames {
            case .kargo: ManifestFileNames.kargo(document)
            case .kustomize: ManifestFileNames.kustomize(document, severalNamespaces: severalNamespaces)
            }
        }
    }
}
