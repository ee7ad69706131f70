/// One path at which a push changes a branch: what stands there before and after.
package struct ChangedFile: Sendable, Hashable {
    /// What a tree has at a path.
    package struct Entry: Sendable, Hashable {
        /// As Git has it: `0o100644`, `0o100755`, `0o120000` (symbolic link), `0o160000` (submodule).
        package var mode: UInt32
        package var id: ObjectID

        package init(mode: UInt32, id: ObjectID) {
            self.mode = mode
            self.id = id
        }
    }

    package var path: GitPath
    /// `nil`: it is new.
    package var old: Entry?
    /// `nil`: it is deleted.
    package var new: Entry?

    package init(path: GitPath, old: Entry?, new: Entry?) {
        self.path = path
        self.old = old
        self.new = new
    }
}

extension ChangedFile {
    /// How many files a difference may have that is named by a digest.
    package static let maxOfDigest = 100_000

    /// What the digest of a difference is made of: paths in the order of their bytes, each with mode and id before and
    /// after.
    ///
    /// Nothing else goes in: where other files of the branch change meanwhile, the difference is still the same. It is
    /// not the same where the file itself was another one before.
    package static func digested(_ files: [ChangedFile]) -> [UInt8] {
        var bytes = Array("hoistway difference 1\n".utf8)
        for file in files.sorted(by: { $0.path < $1.path }) {
            bytes += Array("\(text(of: file.old)) \(text(of: file.new)) ".utf8)
            bytes += file.path.bytes
            // No path of Git has this byte: two lists of files never give the same bytes.
            bytes.append(0)
        }
        return bytes
    }

    private static func text(of entry: Entry?) -> String {
        entry.map { "\(String($0.mode, radix: 8)) \($0.id.hex)" } ?? "-"
    }

    /// Whether a person may have meant a digest of a difference: 64 hexadecimal digits.
    package static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
    }
}
