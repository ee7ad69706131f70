/// A promise of a port that an implementation broke.
///
/// Contract suites throw it; they know no test framework.
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

/// Throws where the condition does not hold.
package func require(_ condition: Bool, _ promise: String) throws {
    guard condition else { throw ContractViolation(promise) }
}

/// Throws where there is nothing, gives it otherwise.
package func require<Value>(_ value: Value?, _ promise: String) throws -> Value {
    guard let value else { throw ContractViolation("\(promise): found nothing") }
    return value
}
