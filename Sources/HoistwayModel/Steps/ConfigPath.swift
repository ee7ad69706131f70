/// The place of a value in a step's configuration: `config.checkout[0].branch`.
package struct ConfigPath: Sendable, Hashable, CustomStringConvertible {
    package enum Part: Sendable, Hashable {
        case key(String)
        case index(Int)
    }

    /// The keys and positions below `config`; empty for the configuration itself.
    package private(set) var parts: [Part] = []

    package init(_ parts: [Part] = []) {
        self.parts = parts
    }

    package subscript(key: String) -> ConfigPath { ConfigPath(parts + [.key(key)]) }
    package subscript(index: Int) -> ConfigPath { ConfigPath(parts + [.index(index)]) }

    package var description: String {
        parts.reduce("config") { text, part in
            switch part {
            case .key(let key): "\(text).\(key)"
            case .index(let index): "\(text)[\(index)]"
            }
        }
    }
}

/// A problem at one place of a step's configuration.
package struct ConfigProblem: Sendable, Equatable {
    package enum Cause: Sendable, Equatable {
        /// The key is none of these.
        case unknownKey(known: [String])
        case missing
        case refused
        case wrong
    }

    package var path: ConfigPath
    package var cause: Cause
    /// One sentence, without the path.
    package var message: String
    package var hint: String?
}
