/// A parsed unified diff: files, hunks and lines.
///
/// It reads Git's format. Any other text is kept as a note, so that no stored text is lost without a sign.
package struct ParsedDiff: Sendable, Equatable {
    package var files: [DiffFile] = []
    /// Lines that belong to no file, such as the line that says where the diff was cut.
    package var notes: [String] = []

    package var additions: Int { files.reduce(0) { $0 + $1.additions } }
    package var deletions: Int { files.reduce(0) { $0 + $1.deletions } }

    package init(_ text: String) {
        var reader = DiffReader()
        // Lines end at LF only: as characters, CR and LF would be one, and a CR that is part of a line must stay
        // visible.
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            reader.read(Substring(line))
        }
        reader.finish()
        files = reader.files
        notes = reader.notes
    }
}

/// Reads a diff line by line.
///
/// The numbers of a hunk give its count of lines: a removed line `-- a/x` looks like the head of a file.
private struct DiffReader {
    var files: [DiffFile] = []
    var notes: [String] = []
    private var file: DiffFile?
    /// Lines of the open hunk that are still missing.
    private var left = (old: 0, new: 0)
    private var next = (old: 0, new: 0)

    mutating func read(_ line: Substring) {
        file?.byteCount += line.utf8.count + 1
        if left.old > 0 || left.new > 0 {
            if readContent(line) { return }
            left = (0, 0)
        }
        if line.utf8.first == UInt8(ascii: "\\") {
            if let hunk = file?.hunks.indices.last, let last = file?.hunks[hunk].lines.indices.last {
                file?.hunks[hunk].lines[last].isUnterminated = true
            }
        } else if let names = line.without("diff --git ") {
            finish()
            file = Self.begun(names)
            file?.byteCount = line.utf8.count + 1
        } else if file == nil || !readHead(line) {
            if !line.isEmpty { notes.append(String(line)) }
        }
    }

    mutating func finish() {
        if let file { files.append(file) }
        file = nil
        left = (0, 0)
    }

    /// Whether the line belongs to the open hunk.
    private mutating func readContent(_ line: Substring) -> Bool {
        guard let hunk = file?.hunks.indices.last else { return false }
        let kind: DiffFile.Line.Kind
        switch line.utf8.first {
        case UInt8(ascii: " "): kind = .context
        case UInt8(ascii: "+"): kind = .added
        case UInt8(ascii: "-"): kind = .removed
        case UInt8(ascii: "\\"):
            if let last = file?.hunks[hunk].lines.indices.last { file?.hunks[hunk].lines[last].isUnterminated = true }
            return true
        default: return false
        }
        let isOld = kind != .added
        let isNew = kind != .removed
        guard !isOld || left.old > 0, !isNew || left.new > 0 else { return false }
        let read = DiffFile.Line(
            kind: kind,
            old: isOld ? next.old : nil,
            new: isNew ? next.new : nil,
            text: String(Substring(line.utf8.dropFirst()))
        )
        file?.hunks[hunk].lines.append(read)
        if isOld { (left.old, next.old) = (left.old - 1, next.old + 1) }
        if isNew { (left.new, next.new) = (left.new - 1, next.new + 1) }
        return true
    }

    /// Whether the line is one of those before the hunks, or begins a hunk.
    private mutating func readHead(_ line: Substring) -> Bool {
        if let rest = line.without("@@ -") { return beginHunk(rest) }
        if let path = line.without("--- ") {
            file?.oldPath = Self.path(path)
        } else if let path = line.without("+++ ") {
            file?.newPath = Self.path(path)
        } else if let mode = line.without("new file mode ") {
            file?.oldPath = nil
            file?.newMode = .init(mode)
        } else if let mode = line.without("deleted file mode ") {
            file?.newPath = nil
            file?.oldMode = .init(mode)
        } else if let mode = line.without("old mode ") {
            file?.oldMode = .init(mode)
        } else if let mode = line.without("new mode ") {
            file?.newMode = .init(mode)
        } else if let path = line.without("rename from ") ?? line.without("copy from ") {
            file?.oldPath = String(path)
        } else if let path = line.without("rename to ") ?? line.without("copy to ") {
            file?.newPath = String(path)
        } else if let ids = line.without("index ") {
            let words = ids.split(separator: " ")
            if words.count == 2 {
                file?.oldMode = .init(words[1])
                file?.newMode = .init(words[1])
            }
        } else if line.without("Binary files ") != nil || line == "GIT binary patch" {
            file?.content = .binary
        } else if line == "Files differ and are too large to show" {
            file?.content = .tooLarge
        } else {
            return line.without("similarity index ") != nil || line.without("dissimilarity index ") != nil
        }
        return true
    }

    /// The rest of a hunk's first line: `1,2 +3,4 @@ section`.
    private mutating func beginHunk(_ rest: Substring) -> Bool {
        guard let end = rest.firstRange(of: " @@") else { return false }
        let ranges = rest[..<end.lowerBound].split(separator: " +", maxSplits: 1)
        guard ranges.count == 2, let old = Self.range(ranges[0]), let new = Self.range(ranges[1]) else { return false }
        let section = rest[end.upperBound...].drop { $0 == " " }
        file?.hunks.append(.init(old: old, new: new, section: String(section)))
        left = (old.count, new.count)
        next = (old.start, new.start)
        return true
    }

    private static func range(_ text: Substring) -> (start: Int, count: Int)? {
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard let start = numbers.first ?? nil, numbers.count <= 2, start >= 0, start < 1 << 40 else { return nil }
        guard numbers.count == 2 else { return (start, 1) }
        guard let count = numbers[1], count >= 0, count < 1 << 40 else { return nil }
        return (start, count)
    }

    /// The path in a `---` or `+++` line, `a/x`; `nil`: `/dev/null`.
    private static func path(_ text: Substring) -> String? {
        guard text != "/dev/null" else { return nil }
        return String(text.without("a/") ?? text.without("b/") ?? text)
    }

    /// `a/NAME b/NAME`: a name may contain ` b/` itself, but both names have the same length.
    private static func begun(_ names: Substring) -> DiffFile {
        let bytes = names.utf8
        let half = (bytes.count - 5) / 2
        guard bytes.count > 5, bytes.count == 2 * half + 5 else { return named(names) }
        let old = Substring(bytes.dropFirst(2).prefix(half))
        let new = Substring(bytes.suffix(half))
        guard old == new, names == "a/\(old) b/\(new)" else { return named(names) }
        return named(old)
    }

    private static func named(_ name: Substring) -> DiffFile {
        DiffFile(oldPath: String(name), newPath: String(name))
    }
}

extension Substring {
    /// The text after a prefix; `nil`: the text has another prefix.
    ///
    /// It compares bytes, since a combining mark may follow the prefix's last character.
    fileprivate func without(_ beginning: String) -> Substring? {
        utf8.starts(with: beginning.utf8) ? Substring(utf8.dropFirst(beginning.utf8.count)) : nil
    }
}
