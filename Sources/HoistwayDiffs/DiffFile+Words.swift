extension DiffFile {
    /// Facts that lines do not show, in a few words: `new file`, `was a file, is a symbolic link now`, `binary file`.
    package var remarks: [String] {
        var remarks: [String] = []
        if oldPath == nil { remarks.append(newMode.map { "new \($0.noun)" } ?? "new file") }
        if newPath == nil { remarks.append(oldMode.map { "deleted \($0.noun)" } ?? "deleted") }
        if let oldPath, let newPath, oldPath != newPath { remarks.append("was \(oldPath)") }
        if oldPath != nil, newPath != nil { remarks += changeOfMode }
        switch content {
        case .text: break
        case .binary: remarks.append("binary file: its content is not shown")
        case .tooLarge: remarks.append("too large to show")
        }
        if content == .text, hunks.isEmpty, remarks.isEmpty { remarks.append("no line of it differs") }
        return remarks
    }

    private var changeOfMode: [String] {
        guard let newMode else { return [] }
        guard let oldMode, oldMode != newMode else {
            // A plain file needs no remark.
            return newMode == .file || newMode == .executable ? [] : [newMode.noun]
        }
        switch (oldMode, newMode) {
        case (.file, .executable): return ["made executable"]
        case (.executable, .file): return ["no longer executable"]
        default: return ["was \(oldMode.withArticle), is \(newMode.withArticle) now"]
        }
    }
}

extension DiffFile.Mode {
    /// A noun for sentences: `symbolic link`.
    package var noun: String {
        switch self {
        case .file: "file"
        case .executable: "executable file"
        case .symlink: "symbolic link"
        case .submodule: "submodule"
        case .other(let octal): "entry of mode \(octal)"
        }
    }

    fileprivate var withArticle: String {
        switch self {
        case .executable, .other: "an \(noun)"
        case .file, .symlink, .submodule: "a \(noun)"
        }
    }
}
