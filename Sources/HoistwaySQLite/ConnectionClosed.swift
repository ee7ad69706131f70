/// The database was used after it was closed.
package struct ConnectionClosed: Error, CustomStringConvertible {
    package var description: String { "closed" }
}
