import HoistwayModel
package import HoistwayPorts

extension ProgramRenderer {
    package func template(
        _ template: HelmTemplate,
        from files: any SourceFiles
    ) async throws(RenderFailure) -> RenderedManifests {
        let helm = try await helm()
        let sources = try await ChartSources.gather(template, from: files)
        var inputs = sources.gathered.sorted
        let paths = inputs.map(\.path)
        if sources.buildsDependencies {
            inputs = try await buildDependencies(template, helm, inputs)
        }
        let isFile = Self.isFile(template.outPath)
        let outputFolder = !isFile && template.layout == .helm ? Self.unusedName(beside: inputs) : nil
        let arguments = HelmArguments(
            template: template,
            chart: try Self.argument(template.chart),
            valuesFiles: try sources.valuesFiles.map { path throws(RenderFailure) in try Self.text(path) },
            outputFolder: outputFolder
        )
        var run = ProgramRun(helm.location, arguments.words)
        run.files = inputs
        run.limits = template.limits
        if let outputFolder { run.results = [GitPath(outputFolder)] }
        let output = try await perform(run)
        return RenderedManifests(
            files: try Self.files(output, template, outputFolder),
            program: helm.description,
            inputs: paths,
            words: output.words
        )
    }

    /// The files, with `charts` after Helm has copied the charts of the workspace.
    private func buildDependencies(
        _ template: HelmTemplate,
        _ helm: FoundProgram,
        _ inputs: [ProgramFile]
    ) async throws(RenderFailure) -> [ProgramFile] {
        let charts = template.chart.appending("charts")
        var run = ProgramRun(
            helm.location,
            ["dependency", "build", "--skip-refresh", "--", try Self.argument(template.chart)]
        )
        run.files = inputs
        run.limits = template.limits
        run.results = [charts]
        let output = try await perform(run)
        return inputs.filter { !$0.path.isInside(charts) } + output.results
    }

    private static func files(
        _ output: ProgramOutput,
        _ template: HelmTemplate,
        _ outputFolder: String?
    ) throws(RenderFailure) -> [ProgramFile] {
        if isFile(template.outPath) { return [ProgramFile(template.outPath, output.standardOutput)] }
        if let outputFolder {
            let prefix = outputFolder.utf8.count + 1
            return output.results.map { file in
                ProgramFile(template.outPath.appending(GitPath(bytes: file.path.bytes.dropFirst(prefix))), file.bytes)
            }
        }
        var documents = try documents(output.standardOutput).filter { !$0.isEmpty }
        for index in documents.indices {
            let bytes = trimmed(documents[index].bytes)
            documents[index].bytes = documents[index].isHook ? withoutSource(bytes) : bytes
        }
        var unnamed = 0
        return try files(documents, in: template.outPath) { document in
            if let name = ManifestFileNames.flat(document) { return name }
            defer { unnamed += 1 }
            return "resource-\(unnamed).yaml"
        }
    }

    /// Kargo writes a hook without the line that names its template, as Helm stores it (Kargo v1.11:
    /// `helm_template_runner.go`).
    private static func withoutSource(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.starts(with: "# Source: ".utf8), let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
            return bytes
        }
        return trimmed(Array(bytes[end...]))
    }

    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        func isBlank(_ byte: UInt8) -> Bool { " \t\r\n".utf8.contains(byte) }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return Array(bytes[first...last])
    }

    /// A name that no file at the root of the workspace has.
    private static func unusedName(beside files: [ProgramFile]) -> String {
        let taken = Set(files.compactMap { $0.path.names.first })
        var name = "rendered"
        while taken.contains(GitPath(name)) { name += "-" }
        return name
    }

    private static func argument(_ path: GitPath) throws(RenderFailure) -> String { "./\(try text(path))" }

    private static func text(_ path: GitPath) throws(RenderFailure) -> String {
        guard let text = path.text else {
            throw .refused(
                place: SourcePlace(file: path.shortened, line: 0),
                reason: "is not UTF-8, and Helm gets it as an argument",
                hint: "give it another name"
            )
        }
        return text
    }
}
