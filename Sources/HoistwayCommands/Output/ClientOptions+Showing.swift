import ArgumentParser
import HoistwayConsole
import HoistwayModel

/// An answer whose things have names that other commands take.
protocol NamedAnswer {
    var handles: [String] { get }
}

extension Items: NamedAnswer where Item: NamedAnswer {
    var handles: [String] { items.flatMap(\.handles) }
}

extension Page: NamedAnswer where Item: NamedAnswer {
    var handles: [String] { items.flatMap(\.handles) }
}

extension ThingView {
    var handles: [String] { [handle] }
}

extension TokenView: NamedAnswer {
    var handles: [String] { [name] }
}

extension ClientOptions {
    /// Prints what the server answered, in the form that was asked for.
    func show<Value>(_ answer: Answer<Value>, as text: (Value) -> PrintedText) throws {
        try display.show(json: answer.json, handles: (answer.value as? any NamedAnswer)?.handles) {
            display.text(of: text(answer.value))
        }
    }

    /// The same of facts only.
    func show<Value>(_ answer: Answer<Value>, as text: (Value) -> String) throws {
        try show(answer) { PrintedText(text($0)) }
    }

    /// The same of a table.
    func show<Value>(_ answer: Answer<Value>, in project: String? = nil, sheet: (Value, Look) -> Sheet) throws {
        try show(answer) { sheet($0, display.look(project: project)).text(display.form) }
    }
}

extension DisplayOptions {
    func text(of shown: PrintedText) -> String {
        let screen = Screen.output(color)
        return shown.text(columns: output == .text ? screen.columns : nil, hasColors: screen.hasColors)
    }

    /// Prints what the server answered, in the form that was asked for.
    ///
    /// - Parameter handles: `nil`: the answer has no names.
    func show(json: String, handles: [String]?, text: () -> String) throws {
        switch output {
        case .text, .wide: print(text())
        case .json: print(harmless(json))
        case .yaml: print(harmless(MachineText.yaml(try MachineText.value(ofJSON: json))))
        case .jsonpath(let path): print(harmless(path.text(of: try MachineText.value(ofJSON: json))))
        case .name:
            guard let handles else {
                throw CommandFailure.usage("this answer has no names", hint: "use -o json or -o jsonpath=TEMPLATE")
            }
            if !handles.isEmpty { print(handles.map(SafeText.line).joined(separator: "\n")) }
        }
    }

    /// Fails for `-o name`.
    ///
    /// A command whose answer has no names calls it before it changes anything.
    func refuseNames() throws {
        guard output != .name else { throw ValidationError("the answer has no names: -o name does not go with it") }
    }

    /// Prints what this program has put together, in the form that was asked for.
    ///
    /// - Parameter handles: `nil`: the answer has no names.
    func show(_ value: some Encodable, handles: [String]? = nil, text: () -> String) throws {
        try show(json: WrittenJSON.text(value), handles: handles, text: text)
    }

    /// What machines read, exactly; on a terminal without the letters that could repaint it.
    func harmless(_ text: String) -> String { Screen.output(color).columns == nil ? text : SafeText.lines(text) }

    /// Through the pager, where the text is longer than the terminal.
    private func print(_ text: String) {
        let screen = Screen.output(color)
        guard !noPager, Pager.isLong(text, on: screen), Pager.show(text) else { return Terminal.print(text) }
    }
}
