import Foundation
import HoistwayTestKit
import Testing

/// Where the links of the documentation lead.
struct PageLinkTests {
    @Test func `every link leads to a file, and to a place in it`() throws {
        let pages = try Documentation.pages()
        #expect(pages.count > 40)
        for page in pages {
            let file = Documentation.root.appending(path: page.path)
            for link in page.links {
                let place = "\(page.path):\(link.line) links to \(link.target)#\(link.anchor)"
                let target =
                    link.target.isEmpty
                    ? file : file.deletingLastPathComponent().appending(path: link.target).standardizedFileURL
                guard FileManager.default.fileExists(atPath: target.path) else {
                    Issue.record("\(place): no such file")
                    continue
                }
                guard !link.anchor.isEmpty else { continue }
                let path = String(target.path.dropFirst(Documentation.root.path.count + 1))
                let anchors = try Documentation.page(path).anchors
                #expect(anchors.contains(link.anchor.lowercased()), "\(place): no such heading")
            }
        }
    }

    @Test func `every page is linked from the list of pages`() throws {
        let linked = Set(try Documentation.page("\(Documentation.folder)/Hoistway.md").links.map(\.target))
        for page in try Documentation.pages() where page.path != "README.md" && page.name != "Hoistway.md" {
            let name = String(page.path.dropFirst(Documentation.folder.count + 1))
            #expect(linked.contains(name), "Hoistway.md does not lead to \(name)")
        }
    }

    /// Messages, comments and configuration name pages, and some a heading.
    @Test func `every page that a source, a script or a shipped file names exists`() throws {
        let pages = Dictionary(grouping: try Documentation.pages(), by: \.name)
        var named = 0
        for folder in ["Sources", "config", "scripts"] {
            let url = Documentation.root.appending(path: folder)
            let files = try #require(FileManager.default.enumerator(at: url, includingPropertiesForKeys: nil))
            for case let file as URL in files where file.pathExtension != "md" {
                guard let text = try? String(contentsOf: file, encoding: .utf8), text.contains(".md") else { continue }
                for line in text.split(separator: "\n") where line.contains(".md") && !line.contains("://") {
                    for match in line.matches(of: /\b([A-Z][A-Za-z]+\.md)(?:#([A-Za-z0-9-]+))?/) {
                        guard match.1 != "README.md" else { continue }
                        named += 1
                        let page = pages[String(match.1)]?.first
                        #expect(page != nil, "\(file.path) names \(match.1)")
                        guard let page, let anchor = match.2 else { continue }
                        #expect(page.anchors.contains(anchor.lowercased()), "\(file.path) names \(match.0)")
                    }
                }
            }
        }
        #expect(named > 2)
    }

    /// Recipes name the files that a reader opens; a file that was renamed would leave him alone.
    @Test func `every source file that a page names exists`() throws {
        var files: Set = ["Package.swift"]
        for folder in ["Sources", "Tests"] {
            let url = Documentation.root.appending(path: folder)
            let found = try #require(FileManager.default.enumerator(at: url, includingPropertiesForKeys: nil))
            for case let file as URL in found where file.pathExtension == "swift" {
                let parts = file.pathComponents.suffix(from: Documentation.root.pathComponents.count)
                // `PushGuard.swift`, `Decisions/PushGuard.swift` and so on: every end of the path.
                for count in 1...parts.count { files.insert(parts.suffix(count).joined(separator: "/")) }
            }
        }
        var named = 0
        // Decisions are as old as they are: what they name may have gone.
        for page in try Documentation.pages() where !page.path.contains("/Decisions/") {
            for span in page.codeSpans where span.text.wholeMatch(of: /[\w+\/-]+\.swift/) != nil {
                named += 1
                #expect(files.contains(span.text), "\(page.path):\(span.line) names \(span.text)")
            }
        }
        #expect(named > 20)
    }
}
