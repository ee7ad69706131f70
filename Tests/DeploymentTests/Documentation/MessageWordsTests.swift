import Foundation
import HoistwayTestKit
import Testing

/// The words of messages: errors, reasons, hints, log lines and pages.
struct MessageWordsTests {
    /// Nobody but us reads what these say.
    private static let tools: Set = [
        "HoistwayBenchmarks", "HoistwayFuzz", "HoistwayTestBrowser", "HoistwayTestCluster", "HoistwayTestKit",
        "HoistwayTestServers",
    ]

    @Test func `texts in the sources have short sentences and plain words`() throws {
        let sources = Documentation.root.appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var read = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            guard !Self.tools.contains(file.pathComponents[sources.pathComponents.count]) else { continue }
            for text in Self.texts(in: try String(contentsOf: file, encoding: .utf8)) {
                read += 1
                let faults = PlainEnglish.faults(in: text)
                #expect(faults == [], "\(file.lastPathComponent): \(text)")
            }
        }
        #expect(read > 5_000)
    }

    @Test func `a text is read without what is put into it`() {
        let line = #"    throw .failed("branch \(name(of: "x y")) is \"gone\"", hint: "go on", code: "a")"#
        #expect(Self.texts(in: line) == [#"branch x is \"gone\""#, "go on"])
    }

    @Test func `a text that goes on in the next line is one text`() {
        let source = """
            return "the first half, "
                + "the second half" + name
            // "a comment"
            let other = "another text"
            """
        #expect(Self.texts(in: source) == ["the first half, the second half", "another text"])
    }

    /// The literals that have several words; those that `+` joins over lines are one.
    private static func texts(in source: String) -> [String] {
        var texts: [String] = []
        for line in source.split(separator: "\n") where line.utf8.contains(UInt8(ascii: "\"")) && !line.isComment {
            var found = literals(in: line)
            if line.goesOn, let last = texts.last, let next = found.first {
                texts[texts.count - 1] = last + next
                found.removeFirst()
            }
            texts += found
        }
        return texts.filter { $0.contains(" ") }
    }

    /// The literals of a line; `x` stands for each value that is put into them.
    private static func literals(in line: Substring) -> [String] {
        var texts: [String] = []
        var text = ""
        var isText = false
        // How many parentheses are open in a value that is put in.
        var depth = 0
        var isEscaped = false
        for character in line {
            if depth > 0 {
                if character == "(" { depth += 1 }
                if character == ")" { depth -= 1 }
            } else if isEscaped {
                isEscaped = false
                if character == "(" {
                    depth = 1
                    text += "x"
                } else {
                    text += "\\\(character)"
                }
            } else if character == "\\", isText {
                isEscaped = true
            } else if character == "\"" {
                if isText { texts.append(text) }
                text = ""
                isText.toggle()
            } else if isText {
                text.append(character)
            }
        }
        return texts
    }
}

extension Substring {
    fileprivate var isComment: Bool { drop { $0 == " " }.hasPrefix("//") }

    /// Whether it begins with a text that belongs to the one before.
    fileprivate var goesOn: Bool { drop { $0 == " " }.hasPrefix("+ \"") }
}
