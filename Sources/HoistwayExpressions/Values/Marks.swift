/// The known sources of a value; every operation on the value keeps them.
///
/// A container has the marks of all values in it.
package struct Marks: Sendable, Hashable {
    /// Names of the secrets in the value, in the form `secret('NAME')` or `sharedSecret('NAME')`.
    package var secrets: Set<String>
    /// The artifacts from which the value was made.
    package var artifacts: Set<ArtifactOrigin>

    /// Only this many origins are kept: the first ones.
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

/// The part of an artifact that a value is, or from which it was made.
package enum ArtifactOrigin: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        case tag, digest, id, branch, version, other
    }

    /// The repository's URL in the subscription.
    case image(repoURL: String, part: Part)
    case commit(repoURL: String, part: Part)
    case chart(repoURL: String, name: String, part: Part)
    /// An artifact of another kind, by the name of its subscription.
    case artifact(subscription: String, part: Part)
}

extension Value {
    package var isSecret: Bool { marks?.isSecret ?? false }

    /// This value with additional marks.
    package func marked(_ further: Marks?) -> Value {
        guard let further else { return self }
        return Value(content, marks: Marks.union(marks, further))
    }

    /// This value and all values in it, with additional marks.
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

    /// This value for people: `***` replaces everything that was made from a secret.
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
