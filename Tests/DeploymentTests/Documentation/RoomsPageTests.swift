import Foundation
import HoistwayTestKit
import Testing

/// The page that lists the targets, against the manifest.
struct RoomsPageTests {
    /// The rows of the table: the names in the first cell, and those in the last.
    private func rows() throws -> [(targets: [String], dependencies: Set<String>)] {
        let page = Documentation.root.appending(path: "\(Documentation.folder)/Rooms.md")
        let names = { (cell: Substring) in cell.matches(of: /`([^`]+)`/).map { String($0.1) } }
        return try String(contentsOf: page, encoding: .utf8).split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|")
            guard line.hasPrefix("| `"), cells.count == 3 else { return nil }
            return (names(cells[0]), Set(names(cells[2])))
        }
    }

    @Test func `each target has a row with exactly its dependencies`() throws {
        let text = try String(contentsOf: Documentation.root.appending(path: "Package.swift"), encoding: .utf8)
        let manifest = PackageManifest(text).dependencies
        #expect(manifest.count > 40)
        var shown: Set<String> = []
        for row in try rows() {
            for target in row.targets {
                #expect(shown.insert(target).inserted, "\(target) has two rows")
                #expect(manifest[target] == row.dependencies, "\(target)")
            }
        }
        #expect(shown == Set(manifest.keys))
    }

    /// So that somebody who reads from the top finds each name explained before it is used.
    @Test func `a room depends only on rooms above it`() throws {
        var above: Set<String> = []
        for row in try rows() {
            let rooms = row.dependencies.filter { $0.first?.isUppercase == true }
            #expect(rooms.isSubset(of: above), "\(row.targets) before \(rooms.subtracting(above))")
            for target in row.targets {
                above.insert(target)
                above.insert(target.hasPrefix("Hoistway") ? String(target.dropFirst("Hoistway".count)) : target)
            }
        }
    }
}
