import Foundation
import HoistwayGit
import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Testing

/// `tar` and `untar`: sheet 4.3.
struct TarStepTests {
    /// Made by Python's `tarfile`: long names, a letter that is not ASCII, links, a pipe, and paths that lead elsewhere.
    private static let foreign = [
        "H4sIAAAAAAACA+2aS07DMBRFM2YVQcz9SxyLAYIhQxbQidOENqJNosSlYT/shI0RVwJEWhVayU6l3KNK7ayDq/Pus2VT1TRwDOtRUu6+e4bfB34nMlZBKAMPbFqjm/4vg2li+vw1MZ1xnH8Sx0fyF4P8lRQsCBnyd46+CsCEsf6nRUmbTTne/OcD/zljsYD/Pri53sXfLjEHJgmhhD486e4x11neuPP/gPffzkcqGvovbP938N85QvKw1mZ5Z4sgo91I0Dev2IUXA++r/13H/vf+L3/7H8l+YUD/+2BVlQuYgP4fs/+Z2O9/jv73Ar/9qf+Pd/TiFPv/fvT7v3h4/xcnuP/zwma9gvCT7v/dCaAyDmfAyf7b87+E/z7ok4f/E+9/Quwnfy1WbobAGf4nCc7/XrCpw4LpQnXaOl7/z9n/IxHDf/gPfPT/qihfXPuvlPr/+y/OJRNBKGhu5rTWbbvN4L+7/Je6yVznf3z+7+XP7f0P9/E4DfnTuqjzi8qfqVhEQZig//2c/xaFofOqfC4Wl3L/IxXef2H/A178z6p5S1OydrUEnPz+mzMRwX8vpLj9nbr/M0JmW5db9hn9358A4T/6HwAAgCs+AVGcBQwAPAAA",
        "H4sIAAAAAAACA+2aS27CMBRFPe4qXHXuT+LPtAtgCUwSQiFqmkTEFLqf7qQba8gAqYCgID2DlHuEFOZX570bx6FpJSNG9Xhrh2fP4fPEf2eVZ9yyCKy7kK04ZyMl9PlnImwDcf7OmDP5Jwf5e+MU4wr5k5M9MTBidv7nZS1X6/p+818f+K+HkQD/I/DyPMTfLTEHRomQQr5OmnoxKet3Qv9PeL93PnVH+99bx/gE/keZ/4Xc3gn5FRXinov8T3O5/9u//qfGG4/9H4OqH/1Y/eP2/+ebdjBe9t8c9X+P9/8orD8q6D/q/j80gCYQjoAb/NfOwv8Y9MnD/5HvfyF2v/lnWdEMgRv8dwn6fxR2qcOC8SKzvKM+Frnaf+UTZ+A//Acx9n9Fd/S/9997///7H1obkzCeyHmYyTbruk0B/+nyX2argjr/8/P/KH+dKMZ1jMspyF+2ZTt/qPyVT13KuMP+j/P+tyiDnDX1W7l4lPMfm+L+B/ofiOJ/0cw6mYsPqhJw9f1PrbSH/1HIcfo7dv+nQkw3lC37lu+/Ft9/sP8BAACQ8QvqNodBADgAAA==",
    ]

    private static let longPath = "d/" + String(repeating: "x", count: 120) + "/" + String(repeating: "y", count: 110)

    /// Puts an archive where no text can.
    private static func bench(_ archive: [UInt8], _ files: [String: String] = ["keep": ""]) async throws -> FileBench {
        let bench = try await FileBench(files, on: .overlay)
        try await bench.workspace.write("in.tar", archive)
        return bench
    }

    @Test(arguments: [false, true], FileBench.Kind.allCases)
    func `what is packed and unpacked again is the same`(_ gzip: Bool, _ kind: FileBench.Kind) async throws {
        let files = [
            "src/a.txt": "a\n", "src/bin/run": "#!/bin/sh\n", "src/ä.txt": "uml", "src/\(Self.longPath)": "long",
            "src/empty": "", "src/docs/b.md": "b", "other": "no",
        ]
        let bench = try await FileBench(files, on: kind)
        let result = try await bench.run(
            ("tar", ["inPath": "./w/src", "outPath": "./out/all.tar", "gzip": .bool(gzip), "ignore": "*.md\n# no\n"]),
            ("untar", ["inPath": "./out/all.tar", "outPath": "./w/copy"])
        )
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(result.message == "unpacked 5 files of ./out/all.tar into ./w/copy")
        let expected = files.filter { $0.key.hasPrefix("src/") && !$0.key.hasSuffix(".md") }
        let found = try await bench.files("w/copy")
        #expect(found == Dictionary(uniqueKeysWithValues: expected.map { (String($0.key.dropFirst(4)), $0.value) }))
    }

    @Test(arguments: [false, true])
    func `the same files always give the same archive`(_ gzip: Bool) async throws {
        var archives: [[UInt8]?] = []
        for _ in 0..<2 {
            let bench = try await FileBench(["src/a": "a", "src/b": "b"], on: .overlay)
            let config: ConfigValue = ["inPath": "./w/src", "outPath": "./w/src/all.tar", "gzip": .bool(gzip)]
            let result = try await bench.run(("tar", config), ("tar", config))
            #expect(result.message == "packed 2 files of ./w/src into ./w/src/all.tar")
            archives.append(try await bench.workspace.read("w/src/all.tar"))
        }
        #expect(archives[0] == archives[1])
        let bytes = try #require(archives[0])
        #expect(bytes.starts(with: [0x1F, 0x8B]) == gzip)
    }

    @Test(arguments: foreign)
    func `of a foreign archive only files with plain names are unpacked`(_ text: String) async throws {
        let bench = try await Self.bench(Array(try #require(Data(base64Encoded: text))))
        let result = try await bench.run(("untar", ["inPath": "./in.tar", "outPath": "./w/out"]))
        #expect(result.phase == .succeeded, "\(result.message)")
        let files = try await bench.files()
        #expect(
            files == [
                "keep": "", "out/top/a.txt": "a\n", "out/top/bin/run": "#!/bin/sh\n", "out/top/ä.txt": "uml\n",
                "out/top/dot.txt": "dot\n", "out/top/\(Self.longPath).txt": "long\n", "out/top/docs/b.md": "b\n",
            ]
        )
        #expect(
            result.run.warnings == [
                #"3 entries of the archive left out, since its name leads elsewhere: top/../../evil.txt, /abs.txt, "#
                    + #""top\\..\\w.txt""#,
                "2 links of the archive left out, as links are not made here: top/link, top/hard",
                "1 entry of the archive left out, which are neither files nor folders: top/pipe",
                "executable in the archive, and not here: top/bin/run",
            ]
        )
    }

    @Test func `leading names are taken away, and what is ignored stays out`() async throws {
        let bench = try await Self.bench(Array(try #require(Data(base64Encoded: Self.foreign[0]))))
        let config: ConfigValue = [
            "inPath": "./in.tar", "outPath": "./w/out", "stripComponents": .number(1), "ignore": "/d/\n*.md\nbin",
        ]
        let result = try await bench.run(("untar", config))
        #expect(result.phase == .succeeded, "\(result.message)")
        let files = try await bench.files("w/out")
        #expect(files == ["a.txt": "a\n", "ä.txt": "uml\n", "dot.txt": "dot\n"])
    }

    @Test(arguments: ["./w/old", "./w"])
    func `what is there gives way to what is unpacked`(_ target: String) async throws {
        let bench = try await FileBench(["src/new": "n", "old/a": "a", "old/b/c": "c"], on: .overlay)
        let result = try await bench.run(
            ("tar", ["inPath": "./w/src", "outPath": "./x.tar"]),
            ("untar", ["inPath": "./x.tar", "outPath": .string(target)])
        )
        #expect(result.phase == .succeeded, "\(result.message)")
        let files = try await bench.files()
        #expect(files == (target == "./w" ? ["new": "n"] : ["src/new": "n", "old/new": "n"]))
    }

    @Test func `a path that climbs out of the promotion's files stays in them`() async throws {
        let bench = try await FileBench(["src/a": "a"], on: .overlay)
        let result = try await bench.run(
            ("tar", ["inPath": "../../w/src", "outPath": "/../x.tar"]),
            ("untar", ["inPath": "../x.tar", "outPath": "../../../out"])
        )
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(try await bench.files("out") == ["a": "a"])
    }

    @Test(
        arguments: [
            ("", "it is no tar archive"), ("hello", "it is no tar archive"),
            (String(repeating: "x", count: 512), "it is no tar archive"),
            ("\u{1F}", "it is no tar archive"),
        ]
    )
    func `what is no archive is an error`(_ text: String, _ problem: String) async throws {
        let bench = try await FileBench(["in": text])
        let result = try await bench.run(("untar", ["inPath": "./w/in", "outPath": "./w/out"]))
        #expect(result.phase == .errored)
        #expect(result.message.contains(problem), "\(result.message)")
    }

    @Test func `an archive that swells beyond all bounds is refused`() async throws {
        // 300 MiB of zeros, in 300 KB: a gzip file may have several members.
        let bench = try await FileBench(["zeros": String(repeating: "\u{0}", count: 1 << 20)], on: .overlay)
        let packed = try await bench.run(("tar", ["inPath": "./w/zeros", "outPath": "./in.tar", "gzip": true]))
        #expect(packed.phase == .succeeded, "\(packed.message)")
        let member = try #require(try await bench.workspace.read("in.tar"))
        let bomb = try await Self.bench(Array(repeatElement(member, count: 300).joined()))
        let result = try await bomb.run(("untar", ["inPath": "./in.tar", "outPath": "./w/out"]))
        #expect(result.phase == .errored)
        #expect(result.message.contains("holds more than 100 MiB"), "\(result.message)")
    }

    @Test func `an archive cut short, or changed in any byte of a header, is an error and writes nothing`() async throws
    {
        let bench = try await FileBench(["src/a": "aaaa"], on: .overlay)
        _ = try await bench.run(("tar", ["inPath": "./w/src", "outPath": "./in.tar"]))
        let archive = try #require(try await bench.workspace.read("in.tar"))
        for position in [0, 124, 156, 257, 511] {
            var changed = archive
            changed[position] ^= 0x41
            let other = try await Self.bench(changed)
            let result = try await other.run(("untar", ["inPath": "./in.tar", "outPath": "./w"]))
            #expect(result.phase == .errored, "byte \(position)")
            #expect(try await other.files() == ["keep": ""])
        }
        let cut = try await Self.bench(Array(archive.prefix(514)))
        let result = try await cut.run(("untar", ["inPath": "./in.tar", "outPath": "./w"]))
        #expect(result.phase == .errored)
        #expect(result.message.contains("it is damaged"), "\(result.message)")
    }

    @Test func `a symlink is neither packed nor followed`() async throws {
        let bench = try await FileBench(
            ["src/a": "a", "src/link": "a", "to": "src"],
            modes: ["src/link": .symlink, "to": .symlink],
            on: .overlay
        )
        let result = try await bench.run(("tar", ["inPath": "./w/src", "outPath": "./x.tar"]))
        #expect(result.message == "packed 1 file of ./w/src into ./x.tar")
        for config in [["inPath": "./w/to", "outPath": "./y.tar"] as ConfigValue] {
            let refused = try await bench.run(("tar", config))
            #expect(refused.phase == .errored)
        }
    }
}
