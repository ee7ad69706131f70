import HoistwayModel
import HoistwayPorts

/// A file of the workspace that a step reads or writes.
struct StepFile {
    /// The path in the configuration.
    let text: String
    let path: WorkspacePath
    /// Its path in its checkout, for messages.
    let shown: String
    /// The checkout that holds it; empty outside of all checkouts.
    let mount: String
    /// In no checkout.
    private let isOutside: Bool
    private let workspace: any Workspace

    init(_ text: String, in context: StepContext) {
        self.text = text
        let path = WorkspacePath(text)
        let mount = path.deepest(of: context.mounts)
        self.mount = mount?.text ?? ""
        shown = (mount.flatMap { path.rest(below: $0) } ?? path).description
        isOutside = mount == nil
        self.path = path
        workspace = context.workspace
    }

    /// Its content; a file that is not there is a failure.
    func content() async throws(StepFailure) -> [UInt8] {
        guard let bytes = try await contentIfPresent() else {
            throw .workspace(isOutside ? .missingOutside(path: text) : .missing(path: text))
        }
        return bytes
    }

    /// `nil` where there is nothing; anything but a regular file is a failure.
    func contentIfPresent() async throws(StepFailure) -> [UInt8]? {
        let bytes = try await inWorkspace { () throws(WorkspaceFailure) in try await workspace.read(path.text) }
        if let bytes { return bytes }
        let entry = try await inWorkspace { () throws(WorkspaceFailure) in try await workspace.entry(at: path.path) }
        if entry != nil { throw .workspace(.notAFile(path: text)) }
        return nil
    }

    /// The first symlink on the way to it, or it itself where it is one.
    func symlink() async throws(StepFailure) -> WorkspacePath? {
        for count in 1...max(1, path.names.count) {
            let part = WorkspacePath(names: Array(path.names.prefix(count)))
            let entry = try await inWorkspace { () throws(WorkspaceFailure) in
                try await workspace.entry(at: part.path)
            }
            if entry == .symlink { return part }
            if entry == nil { return nil }
        }
        return nil
    }

    /// Fails where it must not be written: at a symlink, or at an existing file that must not be replaced.
    func checkNew(allowOverwrite: Bool) async throws(StepFailure) {
        if let link = try await symlink() {
            throw .cannotAct("\(text) is not written: \(link) is a symlink, and symlinks are not followed", hint: nil)
        }
        let there = try await inWorkspace { () throws(WorkspaceFailure) in try await workspace.entry(at: path.path) }
        guard there == nil || allowOverwrite else {
            throw .broken("\(text) exists already", hint: "allowOverwrite: true replaces it")
        }
    }

    func write(_ bytes: [UInt8]) async throws(StepFailure) {
        try await inWorkspace { () throws(WorkspaceFailure) in try await workspace.write(path.text, bytes) }
    }
}
