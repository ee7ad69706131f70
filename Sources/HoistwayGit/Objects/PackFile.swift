import Glibc
import HoistwayModel

/// A pack that is being received for the cache: a file beside the packs, which no reader sees before it is installed.
///
/// Not thread-safe; it lives inside one `ObjectStore` actor.
final class PackFile {
    /// The index entry of one object.
    struct Place {
        var id: ObjectID
        /// Of the entry, from the pack's beginning.
        var offset: Int
        /// Of the entry's encoded bytes in the pack.
        var crc: UInt32
    }

    private let folder: String
    private let path: String
    private let descriptor: Int32
    /// In bytes.
    private(set) var size = 0
    private var isInstalled = false

    /// Starts a file in a folder that exists.
    init(folder: String) throws(GitError) {
        self.folder = folder
        var template = Array("\(folder)/incoming-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Self.failure("make a file in \(folder)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        close(descriptor)
        if !isInstalled { unlink(path) }
    }

    func append(_ bytes: [UInt8]) throws(GitError) {
        try append(bytes[...])
    }

    func append(_ bytes: ArraySlice<UInt8>) throws(GitError) {
        var rest = bytes
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Self.failure("write to the cache") }
            size += written
            rest = rest.dropFirst(written)
        }
    }

    /// Finds the objects of the pack, within limits.
    func read(isWhole: Bool) throws(PackError) -> [Place] {
        guard size >= 32 else { throw .truncated }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw .excess("\(size) bytes, which cannot be mapped into memory")
        }
        defer { munmap(start, size) }
        let bytes = UnsafeBufferPointer(start: UnsafePointer(start.assumingMemoryBound(to: UInt8.self)), count: size)
        try PackReader.checkTrailer(bytes)
        var run = PackRun(bytes: bytes, limits: .onDisk(size, isWhole: isWhole), keepsObjects: false)
        try run.run()
        return zip(run.ids, run.entries).map { id, entry in
            Place(id: id, offset: entry.start, crc: Zlib.crc(bytes[entry.start..<entry.end]))
        }
    }

    /// Moves pack and index to the others; gives the pack's path without its ending.
    func install(_ places: [Place]) throws(GitError) -> String {
        var trailer = [UInt8](repeating: 0, count: 20)
        guard pread(descriptor, &trailer, 20, off_t(size - 20)) == 20 else {
            throw Self.failure("read from the cache")
        }
        let name = trailer.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
        let stem = "\(folder)/pack-\(name)"
        let index = try PackFile(folder: folder)
        try index.append(PackIndex.bytes(of: places, trailer: trailer))
        // The index last: a pack without one is ignored.
        try move(to: stem + ".pack")
        try index.move(to: stem + ".idx")
        return stem
    }

    private func move(to target: String) throws(GitError) {
        guard rename(path, target) == 0 else { throw Self.failure("name a file of the cache") }
        isInstalled = true
    }

    private static func failure(_ operation: String) -> GitError {
        GitError(operation: operation, status: -1, detail: String(cString: strerror(errno)))
    }
}
