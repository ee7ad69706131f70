/// What one promotion step is called, what it touches, and what its configuration may hold.
///
/// `check`, the step itself and the reference page read this one value: none of them has rules of its own.
package struct StepSchema: Sendable {
    /// What a step can change.
    package enum Kind: String, Sendable, CaseIterable {
        /// Nothing: it gives outputs, or ends the promotion.
        case pure
        /// Files of the promotion's workspace, in memory.
        case workspace
        /// Files of the promotion's workspace, by what takes its time: a foreign program, or a repository of charts.
        case program
        /// Files of the promotion's workspace, fetched from outside, which takes its time.
        case download
        /// A branch: what it sends is sent together with that of other promotions.
        case push
        /// Something else outside, which takes its time.
        case effect
        /// Argo CD in a cluster.
        case cluster
        /// Pull requests at a Git host.
        case forge

        /// Whether the step needs the promotion's files.
        package var usesFiles: Bool {
            switch self {
            case .workspace, .program, .download, .push: true
            case .pure, .effect, .cluster, .forge: false
            }
        }

        /// Whether the step may have values of secrets: it sends them, and writes them nowhere.
        package var takesSecrets: Bool { self == .effect || self == .download }
    }

    /// What `uses` says.
    package let name: String
    package let kind: Kind
    /// What the step does, in one sentence.
    package let summary: String
    /// `nil`: any mapping with one key at least.
    package let config: Mapping?
    /// How long the step may take from its first start where `retry.timeout` says nothing; `nil`: no limit.
    package let timeout: Duration?

    package init(
        _ name: String,
        _ kind: Kind,
        _ summary: String,
        _ fields: [Field],
        rules: [Rule] = [],
        timeout: Duration? = nil
    ) {
        self.name = name
        self.kind = kind
        self.summary = summary
        config = Mapping(fields, rules: rules)
        self.timeout = timeout
    }

    /// A step that takes any keys.
    package init(_ name: String, _ kind: Kind, _ summary: String) {
        self.name = name
        self.kind = kind
        self.summary = summary
        config = nil
        timeout = nil
    }
}

extension StepSchema {
    /// The keys of one mapping, and how they depend on each other.
    package struct Mapping: Sendable {
        package var fields: [Field]
        package var rules: [Rule]

        package init(_ fields: [Field], rules: [Rule] = []) {
            self.fields = fields
            self.rules = rules
        }
    }

    /// One key of a mapping.
    package struct Field: Sendable {
        package let name: String
        package let type: FieldType
        package var isRequired = false
        /// An empty text counts as no text at all; otherwise it is refused.
        package var emptyIsAbsent = false
        /// What counts where the key is absent, as it is shown.
        package var defaultValue: ConfigValue?
        /// Why the key is known and still refused.
        package var refusal: Refusal?
        /// What the key is for, in one sentence.
        package let summary: String

        package init(
            _ name: String,
            _ type: FieldType,
            isRequired: Bool = false,
            emptyIsAbsent: Bool = false,
            defaultValue: ConfigValue? = nil,
            refusal: Refusal? = nil,
            _ summary: String
        ) {
            self.name = name
            self.type = type
            self.isRequired = isRequired
            self.emptyIsAbsent = emptyIsAbsent
            self.defaultValue = defaultValue
            self.refusal = refusal
            self.summary = summary
        }
    }

    /// Why a value that Kargo takes is refused; `false`, an empty list and an empty text are never refused.
    package struct Refusal: Sendable {
        package let reason: String
        package let hint: String?

        package init(_ reason: String, hint: String? = nil) {
            self.reason = reason
            self.hint = hint
        }
    }

    /// What a value may be.
    package indirect enum FieldType: Sendable {
        case text
        /// Of the promotion's workspace, see ``WorkspacePath``.
        case path
        /// A path that neither begins with a slash, nor leads out of the workspace, nor lies in `.git`.
        case newFile
        /// An octal file mode such as `0644`, without execute bits and not writable by everybody.
        case fileMode
        /// An expression without `${{ }}` around it.
        case expression
        /// The URL of a Git repository.
        case repository
        /// A short name, without `refs/heads/`.
        case branch
        /// A short name, without `refs/tags/`.
        case tag
        /// 40 hexadecimal digits.
        case commit
        case email
        /// An image or another artifact of a registry, as ``ArtifactReference`` reads it.
        case artifact
        /// The same with a tag, and without a digest.
        case artifactTag
        /// `sha256:` and 64 hexadecimal digits.
        case sha256
        case flag
        case wholeNumber(ClosedRange<Int>)
        case choice([String])
        /// As Go writes it: `1h30m`, `250ms`.
        case duration
        case list(FieldType, atLeast: Int = 0)
        case mapping(Mapping)
        /// A text, which may be empty, a number, or true or false.
        case scalar
        /// With any keys, one at least.
        case anyMapping
        /// With any keys, one at least; each value is a text, which may be empty.
        case textMapping
        case any
    }

    /// How keys of one mapping depend on each other.
    ///
    /// A key is *given* where its value is not null, `false`, an empty list or an empty text.
    package enum Rule: Sendable {
        /// At most one of the keys is given.
        case atMostOne([String], says: String, hint: String? = nil)
        /// Where any of the keys is written, be it empty or null, one is given.
        case oneGivenIfWritten([String], says: String)
        /// One of the keys is given, or more.
        case anyOf([String], says: String)
        /// One of the keys is given, and no more.
        case exactlyOne([String], says: String)
        /// Where the key is given, one of the others is too.
        case needs(String, oneOf: [String], says: String)
        /// Where the key is given, none of the others is.
        case excludes(String, [String], says: String)
        /// In the list under the key, no two items have the same text, which is that of the first key given, or the item itself where no
        /// keys are named.
        case unique(list: String, by: [String])
    }
}

extension ConfigValue {
    /// Whether a rule counts it as given.
    package var isGiven: Bool {
        switch self {
        case .null, .bool(false), .string(""), .list([]): false
        case .bool, .number, .string, .list, .map: true
        }
    }

    /// What it is, for a message about a wrong type.
    package var typeName: String {
        switch self {
        case .null: "nothing"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "text"
        case .list: "a list"
        case .map: "a mapping"
        }
    }

    /// Where the opening of an expression stands in a text of it first, by the order of keys; `nil` where none does.
    package func firstExpression(at path: ConfigPath = ConfigPath()) -> ConfigPath? {
        switch self {
        case .string(let text): text.opensExpression ? path : nil
        case .list(let items):
            items.enumerated().lazy.compactMap { $1.firstExpression(at: path[$0]) }.first
        case .map(let entries):
            entries.sorted { $0.key < $1.key }.lazy.compactMap { $1.firstExpression(at: path[$0]) }.first
        case .null, .bool, .number: nil
        }
    }
}

extension String {
    /// Whether it holds the opening of an expression, in either of its spellings.
    package var opensExpression: Bool { hasBytes("${{") || hasBytes("${%") }
}
