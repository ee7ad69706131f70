/// The changes of one file of a branch, for people.
package struct FileDifference: Sendable, Equatable, Codable {
    package enum Change: String, Sendable, Codable, CaseIterable {
        case added
        case deleted
        case changed
    }

    /// In Git's format: special bytes in quotes, with octal escapes.
    package var path: String
    package var change: Change
    /// Changes outside of the lines, in a few words: another mode, a symbolic link, a submodule, a binary file.
    package var notes: [String]
    /// The number of lines; `nil`: they were not counted, for example for a binary file.
    package var added: Int?
    package var removed: Int?
    /// In the format of `git diff`; `nil`: it was left out, for the reason in `notes`.
    package var diff: String?

    package init(
        path: String,
        change: Change,
        notes: [String] = [],
        added: Int? = nil,
        removed: Int? = nil,
        diff: String? = nil
    ) {
        self.path = path
        self.change = change
        self.notes = notes
        self.added = added
        self.removed = removed
        self.diff = diff
    }
}

extension FileDifference {
    private static let symlink: UInt32 = 0o120000
    private static let submodule: UInt32 = 0o160000

    /// Everything except the lines.
    ///
    /// - Parameter targets: the targets of symbolic links, before and after.
    package init(of file: ChangedFile, targets: (old: String?, new: String?) = (nil, nil)) {
        let change: Change = file.old == nil ? .added : file.new == nil ? .deleted : .changed
        self.init(path: file.path.description, change: change, notes: Self.notes(on: file, targets))
    }

    private static func notes(on file: ChangedFile, _ targets: (old: String?, new: String?)) -> [String] {
        var notes: [String] = []
        let (old, new) = (file.old, file.new)
        switch (old?.mode, new?.mode) {
        case (let before?, let after?) where before != after:
            notes.append(
                "mode \(octal(before)) becomes \(octal(after)): \(name(of: before)) becomes \(name(of: after))"
            )
        case (nil, let after?) where after != 0o100644: notes.append("new \(name(of: after))")
        case (let before?, nil) where before != 0o100644: notes.append("\(name(of: before)) that is deleted")
        default: break
        }
        if old?.mode == symlink || new?.mode == symlink, old?.id != new?.id {
            let before = targets.old.map { "pointed to \(ShownText.quoted($0))" }
            let after = targets.new.map { "points to \(ShownText.quoted($0))" }
            let words = [before, after].compactMap(\.self).joined(separator: ", ")
            if !words.isEmpty { notes.append("symbolic link: \(words)") }
        }
        if old?.mode == submodule || new?.mode == submodule, old?.id != new?.id {
            let before = old.flatMap { $0.mode == submodule ? "was at commit \($0.id.short)" : nil }
            let after = new.flatMap { $0.mode == submodule ? "is at commit \($0.id.short)" : nil }
            notes.append("submodule: \([before, after].compactMap(\.self).joined(separator: ", "))")
        }
        return notes
    }

    private static func octal(_ mode: UInt32) -> String { String(mode, radix: 8) }

    private static func name(of mode: UInt32) -> String {
        switch mode {
        case 0o100755: "an executable file"
        case symlink: "a symbolic link"
        case submodule: "a submodule"
        default: "a file"
        }
    }

    /// Counts the lines of a unified diff of one file; `nil` where it has no hunks.
    package static func counts(in diff: String) -> (added: Int, removed: Int)? {
        var counts: (added: Int, removed: Int)?
        for line in diff.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.starts(with: "@@ ".utf8), counts == nil { counts = (0, 0) }
            guard counts != nil else { continue }
            if line.first == UInt8(ascii: "+") { counts?.added += 1 }
            if line.first == UInt8(ascii: "-") { counts?.removed += 1 }
        }
        return counts
    }
}
