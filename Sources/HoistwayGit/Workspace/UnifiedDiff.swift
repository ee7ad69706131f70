import Clibgit2
import HoistwayModel
import HoistwayPorts

/// Writes changes as `git diff` does.
struct UnifiedDiff {
    /// Files above this size are named without content, in bytes.
    private static let maxFileBytes = 1 << 20
    /// The shown part of a symbolic link's target, in bytes.
    private static let maxTargetBytes = 4096
    /// Number of files whose content is fetched in one request.
    private static let batch = 64

    let remote: any GitRemote
    /// Bytes after which the text is cut.
    let maxBytes: Int

    func text(of changes: [FileChange]) async throws(GitFailure) -> String {
        var text = ""
        var rest = changes[...]
        while !rest.isEmpty {
            let next = rest.prefix(Self.batch)
            rest = rest.dropFirst(Self.batch)
            try await remote.prefetch(next.flatMap { [blob($0.old), blob($0.new)].compactMap { $0 } })
            for change in next {
                let piece = try await self.text(of: change)
                guard text.utf8.count + piece.utf8.count <= maxBytes else {
                    return text + "… the diff is cut here: it is longer than \(maxBytes) bytes\n"
                }
                text += piece
            }
        }
        return text
    }

    /// The differences file by file; a file above the limit is named without its lines.
    func differences(of files: [ChangedFile]) async throws(GitFailure) -> [FileDifference] {
        var described: [FileDifference] = []
        var bytes = 0
        for start in stride(from: 0, to: files.count, by: Self.batch) {
            let next = files[start..<min(start + Self.batch, files.count)]
            if bytes < maxBytes {
                try await remote.prefetch(next.flatMap { Self.blobs(of: $0) })
            }
            for file in next {
                var one = FileDifference(of: file)
                if bytes < maxBytes {
                    one = FileDifference(of: file, targets: (try await target(file.old), try await target(file.new)))
                    try await addLines(of: file, to: &one)
                }
                let size = one.diff?.utf8.count ?? 0
                if bytes >= maxBytes || bytes + size > maxBytes {
                    one.diff = nil
                    one.notes.append(
                        "its lines are left out: all differences together are longer than \(maxBytes) bytes"
                    )
                    bytes = maxBytes
                }
                bytes += size
                described.append(one)
            }
        }
        return described
    }

    private func addLines(of file: ChangedFile, to one: inout FileDifference) async throws(GitFailure) {
        func entry(_ entry: ChangedFile.Entry?) -> TreeEntry? {
            entry.flatMap { entry in
                FileMode(rawValue: entry.mode).map { TreeEntry(name: file.path.name, mode: $0, id: entry.id) }
            }
        }
        let text = try await self.text(of: FileChange(path: file.path, old: entry(file.old), new: entry(file.new)))
        if text.range(ofLine: "@@ ") == nil {
            if text.range(ofLine: "Binary files ") != nil { one.notes.append("a binary file") }
            if text.range(ofLine: "Files differ and are too large") != nil { one.notes.append("too large to show") }
        }
        one.diff = text
        let counts = FileDifference.counts(in: text)
        (one.added, one.removed) = (counts?.added, counts?.removed)
    }

    /// The target of a symbolic link; `nil`: the entry is none.
    private func target(_ entry: ChangedFile.Entry?) async throws(GitFailure) -> String? {
        guard let entry, entry.mode == FileMode.symlink.rawValue else { return nil }
        return String(decoding: try await remote.blob(entry.id).prefix(Self.maxTargetBytes), as: UTF8.self)
    }

    private static func blobs(of file: ChangedFile) -> [ObjectID] {
        [file.old, file.new].compactMap { entry in
            entry.flatMap { $0.mode == FileMode.submodule.rawValue ? nil : $0.id }
        }
    }

    private func text(of change: FileChange) async throws(GitFailure) -> String {
        let old = try await content(change.old)
        let new = try await content(change.new)
        // Names come from repositories: control characters must not reach a terminal.
        let name = change.path.description
        if max(old?.count ?? 0, new?.count ?? 0) > Self.maxFileBytes {
            return "diff --git a/\(name) b/\(name)\nFiles differ and are too large to show\n"
        }
        var text = header(of: change, name: name)
        do { text += try Self.hunks(old: old, new: new, name: name) } catch { throw error.failure }
        return text
    }

    private func header(of change: FileChange, name: String) -> String {
        var text = "diff --git a/\(name) b/\(name)\n"
        let modes = (change.old.map { Self.octal($0.mode) }, change.new.map { Self.octal($0.mode) })
        switch modes {
        case (nil, let new?): text += "new file mode \(new)\n"
        case (let old?, nil): text += "deleted file mode \(old)\n"
        case (let old?, let new?) where old != new: text += "old mode \(old)\nnew mode \(new)\n"
        default: break
        }
        let same = change.old?.mode == change.new?.mode ? change.new.map { " \(Self.octal($0.mode))" } ?? "" : ""
        text += "index \((change.old?.id ?? .zero).short)..\((change.new?.id ?? .zero).short)\(same)\n"
        return text
    }

    /// The two file lines and the hunks, from libgit2.
    private static func hunks(old: [UInt8]?, new: [UInt8]?, name: String) throws(GitError) -> String {
        var patch: OpaquePointer?
        let before = old ?? []
        let after = new ?? []
        try git("compare files") {
            before.withUnsafeBytes { left in
                after.withUnsafeBytes { right in
                    git_patch_from_buffers(
                        &patch,
                        left.baseAddress,
                        left.count,
                        nil,
                        right.baseAddress,
                        right.count,
                        nil,
                        nil
                    )
                }
            }
        }
        defer { git_patch_free(patch) }
        var buffer = git_buf()
        try git("write diff") { git_patch_to_buf(&buffer, patch) }
        defer { git_buf_dispose(&buffer) }
        guard let start = buffer.ptr, buffer.size > 0 else { return "" }
        let text = String(decoding: UnsafeRawBufferPointer(start: start, count: buffer.size), as: UTF8.self)
        // libgit2's own header has neither modes nor ids, and quotes unusual names in another way.
        let from = old == nil ? "/dev/null" : "a/\(name)"
        let to = new == nil ? "/dev/null" : "b/\(name)"
        if text.range(ofLine: "Binary files ") != nil, text.range(ofLine: "@@ ") == nil {
            return "Binary files \(from) and \(to) differ\n"
        }
        guard let body = text.range(ofLine: "@@ ") else { return "" }
        return "--- \(from)\n+++ \(to)\n\(text[body...])"
    }

    private func content(_ entry: TreeEntry?) async throws(GitFailure) -> [UInt8]? {
        guard let entry else { return nil }
        if entry.mode == .submodule { return Array("Subproject commit \(entry.id)\n".utf8) }
        return try await remote.blob(entry.id)
    }

    private func blob(_ entry: TreeEntry?) -> ObjectID? {
        entry.flatMap { $0.mode == .submodule ? nil : $0.id }
    }

    private static func octal(_ mode: FileMode) -> String {
        String(mode.rawValue, radix: 8)
    }
}

extension String {
    /// Where the first line that begins with `prefix` begins.
    fileprivate func range(ofLine prefix: String) -> Index? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(prefix) { return start }
            guard let end = self[start...].utf8.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            start = utf8.index(after: end)
        }
        return nil
    }
}
