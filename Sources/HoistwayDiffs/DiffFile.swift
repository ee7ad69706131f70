/// One file of a diff.
package struct DiffFile: Sendable, Equatable {
    /// The kind of entry at a path, as Git's modes define it.
    package enum Mode: Sendable, Equatable {
        case file
        case executable
        case symlink
        case submodule
        /// The mode in octal, as it was written.
        case other(String)

        init(_ octal: Substring) {
            self =
                switch octal {
                case "100644": .file
                case "100755": .executable
                case "120000": .symlink
                case "160000": .submodule
                default: .other(String(octal))
                }
        }
    }

    package enum Content: Sendable, Equatable {
        case text
        case binary
        /// Larger than the limit of the program that wrote the diff.
        case tooLarge
    }

    package struct Line: Sendable, Equatable {
        package enum Kind: Sendable, Equatable {
            case context
            case added
            case removed
        }

        package var kind: Kind
        /// The line's number in the old file; `nil`: the old file does not have the line.
        package var old: Int?
        /// The line's number in the new file; `nil`: the new file does not have the line.
        package var new: Int?
        /// Without the sign and the end of line.
        package var text: String
        /// The last line of its file, without an end of line.
        package var isUnterminated = false
    }

    package struct Hunk: Sendable, Equatable {
        /// First line and count in the old file.
        package var old: (start: Int, count: Int)
        package var new: (start: Int, count: Int)
        /// The text that Git writes after the numbers: the heading line above the hunk.
        package var section: String
        package var lines: [Line] = []

        package static func == (left: Hunk, right: Hunk) -> Bool {
            left.old == right.old && left.new == right.new && left.section == right.section
                && left.lines == right.lines
        }
    }

    /// `nil`: the file is new.
    package var oldPath: String?
    /// `nil`: the file is deleted.
    package var newPath: String?
    /// `nil`: the file is not there, or the diff does not give its mode.
    package var oldMode: Mode?
    package var newMode: Mode?
    package var content: Content = .text
    package var hunks: [Hunk] = []
    /// The size of the file's part of the diff, in UTF-8.
    package var byteCount = 0

    /// A file with only its path.
    package init(oldPath: String?, newPath: String?) {
        self.oldPath = oldPath
        self.newPath = newPath
    }

    package var path: String { newPath ?? oldPath ?? "" }
    package var additions: Int { count(.added) }
    package var deletions: Int { count(.removed) }
    package var lineCount: Int { hunks.reduce(0) { $0 + $1.lines.count } }

    private func count(_ kind: Line.Kind) -> Int {
        hunks.reduce(0) { sum, hunk in sum + hunk.lines.count { $0.kind == kind } }
    }
}
