/// What a diff says of one file.
package struct DiffFile: Sendable, Equatable {
    /// What lies at a path, as Git's modes say.
    package enum Mode: Sendable, Equatable {
        case file
        case executable
        case symlink
        case submodule
        /// Octal, as written.
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
        /// Above the bound of whoever wrote the diff.
        case tooLarge
    }

    package struct Line: Sendable, Equatable {
        package enum Kind: Sendable, Equatable {
            case context
            case added
            case removed
        }

        package var kind: Kind
        /// Its number in the old file; `nil`: it is not there.
        package var old: Int?
        /// Its number in the new file; `nil`: it is not there.
        package var new: Int?
        /// Without sign and end of line.
        package var text: String
        /// The last of its file, without an end of line.
        package var isUnterminated = false
    }

    package struct Hunk: Sendable, Equatable {
        /// First line and count in the old file.
        package var old: (start: Int, count: Int)
        package var new: (start: Int, count: Int)
        /// What Git writes behind the numbers: the line under which the hunk stands.
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
    /// `nil`: not there, or not said.
    package var oldMode: Mode?
    package var newMode: Mode?
    package var content: Content = .text
    package var hunks: [Hunk] = []
    /// Of its part of the diff, in UTF-8.
    package var byteCount = 0

    /// A file of which only the path is known.
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
