import HoistwaySteps

extension FuzzTarget {
    /// Archives for `untar`.
    static let archives = FuzzTarget(
        name: "archives",
        seeds: [
            entry("a.txt", "hello", type: "0") + [UInt8](repeating: 0, count: 1024),
            entry("x", "16 path=b/c/d/e\n", type: "x") + entry("e", "text", type: "0"),
            entry("././@LongLink", "f/g\u{0}", type: "L") + entry("g", "", type: "5") + entry("h", "", type: "2"),
        ],
        words: ["ustar\u{0}00", "ustar  \u{0}", "../", "/", "path=", "size=", "00000000010", "\u{0}"],
        run: { input in
            var reader = TarReader(input)
            var bytes = 0
            while let entry = try? reader.next() { bytes += entry.content.count }
            promise(bytes <= input.count, "an archive holds no more than it has")
        }
    )

    /// A header and the content of one entry.
    private static func entry(_ name: String, _ content: String, type: Unicode.Scalar) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { block[offset + index] = byte }
        }
        func octal(_ number: Int, digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: digits - text.utf8.count) + text
        }
        put(name, at: 0)
        put("0000644", at: 100)
        put(octal(content.utf8.count, digits: 11), at: 124)
        put("        ", at: 148)
        block[156] = UInt8(ascii: type)
        put("ustar\u{0}00", at: 257)
        put(octal(block.reduce(0) { $0 + Int($1) }, digits: 6), at: 148)
        block[154] = 0
        let text = Array(content.utf8)
        return block + text + [UInt8](repeating: 0, count: (512 - text.count % 512) % 512)
    }
}
