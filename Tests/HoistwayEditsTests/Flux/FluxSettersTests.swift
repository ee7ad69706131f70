import Foundation
import HoistwayEdits
import HoistwayTestKit
import Testing

/// Values behind Flux's markers: sheet 9.4.
struct FluxSettersTests {
    private static let digest = "sha256:" + String(repeating: "ab", count: 32)
    private static let image = FluxSetters.Image(name: "ghcr.io/acme/web", tag: "1.10", digest: digest)

    private static func apply(_ text: String, _ image: FluxSetters.Image = image) throws(UpdateFailure) -> String {
        let edit = try FluxSetters.apply(["apps:web": image], to: Array(text.utf8))
        return String(decoding: edit.bytes, as: UTF8.self)
    }

    private static func mark(_ suffix: String = "") -> String { "# {\"$imagepolicy\": \"apps:web\(suffix)\"}" }

    @Test(
        arguments: [
            ("image: ghcr.io/acme/web:1.0 \(mark())\n", "image: ghcr.io/acme/web:1.10 \(mark())\n"),
            ("- image: \"x:1\"   \(mark())\n", "- image: \"ghcr.io/acme/web:1.10\"   \(mark())\n"),
            ("image: 'x:1' \(mark())", "image: 'ghcr.io/acme/web:1.10' \(mark())"),
            ("newTag: v1.0.0 \(mark(":tag"))\n", "newTag: \"1.10\" \(mark(":tag"))\n"),
            ("newTag: '1.0' \(mark(":tag"))\n", "newTag: '1.10' \(mark(":tag"))\n"),
            ("tag: \(mark(":tag"))\n", "tag: \"1.10\" \(mark(":tag"))\n"),
            ("name: x \(mark(":name"))\n", "name: ghcr.io/acme/web \(mark(":name"))\n"),
            ("digest: x \(mark(":digest"))\r\nb: 1\r\n", "digest: \(digest) \(mark(":digest"))\r\nb: 1\r\n"),
            (
                "a: x #{\"$imagepolicy\":\"apps:web:name\"}\n",
                "a: ghcr.io/acme/web #{\"$imagepolicy\":\"apps:web:name\"}\n"
            ),
            (
                "# größe\na: 1\n---\nb:\n- x \(mark(":name"))\n---\nc: [\n  y \(mark(":name"))\n]\n",
                "# größe\na: 1\n---\nb:\n- ghcr.io/acme/web \(mark(":name"))\n---\nc: [\n  ghcr.io/acme/web \(mark(":name"))\n]\n"
            ),
            (
                "base: &b x:1 \(mark())\nother: *b\n", "base: &b ghcr.io/acme/web:1.10 \(mark())\nother: *b\n"
            ),
        ]
    )
    func `a marked value is set, and every other byte stays`(_ before: String, _ after: String) throws {
        #expect(try Self.apply(before) == after)
        #expect(try Self.apply(after) == after)
    }

    @Test(
        arguments: [
            "image: x:1\n", "image: x:1 # {\"$imagepolicy\": \"apps:other\"}\n",
            "image: x:1 # {\"$imagepolicy\": \"other:web\"}\n", "image: x:1 # {\"$imagepolicy\": \"apps:web:tags\"}\n",
            "image: x:1 # {\"$imagepolicy\": \"web\"}\n", "image: x:1 # {'$imagepolicy': 'apps:web'}\n",
            "image: x:1 # see {\"$imagepolicy\": \"apps:web\"}\n",
            "image: x:1 # {\"$imagepolicy\": \"apps:web\"} here\n",
            "# {\"$imagepolicy\": \"apps:web\"}\nimage: x:1\n", "image: x:1\n# {\"$imagepolicy\": \"apps:web\"}\n",
            "image: \(mark())\n  name: x\n", "image: | \(mark())\n  text\n",
            "image: {name: x} \(mark())\n", "? x \(mark())\n: y\n", "text: 'x \(mark())'\n",
        ]
    )
    func `what no marker of a policy stands behind is left as it is`(_ text: String) throws {
        #expect(try Self.apply(text) == text)
    }

    @Test(
        arguments: [
            "2024", "1e3", "0x1", "on", "1.10", "~", "null", "true", "1:30", "2024-01-02", "0o7", "1_000", ".5",
        ]
    )
    func `a tag that would be read as something else is quoted`(_ tag: String) throws {
        let image = FluxSetters.Image(name: "w", tag: tag, digest: nil)
        let text = try Self.apply("tag: v1 \(Self.mark(":tag"))\n", image)
        #expect(text == "tag: \"\(tag)\" \(Self.mark(":tag"))\n")
        guard case .map(let members) = try DocumentReader.yaml(Array(text.utf8)) else { throw CancellationError() }
        #expect(members.first?.value == .string(tag))
    }

    @Test func `a policy may reflect the digest behind the tag`() throws {
        var image = Self.image
        image.reflectsDigest = true
        #expect(
            try Self.apply("image: x \(Self.mark())\n", image)
                == "image: ghcr.io/acme/web:1.10@\(Self.digest) \(Self.mark())\n"
        )
        image.tag = nil
        #expect(
            try Self.apply("image: x \(Self.mark())\n", image)
                == "image: ghcr.io/acme/web@\(Self.digest) \(Self.mark())\n"
        )
    }

    @Test func `a part that is not known is named with its place, and nothing is done`() {
        let image = FluxSetters.Image(name: "w", tag: "1.0", digest: nil)
        let error = #expect(throws: UpdateFailure.self) {
            try Self.apply("a: 1\ndigest: x \(Self.mark(":digest"))\n", image)
        }
        #expect(error?.place == TextPlace(line: 2, column: 9))
        #expect(error?.message.contains("needs the image's digest, which is not known") == true)
    }

    @Test(arguments: ["a: [\n", "{{- if .x }}\na: 1 \(mark())\n{{- end }}\n", "a: 1\n---\nb: [\n"])
    func `a file that cannot be read is told as such`(_ text: String) {
        let error = #expect(throws: UpdateFailure.self) { try Self.apply(text) }
        guard case .unreadable? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `markers are keys by which values are found and put back`() throws {
        let text = "a: x:1 \(Self.mark())\nb: x:2 \(Self.mark())\n---\nc: '3' \(Self.mark(":tag"))\n"
        let found = FluxSetters.scalars(of: ["apps:web"], in: Array(text.utf8))
        #expect(found.mapValues(\.text) == ["apps:web": "x:1", "apps:web#2": "x:2", "apps:web:tag": "3"])
        let changed = Array(try Self.apply(text).utf8)
        #expect(changed != Array(text.utf8))
        #expect(try ScalarLookup.setting(found, in: changed, .fluxMarkers) == Array(text.utf8))
        #expect(throws: UpdateFailure.self) {
            try ScalarLookup.setting(found, in: Array("a: 1\n".utf8), .fluxMarkers)
        }
    }

    private static let seed =
        ProcessInfo.processInfo.environment["HOISTWAY_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1..<UInt64.max)

    /// The file is cut into lines, marked lines get a value: all other bytes are there afterwards, in every order.
    @Test(arguments: [seed])
    func `random files keep all but the marked values`(seed: UInt64) throws {
        var maker = DocumentMaker(seed: seed)
        let others = [
            "a: 1", "# comment ünd", "b:   'x'   # c", "list: [1, 2]", "text: |\n  \(Self.mark())\n  more", "",
            "m: {x: y}",
            "z: x:1 # {\"$imagepolicy\": \"apps:other\"}",
        ]
        for round in 0..<400 {
            let lineBreak = maker.pick(["\n", "\r\n"])
            var before: [String] = []
            var after: [String] = []
            var count = 0
            for number in 0...maker.next(12) {
                let indent = "k\(number): "
                if maker.next(2) == 0 {
                    let quote = maker.pick(["", "'", "\""])
                    let blanks = maker.pick([" ", "   ", "\t"])
                    let part = maker.pick([":name", ""])
                    let value = part.isEmpty ? "ghcr.io/acme/web:1.10" : "ghcr.io/acme/web"
                    before.append(indent + quote + "old/x:1" + quote + blanks + Self.mark(part))
                    after.append(indent + quote + value + quote + blanks + Self.mark(part))
                    count += 1
                } else {
                    let other = maker.pick(others)
                    guard other.isEmpty || other.hasPrefix("#") else {
                        let colon = other.firstIndex(of: ":") ?? other.startIndex
                        before.append("o\(number)" + other[colon...])
                        after.append("o\(number)" + other[colon...])
                        continue
                    }
                    before.append(other)
                    after.append(other)
                }
            }
            let text = before.joined(separator: lineBreak) + lineBreak
            let edit = try FluxSetters.apply(["apps:web": Self.image], to: Array(text.utf8))
            let made = String(decoding: edit.bytes, as: UTF8.self)
            #expect(made == after.joined(separator: lineBreak) + lineBreak, "seed \(seed) round \(round)")
            #expect(edit.changes.count == count, "seed \(seed) round \(round)")
        }
    }

    @Test(arguments: [seed])
    func `a damaged file is edited with proof or refused`(seed: UInt64) {
        var maker = DocumentMaker(seed: seed)
        let text =
            "a: x:1 \(Self.mark())\nb:\n- {c: y} \(Self.mark(":tag"))\n- 'z' \(Self.mark(":tag"))\n---\nd: &a 1\n"
        for _ in 0..<2_000 {
            var bytes = Array(text.utf8)
            for _ in 0...maker.next(4) {
                let place = maker.next(bytes.count)
                switch maker.next(3) {
                case 0: bytes[place] = UInt8(maker.next(256))
                case 1: bytes.remove(at: place)
                default: bytes.insert(maker.pick(Array(":#-&*!|>{}[],'\"\n\t %@".utf8)), at: place)
                }
            }
            guard let edit = try? FluxSetters.apply(["apps:web": Self.image], to: bytes) else { continue }
            let again = try? FluxSetters.apply(["apps:web": Self.image], to: edit.bytes)
            #expect(again?.bytes == edit.bytes, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }
}
