import HoistwayConsole
import Hummingbird
import NIOCore

/// A diff as a file: plain text, never shown as a page.
enum DiffDownload {
    static func response(_ text: String, name: String) -> Response {
        var safe = ""
        for character in name.utf8 {
            let isPlain =
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(character)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(character)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character) || character == UInt8(ascii: "-")
                || character == UInt8(ascii: ".")
            safe += isPlain ? String(UnicodeScalar(character)) : "_"
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/plain; charset=utf-8",
                .contentDisposition: "attachment; filename=\"\(safe).diff\"",
                .xContentTypeOptions: "nosniff",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
