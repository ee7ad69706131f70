/// A value of a Go struct: fields with Go's names, other names in JSON, and methods.
package struct ObjectValue: Sendable {
    package let type: ObjectType
    /// In the order of the type's fields.
    package var fields: [Value]

    package init(_ type: ObjectType, _ fields: [Value]) {
        self.type = type
        self.fields = fields
    }

    package subscript(name: String) -> Value? {
        type.fields.firstIndex { $0.name == name }.map { fields[$0] }
    }
}

package final class ObjectType: Sendable {
    package struct Field: Sendable {
        package var name: String
        package var jsonName: String
        /// Whether JSON omits it where it is empty.
        package var omitsEmpty: Bool
        package var nature: Nature

        package init(_ name: String, _ jsonName: String, omitsEmpty: Bool = true, _ nature: Nature = .string) {
            self.name = name
            self.jsonName = jsonName
            self.omitsEmpty = omitsEmpty
            self.nature = nature
        }
    }

    package let name: String
    package let fields: [Field]
    package let methods: [String: Method]
    /// Whether Go passes its values as pointers.
    package let isPointer: Bool
    /// For types that are strings in JSON.
    package let jsonText: (@Sendable (ObjectValue) -> ByteText)?

    package init(
        name: String,
        isPointer: Bool = false,
        fields: [Field],
        methods: [String: Method] = [:],
        jsonText: (@Sendable (ObjectValue) -> ByteText)? = nil
    ) {
        self.name = name
        self.isPointer = isPointer
        self.fields = fields
        self.methods = methods
        self.jsonText = jsonText
    }
}

extension ObjectType {
    /// The name that `type()` gives.
    var languageName: String { isPointer ? "unknown" : name }
}

extension ObjectType: Equatable {
    package static func == (left: ObjectType, right: ObjectType) -> Bool { left === right }
}

/// A method of a Go type.
package struct Method: Sendable {
    package let parameters: [Nature]
    package let result: Nature
    package let call: @Sendable (_ receiver: Value, _ arguments: [Value]) throws(ExpressionError) -> Value

    package init(
        _ parameters: [Nature],
        _ result: Nature,
        _ call: @escaping @Sendable (_ receiver: Value, _ arguments: [Value]) throws(ExpressionError) -> Value
    ) {
        self.parameters = parameters
        self.result = result
        self.call = call
    }
}
