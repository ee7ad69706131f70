/// The namespace and the name of an object.
package struct ObjectKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// `nil` for kinds that belong to no namespace.
    package var namespace: String?
    package var name: String

    package init(namespace: String?, name: String) {
        self.namespace = namespace
        self.name = name
    }

    package var description: String { namespace.map { "\($0)/\(name)" } ?? name }

    package static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        (left.namespace ?? "", left.name) < (right.namespace ?? "", right.name)
    }

    /// Whether a text can be a segment of an object's URL.
    ///
    /// It allows more than Kubernetes' rules for names, but no text that leads to another path.
    static func isSegment(_ text: String) -> Bool {
        guard (1...253).contains(text.utf8.count), text != ".", text != ".." else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: ":"):
                true
            default: false
            }
        }
    }
}
