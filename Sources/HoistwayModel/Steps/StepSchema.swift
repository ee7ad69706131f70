/// The name of a promotion step, what it can change, and the allowed content of its configuration.
///
/// `check`, the step itself and the reference page all use this one value: none of them has its own rules.
package struct StepSchema: Sendable {
    /// What a step can change.
    package enum Kind: String, Sendable, CaseIterable {
        /// Nothing: it gives outputs, or ends the promotion.
        case pure
        /// Files of the promotion's workspace, in memory.
        case workspace
        /// Files of the promotion's workspace, with slow work: an external program, or a repository of charts.
        case program
        /// Files of the promotion's workspace, fetched from another system, which takes time.
        case download
        /// A branch: its pushes are sent together with those of other promotions.
        case push
        /// Another system, which takes time.
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

        /// Whether the step may use secret values: it sends them, and does not write them.
        package var takesSecrets: Bool { self == .effect || self == .download }
    }

    /// The name in `uses`.
    package let name: String
    package let kind: Kind
    /// What the step does, in one sentence.
    package let summary: String
    /// `nil`: any mapping with at least one key.
    package let config: Mapping?
    /// How long the step may take from its first start where `retry.timeout` gives no limit; `nil`: no limit.
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

    /// A step that accepts any keys.
    package init(_ name: String, _ kind: Kind, _ summary: String) {
        self.name = name
        self.kind = kind
        self.summary = summary
        config = nil
        timeout = nil
    }
}

extension StepSchema {
    /// The keys of one mapping, and the rules between them.
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
        /// Whether an empty text counts as a missing key; otherwise it is refused.
        package var emptyIsAbsent = false
        /// The default for a missing key, in the form for people.
        package var defaultValue: ConfigValue?
        /// Why the key is known but still refused.
        package var refusal: Refusal?
        /// The purpose of the key, in one sentence.
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

    /// Why a value that Kargo accepts is refused; `false`, an empty list and an empty text are never refused.
    package struct Refusal: Sendable {
        package let reason: String
        package let hint: String?

        package init(_ reason: String, hint: String? = nil) {
            self.reason = reason
            self.hint = hint
        }
    }

    /// The allowed type of a value.
    package indirect enum FieldType: Sendable {
        case text
        /// A path of the promotion's workspace, see ``WorkspacePath``.
        case path
        /// A path that does not begin with a slash, does not lead out of the workspace, and is not in `.git`.
        case newFile
        /// An octal file mode such as `0644`, without execute bits and not writable for everybody.
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
        /// An image or another artifact of a registry, see ``ArtifactReference``.
        case artifact
        /// The same with a tag, and without a digest.
        case artifactTag
        /// `sha256:` and 64 hexadecimal digits.
        case sha256
        case flag
        case wholeNumber(ClosedRange<Int>)
        case choice([String])
        /// In Go's format: `1h30m`, `250ms`.
        case duration
        case list(FieldType, atLeast: Int = 0)
        case mapping(Mapping)
        /// A text, which may be empty, a number, or true or false.
        case scalar
        /// A mapping with any keys, at least one.
        case anyMapping
        /// A mapping with any keys, at least one; each value is a text, which may be empty.
        case textMapping
        case any
    }

    /// The rules between keys of one mapping.
    ///
    /// A key is *given* if its value is not null, `false`, an empty list or an empty text.
    package enum Rule: Sendable {
        /// At most one of the keys is given.
        case atMostOne([String], says: String, hint: String? = nil)
        /// If any of the keys is written, even empty or null, one of them is given.
        case oneGivenIfWritten([String], says: String)
        /// At least one of the keys is given.
        case anyOf([String], says: String)
        /// Exactly one of the keys is given.
        case exactlyOne([String], says: String)
        /// If the key is given, one of the others is given too.
        case needs(String, oneOf: [String], says: String)
        /// If the key is given, none of the others is given.
        case excludes(String, [String], says: String)
        /// In the list under the key, no two items have the same text.
        ///
        /// This is the text of the first given key in `by`, or of the item itself if `by` is empty.
        case unique(list: String, by: [String])
    }
}

extension ConfigValue {
    /// Whether it counts as given for a rule.
    package var isGiven: Bool {
        switch self {
        case .null, .bool(false), .string(""), .list([]): false
        case .bool, .number, .string, .list, .map: true
        }
    }

    /// The type of the value, for messages.
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

    /// The place of the first text with an expression, by the order of keys; `nil` where there is none.
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
    /// Whether it contains the opening of an expression, in either spelling.
    package var opensExpression: Bool { hasBytes("${{") || hasBytes("${%") }
}
