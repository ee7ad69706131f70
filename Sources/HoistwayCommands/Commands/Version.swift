import ArgumentParser

/// `hoistway version`: ours, and those of the libraries that work inside.
struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show the version, and those of the linked libraries.")

    /// The product's version.
    static let number = "0.1.0"

    @Option(name: .shortAndLong, help: "text or json.")
    var output = OutputFormat.text

    func run() {
        let libraries = LinkedLibraries.versions
        switch output {
        case .text:
            let widest = libraries.map(\.name.count).max() ?? 0
            let lines = libraries.map { name, version in
                "  \(name)\(String(repeating: " ", count: widest - name.count))  \(version)"
            }
            Terminal.print((["hoistway \(Self.number)"] + lines).joined(separator: "\n"))
        case .json:
            // Versions are digits, letters, dots and dashes: nothing to escape.
            let pairs = ([("hoistway", Self.number)] + libraries).map { "\"\($0)\": \"\($1)\"" }
            Terminal.print("{\(pairs.joined(separator: ", "))}")
        }
    }
}
