import HoistwayDiffs
import HoistwayModel

/// A diff by file, with counts; long files are folded, and very long ones are a download.
struct DiffSection {
    let files: [ShownFile]
    /// What is not shown of the whole diff: that it was cut, and where.
    let notes: [String]
    /// How many files differ, if not all are listed.
    let count: Int
    let download: Link?
    /// The prefix of its anchors' names: unique within the page.
    let name: String
    /// The tag of files' headings.
    let heading: Tag

    init(
        files: [ShownFile],
        notes: [String] = [],
        count: Int? = nil,
        download: Link?,
        name: String,
        heading: Tag = .h3
    ) {
        self.files = files
        self.notes = notes
        self.count = count ?? files.count
        self.download = download
        self.name = name
        self.heading = heading
    }

    /// The diff in a promotion's record.
    init(_ text: String, download: Link?, name: String) {
        let diff = ParsedDiff(text)
        self.init(files: diff.files.map(ShownFile.init), notes: diff.notes, download: download, name: name)
    }

    func write(_ html: inout HTML) {
        html(.div, .class("diff")) { html in
            summary(&html)
            for note in notes { html(.p, .class("notice warning"), text: note) }
            let displays = DiffDisplay.of(files.map(\.file))
            for (number, file) in files.enumerated() { write(file, displays[number], number, &html) }
            if count > files.count {
                html(.p, .class("quiet"), text: "\(count - files.count) more files differ and are not listed.")
            }
        }
    }

    private func summary(_ html: inout HTML) {
        html(.p, .class("diff-summary")) { html in
            html(.strong, text: count == 1 ? "1 file" : "\(count) files")
            html.text(" ")
            counts(files.reduce(0) { $0 + $1.additions }, files.reduce(0) { $0 + $1.deletions }, &html)
            if let download {
                html.text(" ")
                html(.a, .href(download), text: "Download the diff")
            }
        }
        guard files.count > 1 else { return }
        html(.ol, .class("diff-files"), .aria("label", "Files that differ")) { html in
            for (number, file) in files.enumerated() {
                html(.li) { html in
                    html(.a, .href(anchor(number)), text: file.path)
                    html.text(" ")
                    counts(file.additions, file.deletions, &html)
                }
            }
        }
    }

    /// With signs: some people cannot see the colours.
    private func counts(_ additions: Int, _ deletions: Int, _ html: inout HTML) {
        html(.span, .class("added number"), text: "+\(additions)")
        html.text(" ")
        html(.span, .class("removed number"), text: "−\(deletions)")
    }

    private func id(_ number: Int) -> String { "\(name)-\(number + 1)" }

    private func anchor(_ number: Int) -> Link { Link(own: "#\(PercentEncoding.escaped(id(number)))") }

    private func write(_ file: ShownFile, _ display: DiffDisplay, _ number: Int, _ html: inout HTML) {
        html(.div, .class("diff-file"), .id(id(number))) { html in
            html(heading) { html in
                html(.span, .class("code"), text: file.path)
                html.text(" ")
                counts(file.additions, file.deletions, &html)
            }
            if !file.remarks.isEmpty { html(.p, .class("remarks"), text: file.remarks.joined(separator: " · ")) }
            switch display {
            case .shown: lines(of: file.file, &html)
            case .folded:
                html(.details) { html in
                    html(.summary, text: "\(file.file.lineCount) lines, show them")
                    lines(of: file.file, &html)
                }
            case .download:
                html(.p) { html in
                    html.text("\(file.file.lineCount) lines are too many for a page. ")
                    if let download { html(.a, .href(download), text: "Download the diff") }
                }
            }
        }
    }

    private func lines(of file: DiffFile, _ html: inout HTML) {
        guard !file.hunks.isEmpty else { return }
        // A long line scrolls within the block, so the block can have the focus.
        html(.pre, .class("lines-of-diff"), .tabindex(0), .role("group"), .aria("label", "Lines of \(file.path)")) {
            html in
            for hunk in file.hunks {
                let range = "@@ −\(hunk.old.start),\(hunk.old.count) +\(hunk.new.start),\(hunk.new.count) @@"
                html(.span, .class("hunk"), text: hunk.section.isEmpty ? "\(range)\n" : "\(range) \(hunk.section)\n")
                for line in hunk.lines { write(line, &html) }
            }
        }
    }

    private func write(_ line: DiffFile.Line, _ html: inout HTML) {
        let end = line.isUnterminated ? " (no line end)" : ""
        switch line.kind {
        case .context: html.text("  \(line.text)\(end)\n")
        case .added: html(.ins, text: "+ \(line.text)\(end)\n")
        case .removed: html(.del, text: "- \(line.text)\(end)\n")
        }
    }
}
