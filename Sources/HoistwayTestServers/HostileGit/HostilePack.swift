import Czlib
import Foundation
import HoistwayCrypto

/// A Git object as bytes, and packs of them that no correct server would send.
package struct HostileObject: Sendable {
    package enum Kind: UInt8, Sendable {
        case commit = 1
        case tree = 2
        case blob = 3

        var name: String {
            switch self {
            case .commit: "commit"
            case .tree: "tree"
            case .blob: "blob"
            }
        }
    }

    package var kind: Kind
    package var bytes: [UInt8]

    package init(_ kind: Kind, _ bytes: some Sequence<UInt8>) {
        self.kind = kind
        self.bytes = Array(bytes)
    }

    package static func blob(_ text: String) -> HostileObject { HostileObject(.blob, text.utf8) }

    /// The given entries: in any order, with any name.
    package static func tree(_ entries: [(mode: String, name: [UInt8], object: [UInt8])]) -> HostileObject {
        HostileObject(.tree, entries.flatMap { Array("\($0.mode) ".utf8) + $0.name + [0] + $0.object })
    }

    package static func commit(_ tree: [UInt8]) -> HostileObject {
        let person = "Ada <ada@example.com> 1700000000 +0000"
        return HostileObject(
            .commit,
            "tree \(HostilePack.hex(tree))\nauthor \(person)\ncommitter \(person)\n\nSeed\n".utf8
        )
    }

    /// Twenty bytes.
    package var id: [UInt8] { SHA1.hash(Array("\(kind.name) \(bytes.count)\0".utf8) + bytes) }
}

/// Writes a pack entry by entry, valid or not.
package struct HostilePack: Sendable {
    package private(set) var count = 0
    private var entries: [UInt8] = []

    package init(_ objects: [HostileObject] = []) {
        for object in objects { add(object) }
    }

    package mutating func add(_ object: HostileObject) {
        add(type: object.kind.rawValue, size: object.bytes.count, Self.deflate(object.bytes))
    }

    /// A delta on a named base.
    package mutating func add(delta: [UInt8], base: [UInt8], size: Int? = nil) {
        add(type: 7, size: size ?? delta.count, base: base, Self.deflate(delta))
    }

    /// Any entry: `size` is the declared size, `stream` is the content.
    package mutating func add(type: UInt8, size: Int, base: [UInt8] = [], _ stream: [UInt8]) {
        count += 1
        var rest = size >> 4
        var byte = type << 4 | UInt8(size & 15)
        while rest > 0 {
            entries.append(byte | 0x80)
            byte = UInt8(rest & 0x7F)
            rest >>= 7
        }
        entries.append(byte)
        entries += base + stream
    }

    /// Bytes that are not an entry.
    package mutating func add(raw bytes: [UInt8]) { entries += bytes }

    /// The pack; `announced`: the number of objects in its header, where it is wrong.
    package func bytes(announced: Int? = nil) -> [UInt8] {
        let number = UInt32(announced ?? count)
        let header = Array("PACK".utf8) + [0, 0, 0, 2] + [24, 16, 8, 0].map { UInt8(number >> UInt32($0) & 0xFF) }
        return header + entries + SHA1.hash(header + entries)
    }

    /// A delta that copies a whole base of `base` bytes until `size` bytes are made; `mark` makes it unique.
    package static func copying(base: Int, to size: Int, mark: UInt8) -> [UInt8] {
        var delta = varint(base) + varint(size) + [1, mark]
        var left = size - 1
        while left > 0 {
            let count = min(left, base, 0xFF_FFFF)
            delta += [0xF0, UInt8(count & 0xFF), UInt8(count >> 8 & 0xFF), UInt8(count >> 16)]
            left -= count
        }
        return delta
    }

    package static func varint(_ value: Int) -> [UInt8] {
        var rest = value
        var bytes: [UInt8] = []
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    package static func deflate(_ bytes: [UInt8]) -> [UInt8] {
        var length = compressBound(UInt(bytes.count))
        var output = [UInt8](repeating: 0, count: Int(length))
        let status = compress2(&output, &length, bytes, UInt(bytes.count), 1)
        precondition(status == Z_OK, "the bound that zlib gave is enough")
        return Array(output.prefix(Int(length)))
    }

    /// A stream of zeros, made without keeping them in memory.
    package static func zeros(megabytes: Int) -> [UInt8] {
        var stream = z_stream()
        precondition(hoistway_deflate_init(&stream, 1) == Z_OK, "zlib starts")
        defer { deflateEnd(&stream) }
        var input = [UInt8](repeating: 0, count: 1 << 20)
        var output = [UInt8](repeating: 0, count: 64 << 10)
        var result: [UInt8] = []
        for index in 0..<megabytes {
            input.withUnsafeMutableBufferPointer { stream.next_in = $0.baseAddress }
            stream.avail_in = UInt32(input.count)
            repeat {
                let made = output.withUnsafeMutableBufferPointer { buffer in
                    stream.next_out = buffer.baseAddress
                    stream.avail_out = UInt32(buffer.count)
                    _ = Czlib.deflate(&stream, index == megabytes - 1 ? Z_FINISH : Z_NO_FLUSH)
                    return buffer.count - Int(stream.avail_out)
                }
                result += output.prefix(made)
            } while stream.avail_out == 0
        }
        return result
    }

    package static func hex(_ bytes: [UInt8]) -> String { Hex.encode(bytes) }
}
