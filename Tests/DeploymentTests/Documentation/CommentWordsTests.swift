import Foundation
import HoistwayTestKit
import Testing

/// The words of comments in the sources.
struct CommentWordsTests {
    @Test func `comments have short sentences and plain words`() throws {
        let sources = Documentation.root.appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var read = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            for comment in Self.comments(in: try String(contentsOf: file, encoding: .utf8)) {
                read += 1
                #expect(PlainEnglish.faults(in: comment) == [], "\(file.lastPathComponent)")
            }
        }
        #expect(read > 5_000)
    }

    @Test func `a comment is read paragraph by paragraph, without code and lists of names`() {
        let source = """
            /// The first line
            /// and the second.
            ///
            /// - Parameter name: of it
            /// - Returns: nothing.
            ///
            ///     let code = "is not read"
            func go() {}  // It goes on.
            let url = "https://example.com/"
            """
        #expect(
            Self.comments(in: source)
                == ["The first line and the second.", "Parameter name: of it", "Returns: nothing.", "It goes on."]
        )
    }

    /// The paragraphs and list items of all comments.
    private static func comments(in source: String) -> [String] {
        var comments: [String] = []
        var paragraph: [Substring] = []
        func end() {
            if !paragraph.isEmpty { comments.append(paragraph.joined(separator: " ")) }
            paragraph = []
        }
        for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
            guard let comment = line.drop(while: { $0 == " " }).wholeMatch(of: /\/\/\/?(.*)/)?.1 else {
                end()
                if let behind = line.firstMatch(of: /[^:"\/]  \/\/ (.*)$/)?.1 { comments.append(String(behind)) }
                continue
            }
            let text = comment.drop { $0 == " " }
            let isCode = comment.hasPrefix("     ")
            if text.isEmpty || isCode || text.hasPrefix("|") || text.hasPrefix("```") {
                end()
                continue
            }
            let isItem = text.hasPrefix("- ") || text.firstMatch(of: #/^\d+\. /#) != nil
            if isItem { end() }
            paragraph.append(isItem ? text.drop { $0 != " " }.dropFirst() : text)
        }
        end()
        return comments
    }
}
