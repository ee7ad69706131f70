import HoistwayModel
import HoistwayPorts

/// The files of the workspace for a program: each requested file is read once, within limits.
struct GatheredFiles {
    private let source: any SourceFiles
    private let limits: ProgramLimits
    private let program: String
    private var files: [GitPath: ProgramFile] = [:]
    private var bytes = 0

    init(_ source: any SourceFiles, limits: ProgramLimits, program: String) {
        self.source = source
        self.limits = limits
        self.program = program
    }

    /// By path.
    var sorted: [ProgramFile] { files.values.sorted { $0.path < $1.path } }

    func entry(at path: GitPath) async throws(RenderFailure) -> SourceEntry? {
        // The workspace itself.
        guard !path.isEmpty else { return .folder }
        do throws(WorkspaceFailure) {
            return try await source.entry(at: path)
        } catch {
            throw .workspace(error)
        }
    }

    /// Adds a regular file and gives its content; `nil` where there is none.
    @discardableResult
    mutating func take(_ path: GitPath, isExecutable: Bool) async throws(RenderFailure) -> [UInt8]? {
        if let file = files[path] { return file.bytes }
        let content: [UInt8]?
        do throws(WorkspaceFailure) {
            content = try await source.read(path)
        } catch {
            throw .workspace(error)
        }
        guard let content else { return nil }
        guard files.count < limits.inputFiles else {
            throw .program(.exceeded(name: program, .inputFiles(limits.inputFiles)))
        }
        bytes += content.count
        guard bytes <= limits.inputBytes else {
            throw .program(.exceeded(name: program, .inputBytes(limits.inputBytes)))
        }
        files[path] = ProgramFile(path, content, isExecutable: isExecutable)
        return content
    }

    /// Adds all files below a folder.
    ///
    /// A symbolic link is refused, since it is not followed; a submodule is an empty folder, as it is after a clone.
    mutating func takeFolder(_ folder: GitPath) async throws(RenderFailure) {
        let list: [(path: GitPath, entry: SourceEntry)]
        do throws(WorkspaceFailure) {
            list = try await source.list(folder, limit: limits.inputFiles + 1)
        } catch {
            throw .workspace(error)
        }
        guard list.count <= limits.inputFiles else {
            throw .program(.exceeded(name: program, .inputFiles(limits.inputFiles)))
        }
        for (path, entry) in list {
            switch entry {
            case .file(let isExecutable): try await take(path, isExecutable: isExecutable)
            case .symlink:
                throw .refused(
                    place: SourcePlace(file: path.shortened, line: 0),
                    reason: "is a symbolic link, which is not followed",
                    hint: "put the file there instead of the link"
                )
            case .folder, .submodule: continue
            }
        }
    }

    /// Replaces the content of a file for the program; the workspace stays unchanged.
    mutating func replace(_ path: GitPath, _ content: [UInt8]) {
        bytes += content.count - (files[path]?.bytes.count ?? 0)
        files[path] = ProgramFile(path, content, isExecutable: files[path]?.isExecutable ?? false)
    }
}
