/// A part of a port's contract that an implementation broke.
///
/// Contract suites throw it; they use no test framework.
package struct ContractViolation: Error, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// Throws where the two differ.
package func require<Value: Equatable>(_ found: Value, equals expected: Value, _ promise: String) throws {
    guard found == expected else {
        throw ContractViolation("\(promise): expected \(expected), found \(found)")
    }
}

/// Throws where the condition is false.
package func require(_ condition: Bool, _ promise: String) throws {
    guard condition else { throw ContractViolation(promise) }
}

/// Throws for `nil`, and otherwise gives the value.
package func require<Value>(_ value: Value?, _ promise: String) throws -> Value {
    guard let value else { throw ContractViolation("\(promise): found nothing") }
    return value
}
