/// One document's part of a file.
struct YamlPiece: Equatable {
    var text: String
    /// How many lines of the file come before it.
    var linesBefore: Int
}

extension YamlPiece {
    /// Splits a file at the markers between documents, so that an error in one does not hide the others.
    ///
    /// A marker (`---`, `...`) at the beginning of a line always counts, in a block or a quotation too:
    /// <https://yaml.org/spec/1.2.2/#912-document-markers>. A byte order mark before a document is left out: files that
    /// were put together have some in their middle.
    static func all(of text: String) -> [YamlPiece] {
        var parts = Parts()
        for line in lines(of: text) { parts.take(line) }
        parts.finish()
        return parts.pieces
    }

    private struct Parts {
        var pieces: [YamlPiece] = []
        private var piece: [UInt8] = []
        private var first = 0
        private var number = 0
        private var hasMarker = false
        /// More than comments and directives.
        private var hasContent = false

        mutating func take(_ whole: ArraySlice<UInt8>) {
            // A byte order mark in the middle is where another file was appended.
            let isMarked = whole.starts(with: YamlPiece.byteOrderMark)
            if isMarked, hasContent { finish() }
            let line = isMarked ? whole.dropFirst(YamlPiece.byteOrderMark.count) : whole
            if YamlPiece.isMarker(line, "---") {
                if hasMarker || hasContent { finish() }
                hasMarker = true
                hasContent = YamlPiece.holdsContent(line.dropFirst(3))
                piece += line
            } else if YamlPiece.isMarker(line, "...") {
                if hasMarker || hasContent { piece += line }
                number += 1
                finish()
                return
            } else {
                piece += line
                let isDirective = !hasMarker && line.first == UInt8(ascii: "%")
                if !isDirective, YamlPiece.holdsContent(line) { hasContent = true }
            }
            number += 1
        }

        mutating func finish() {
            if hasMarker || hasContent {
                pieces.append(YamlPiece(text: String(decoding: piece, as: UTF8.self), linesBefore: first))
            }
            piece = []
            first = number
            hasMarker = false
            hasContent = false
        }
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// With their ends: LF, CR LF or CR.
    private static func lines(of text: String) -> [ArraySlice<UInt8>] {
        let bytes = Array(text.utf8)
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else { continue }
            if byte == UInt8(ascii: "\r"), index < bytes.count, bytes[index] == UInt8(ascii: "\n") { index += 1 }
            lines.append(bytes[start..<index])
            start = index
        }
        if start < bytes.count { lines.append(bytes[start...]) }
        return lines
    }

    private static func isMarker(_ line: ArraySlice<UInt8>, _ marker: String) -> Bool {
        line.starts(with: marker.utf8) && (line.dropFirst(3).first.map(isBlank) ?? true)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { " \t\r\n".utf8.contains(byte) }

    private static func holdsContent(_ line: ArraySlice<UInt8>) -> Bool {
        guard let first = line.first(where: { !isBlank($0) }) else { return false }
        return first != UInt8(ascii: "#")
    }
}
