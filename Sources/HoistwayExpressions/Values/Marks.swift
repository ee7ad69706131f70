/// What is known about where a value came from; it survives every operation on the value.
///
/// A container carries the marks of all that is in it.
package struct Marks: Sendable, Hashable {
    /// Names of the secrets that the value was made from, as `secret('NAME')` or `sharedSecret('NAME')`.
    package var secrets: Set<String>
    /// The artifacts that the value was made from.
    package var artifacts: Set<ArtifactOrigin>

    /// More origins than these are not kept apart; the first ones stay.
    static let maxOrigins = 32

    package init(secrets: Set<String> = [], artifacts: Set<ArtifactOrigin> = []) {
        self.secrets = secrets
        self.artifacts = artifacts
    }

    package var isSecret: Bool { !secrets.isEmpty }

    static func union(_ left: Marks?, _ right: Marks?) -> Marks? {
        guard let left else { return right }
        guard let right, left != right else { return left }
        var all = left
        all.secrets.formUnion(right.secrets)
        for origin in right.artifacts where all.artifacts.count < maxOrigins { all.artifacts.insert(origin) }
        return all
    }
}

/// Which part of which artifact a value is, or was made from.
package enum ArtifactOrigin: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        case tag, digest, id, branch, version, other
    }

    /// The repository's URL as the subscription writes it.
    case image(repoURL: String, part: Part)
    case commit(repoURL: String, part: Part)
    case chart(repoURL: String, name: String, part: Part)
    /// An artifact of another kind, by the name of its subscription.
    case artifact(subscription: String, part: Part)
}

extension Value {
    package var isSecret: Bool { marks?.isSecret ?? false }

    /// This value with further marks.
    package func marked(_ further: Marks?) -> Value {
        guard let further else { return self }
        return Value(content, marks: Marks.union(marks, further))
    }

    /// This value and all that is in it, with further marks.
    package func markedThroughout(_ further: Marks?) -> Value {
        guard let further else { return self }
        var copy = marked(further)
        switch content {
        case .array(let array):
            let elements = array.elements.map { $0.markedThroughout(further) }
            copy.content = .array(ArrayValue(elements, kind: array.kind, isNil: array.isNil))
        case .map(let map):
            let entries = map.entries.mapValues { $0.markedThroughout(further) }
            copy.content = .map(MapValue(entries: entries, kind: map.kind))
        case .object(var object):
            object.fields = object.fields.map { $0.markedThroughout(further) }
            copy.content = .object(object)
        default: break
        }
        return copy
    }

    /// This value for people: `***` in place of all that was made from a secret.
    package var masked: Value {
        guard isSecret else { return self }
        switch content {
        case .array(let array):
            guard array.elements.contains(where: \.isSecret) else { return .string("***") }
            return Value(.array(ArrayValue(array.elements.map(\.masked), kind: array.kind)))
        case .map(let map):
            guard map.entries.values.contains(where: \.isSecret) else { return .string("***") }
            return Value(.map(MapValue(entries: map.entries.mapValues(\.masked), kind: map.kind)))
        default: return .string("***")
        }
    }
}

extension Collection<Value> {
    var jointMarks: Marks? { reduce(nil as Marks?) { Marks.union($0, $1.marks) } }
}
