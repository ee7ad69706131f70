import HoistwayModel
package import HoistwayPorts

/// Makes manifests with `kustomize` or `kubectl`, and `helm`.
///
/// Safe to use concurrently. A program gets only the files that it needs. Its results are read back as values, so that
/// no file of the run is left when this returns.
package struct ProgramRenderer: ManifestRenderer {
    let runner: any ProgramRunner
    let tools: ProgramTools
    package let limits: ProgramLimits

    package init(runner: any ProgramRunner, tools: ProgramTools, limits: ProgramLimits = ProgramLimits()) {
        self.runner = runner
        self.tools = tools
        self.limits = limits
    }

    func perform(_ run: ProgramRun) async throws(RenderFailure) -> ProgramOutput {
        do throws(ProgramFailure) {
            return try await runner.run(run)
        } catch {
            throw .program(error)
        }
    }

    func helm() async throws(RenderFailure) -> FoundProgram {
        do throws(ProgramFailure) {
            return try await tools.helm()
        } catch {
            throw .program(error)
        }
    }

    /// Whether manifests go into one file.
    static func isFile(_ outPath: GitPath) -> Bool {
        [".yaml", ".yml"].contains { outPath.name.bytes.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }

    /// Files of one manifest each.
    ///
    /// Two manifests of one name are an error: one of them would be lost.
    static func files(
        _ documents: [ManifestDocument],
        in folder: GitPath,
        name: (ManifestDocument) -> String
    ) throws(RenderFailure) -> [ProgramFile] {
        var taken: [GitPath: ManifestDocument] = [:]
        var files: [ProgramFile] = []
        for document in documents {
            let path = try ManifestFileNames.path(name(document), in: folder)
            if let other = taken.updateValue(document, forKey: path) {
                throw .output(
                    reason: """
                        two manifests would be written to \(path.shortened): \(described(other)) and \
                        \(described(document)); write them to one file instead: an outPath that ends with .yaml
                        """
                )
            }
            files.append(ProgramFile(path, document.bytes))
        }
        return files.sorted { $0.path < $1.path }
    }

    private static func described(_ document: ManifestDocument) -> String {
        let name = document.namespace.isEmpty ? document.name : "\(document.namespace)/\(document.name)"
        let words = [document.apiVersion, document.kind, name].filter { !$0.isEmpty }
        return GitPath(words.joined(separator: " ")).shortened
    }

    static func documents(_ stream: [UInt8]) throws(RenderFailure) -> [ManifestDocument] {
        do throws(ManifestDocument.Failure) {
            return try ManifestDocument.all(in: stream)
        } catch {
            throw .output(reason: error.reason)
        }
    }
}
