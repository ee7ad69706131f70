/// One path that a push changes on a branch, with its content before and after.
package struct ChangedFile: Sendable, Hashable {
    /// The entry of a tree at a path.
    package struct Entry: Sendable, Hashable {
        /// Git's mode: `0o100644`, `0o100755`, `0o120000` (symbolic link), `0o160000` (submodule).
        package var mode: UInt32
        package var id: ObjectID

        package init(mode: UInt32, id: ObjectID) {
            self.mode = mode
            self.id = id
        }
    }

    package var path: GitPath
    /// `nil`: the file is new.
    package var old: Entry?
    /// `nil`: the file is deleted.
    package var new: Entry?

    package init(path: GitPath, old: Entry?, new: Entry?) {
        self.path = path
        self.old = old
        self.new = new
    }
}

extension ChangedFile {
    /// The most files of a difference that has a digest.
    package static let maxOfDigest = 100_000

    /// The bytes from which a difference's digest is made: paths sorted by bytes, each with mode and id before and
    /// after.
    ///
    /// They contain nothing else: changes of other files on the branch do not change the difference. A changed file
    /// with another previous content does change it.
    package static func digested(_ files: [ChangedFile]) -> [UInt8] {
        var bytes = Array("hoistway difference 1\n".utf8)
        for file in files.sorted(by: { $0.path < $1.path }) {
            bytes += Array("\(text(of: file.old)) \(text(of: file.new)) ".utf8)
            bytes += file.path.bytes
            // Git's paths never contain this byte, so two lists of files never give the same bytes.
            bytes.append(0)
        }
        return bytes
    }

    private static func text(of entry: Entry?) -> String {
        entry.map { "\(String($0.mode, radix: 8)) \($0.id.hex)" } ?? "-"
    }

    /// Whether the text may be the digest of a difference: 64 hexadecimal digits.
    package static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
    }
}
