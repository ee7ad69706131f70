import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `get … --watch`: a list, and then each of its things that has changed.
struct ThingWatch<Item: ThingView> {
    let list: ThingList<Item>
    let options: ClientOptions
    let client: ConsoleClient

    func run() async throws {
        let display = options.display
        let start = display.look(project: list.project)
        var known: [String: String] = [:]
        var layout: Table.Layout?
        var isToldEmpty = false
        let follower = EventFollower(client: client, pace: .milliseconds(300))
        let (kinds, project) = (Item.kind.events, list.project)
        try await follower.follow(isAbout: { $0.isAbout(kinds, in: project) }) {
            let page = try await list.items(client)
            let items = list.order(page.value.items)
            // Ages count up to the time of the start, so that a growing age is no change.
            let read = items.map {
                ($0, display.output.isText ? Item.sheet([$0], start).table.fingerprint : WrittenJSON.text($0))
            }
            let news = read.filter { known[$0.0.handle] != $0.1 }.map(\.0)
            let isWhole = page.value.next == nil
            let left = Set(known.keys).subtracting(items.map(\.handle)).sorted()
            // A thing that has left a cut list may still exist; it is forgotten, since a watch may last for months.
            for name in left { known[name] = nil }
            let gone = isWhole ? left : []
            for (item, text) in read { known[item.handle] = text }
            if display.output.isText {
                let sheet = Item.sheet(news, display.look(project: list.project))
                if let layout {
                    if !news.isEmpty { Terminal.print(sheet.table.lines(layout, list.form).joined(separator: "\n")) }
                } else if !news.isEmpty || !isToldEmpty {
                    Terminal.print(sheet.table.text(ifEmpty: sheet.empty, list.form))
                    isToldEmpty = news.isEmpty
                    // A list without rows has no widths of columns.
                    if !news.isEmpty { layout = sheet.table.layout(list.form) }
                }
                for name in gone { Terminal.print("\(SafeText.line(name)) is gone") }
            } else {
                for item in news { try display.showOne(item) }
            }
            return true
        }
    }
}

extension DisplayOptions {
    /// One of many that follow each other: JSON on one line, YAML as a document of its own.
    func showOne<Item: ThingView>(_ item: Item) throws {
        let value = try MachineText.value(ofJSON: WrittenJSON.text(item))
        switch output {
        case .json: Terminal.print(harmless(MachineText.json(value)))
        case .yaml: Terminal.print("---\n" + harmless(MachineText.yaml(value)))
        case .name: Terminal.print(SafeText.line(item.handle))
        case .jsonpath(let path): Terminal.print(harmless(path.text(of: value)))
        case .text, .wide: Terminal.print(item.detail.plain)
        }
    }
}
